//! How many handshakes one client network may begin: a token bucket each, so that no single one takes all of the
//! CPU. A network is an IPv4 address or an IPv6 /64, which is what one subscriber gets.
//!
//! **Invariant:** bounded. When too many networks are remembered, those whose buckets are full again are forgotten,
//! and if that is not enough, all: this limit is against one network; [`crate::GateConfig::connections_max`] is
//! against many.

use ground::ClientNetwork;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// Handshakes a second of one network in the long run: about a tenth of one core.
pub const HANDSHAKES_PER_SECOND_MAX: u32 = 200;

/// Handshakes of one network at once: a company behind one address that comes back after a restart.
pub const HANDSHAKES_BURST_MAX: u32 = 1_000;

/// Networks remembered at a time, about 80 bytes each.
const NETWORKS_MAX: usize = 65_536;

/// What one network may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandshakeRate {
    /// Handshakes a second in the long run; at least 1.
    pub per_second: u32,
    /// Handshakes at once after a rest; at least 1.
    pub burst: u32,
}

impl Default for HandshakeRate {
    fn default() -> Self {
        Self { per_second: HANDSHAKES_PER_SECOND_MAX, burst: HANDSHAKES_BURST_MAX }
    }
}

/// When each network's bucket will be full again; whoever is not listed has a full one.
pub(crate) struct HandshakeLimit {
    /// How long one token takes to come back.
    interval: Duration,
    /// How far ahead of now "full again" may lie.
    depth: Duration,
    full_at: Mutex<HashMap<ClientNetwork, Instant>>,
}

impl HandshakeLimit {
    pub(crate) fn new(rate: HandshakeRate) -> Self {
        let interval = Duration::from_secs(1) / rate.per_second.max(1);
        Self { interval, depth: interval * rate.burst.max(1), full_at: Mutex::default() }
    }

    /// Takes a token of the client's network, if there is one.
    pub(crate) fn admits(&self, client: IpAddr, now: Instant) -> bool {
        let network = ClientNetwork::of(client);
        let mut full_at = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        let next = full_at.get(&network).map_or(now, |full_at| (*full_at).max(now)) + self.interval;
        if next > now + self.depth {
            return false;
        }
        if full_at.len() >= NETWORKS_MAX && !full_at.contains_key(&network) {
            full_at.retain(|_, full_at| *full_at > now);
            // Room for many, so that this work is not done for each newcomer.
            if full_at.len() > NETWORKS_MAX / 2 {
                full_at.clear();
            }
        }
        full_at.insert(network, next);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{Ipv4Addr, Ipv6Addr};

    fn limit() -> HandshakeLimit {
        HandshakeLimit::new(HandshakeRate { per_second: 10, burst: 3 })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn admitted(limit: &HandshakeLimit, client: &str, now: Instant, tries: usize) -> usize {
        (0..tries).filter(|_| limit.admits(address(client), now)).count()
    }

    #[test]
    fn a_network_gets_its_burst_and_then_its_rate() {
        let (limit, start) = (limit(), Instant::now());
        assert_eq!(admitted(&limit, "192.0.2.1", start, 10), 3);
        assert_eq!(admitted(&limit, "192.0.2.1", start + Duration::from_millis(99), 10), 0);
        assert_eq!(admitted(&limit, "192.0.2.1", start + Duration::from_millis(250), 10), 2);
        // A long rest fills the bucket and no more.
        assert_eq!(admitted(&limit, "192.0.2.1", start + Duration::from_hours(1), 10), 3);
    }

    #[test]
    fn networks_do_not_share_but_addresses_of_one_network_do() {
        let (limit, now) = (limit(), Instant::now());
        assert_eq!(admitted(&limit, "2001:db8::1", now, 10), 3);
        assert_eq!(admitted(&limit, "2001:db8::ffff:2", now, 10), 0);
        assert_eq!(admitted(&limit, "2001:db8:0:1::1", now, 10), 3);
        assert_eq!(admitted(&limit, "192.0.2.1", now, 10), 3);
        assert_eq!(admitted(&limit, "192.0.2.2", now, 10), 3);
        // The same address, as a socket for both families shows it.
        assert_eq!(admitted(&limit, "::ffff:192.0.2.1", now, 10), 0);
    }

    #[test]
    fn memory_stays_bounded_and_a_busy_network_is_kept_while_idle_ones_go() {
        let (limit, start) = (limit(), Instant::now());
        for number in 1..u32::try_from(NETWORKS_MAX).unwrap() {
            assert!(limit.admits(Ipv4Addr::from(number).into(), start));
        }
        let later = start + Duration::from_secs(1);
        assert_eq!(admitted(&limit, "2001:db8::1", later, 10), 3);
        assert!(limit.admits(Ipv6Addr::LOCALHOST.into(), later));
        assert_eq!(limit.full_at.lock().unwrap().len(), 2);
        assert!(!limit.admits(address("2001:db8::1"), later));

        for number in 0..200_000 {
            limit.admits(Ipv4Addr::from(number).into(), later);
            assert!(limit.full_at.lock().unwrap().len() <= NETWORKS_MAX);
        }
    }
}
