//! The limit on handshakes that one client network may begin, so that no single network uses all of the CPU.
//! A network is an IPv4 address or an IPv6 /64, which is what one subscriber gets.
//!
//! This limit is against one network; [`crate::GateConfig::connections_max`] is against many.

use crate::config::HandshakeRate;
use ground::{ClientNetwork, Rate, Rates};
use std::net::IpAddr;

/// Networks remembered at a time, about 100 bytes each.
const NETWORKS_MAX: usize = 65_536;

/// The networks seen lately.
pub(super) struct HandshakeLimit(Rates<ClientNetwork>);

impl HandshakeLimit {
    pub(super) fn new(rate: HandshakeRate) -> Self {
        let HandshakeRate { per_second, burst } = rate;
        Self(Rates::new(Rate { per_second, burst }, NETWORKS_MAX))
    }

    /// Whether the client's network may begin one more handshake.
    pub(super) fn admits(&self, client: IpAddr) -> bool {
        self.0.admits(&ClientNetwork::of(client))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_do_not_share_but_addresses_of_one_network_do() {
        let limit = HandshakeLimit::new(HandshakeRate { per_second: 1, burst: 3 });
        let admitted =
            |client: &str, tries: usize| (0..tries).filter(|_| limit.admits(client.parse().unwrap())).count();
        assert_eq!(admitted("2001:db8::1", 3), 3);
        assert!(admitted("2001:db8::ffff:2", 20) < 3, "used up");
        assert_eq!(admitted("2001:db8:0:1::1", 3), 3);
        assert_eq!(admitted("192.0.2.1", 3), 3);
        assert_eq!(admitted("192.0.2.2", 3), 3);
        // The same address, as a dual-stack socket shows it.
        assert!(admitted("::ffff:192.0.2.1", 20) < 3, "used up");
    }
}
