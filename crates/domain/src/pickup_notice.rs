//! When administrators learn of a pickup: at once if the network is new to their company, else with others in
//! one mail.

use crate::time::SignedDuration;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How long pickups are collected for one mail.
pub const DIGEST_AFTER: SignedDuration = SignedDuration::from_hours(1);
/// Immediate mails within [`DIGEST_AFTER`]: on the day on which everybody picks up at home, every network is new.
pub const AT_ONCE_MAX: u64 = 5;

/// The network of an address: an IPv4 /24 or an IPv6 /48, as one office or household has.
pub fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let network = Ipv4Addr::from_bits(address.to_bits() & (u32::MAX << 8));
            format!("{network}/24")
        }
        IpAddr::V6(address) => {
            let network = Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 80));
            format!("{network}/48")
        }
    }
}

/// Whether this pickup is mailed at once, and not with the next digest.
pub fn is_told_at_once(new_network: bool, told_at_once_lately: u64) -> bool {
    new_network && told_at_once_lately < AT_ONCE_MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_share_a_network_and_strangers_do_not() {
        let network = |text: &str| network_of(text.parse().unwrap());
        assert_eq!(network("192.0.2.10"), "192.0.2.0/24");
        assert_eq!(network("::ffff:192.0.2.10"), "192.0.2.0/24");
        assert_ne!(network("192.0.3.10"), network("192.0.2.10"));
        assert_eq!(network("2001:db8:1:2::3"), "2001:db8:1::/48");
        assert_ne!(network("2001:db8:2::3"), network("2001:db8:1::3"));
    }

    #[test]
    fn new_places_are_told_at_once_until_there_are_many() {
        assert!(is_told_at_once(true, 0) && is_told_at_once(true, AT_ONCE_MAX - 1));
        assert!(!is_told_at_once(true, AT_ONCE_MAX) && !is_told_at_once(false, 0));
    }
}
