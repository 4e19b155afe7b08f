//! The target of an upstream's address, for comparison: two spellings of one target are equal.

use crate::host_name::is_loopback;
use std::net::{IpAddr, Ipv4Addr};

/// A machine and a port. Two names that only DNS leads to the same machine are different places.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UpstreamPlace {
    host: String,
    port: u16,
}

impl UpstreamPlace {
    /// The place of `http://host:port`, in any spelling; without a port, 80.
    pub fn of(address: &str) -> Self {
        let address = address.trim().to_ascii_lowercase();
        let authority = address.strip_prefix("http://").unwrap_or(&address);
        let authority = authority.split(['/', '?', '#']).next().unwrap_or_default();
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => (host, port.parse().unwrap_or(80)),
            _ => (authority, 80),
        };
        Self { host: machine(host), port }
    }
}

/// The name of a place on this machine.
const THIS_MACHINE: &str = "localhost";

fn machine(host: &str) -> String {
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let host = host.strip_suffix('.').unwrap_or(host);
    let number = host.parse::<IpAddr>().ok().or_else(|| short_ipv4(host).map(IpAddr::V4));
    let number = number.map(|number| number.to_canonical());
    let is_here = number.map_or_else(
        // RFC 6761 §6.3; the second ones are in Debian's /etc/hosts.
        || {
            is_loopback(host)
                || host.ends_with(".localhost")
                || ["ip6-localhost", "ip6-loopback"].contains(&host)
        },
        // A connection to the unspecified address reaches this machine.
        |number| number.is_loopback() || number.is_unspecified(),
    );
    if is_here {
        THIS_MACHINE.to_owned()
    } else {
        number.map_or_else(|| host.to_owned(), |ip| ip.to_string())
    }
}

/// The spellings that resolvers read as an IPv4 address, besides the usual one: fewer parts, of which the
/// last one fills the rest, octal and hexadecimal (`inet_aton`).
fn short_ipv4(host: &str) -> Option<Ipv4Addr> {
    let number = |part: &str| match part.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None if part.len() > 1 && part.starts_with('0') => u32::from_str_radix(part, 8).ok(),
        None => part.parse().ok(),
    };
    let parts: Vec<u32> = host.split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = parts.split_last()?;
    let octets = u32::try_from(first.len()).ok().filter(|octets| *octets <= 3)?;
    let room = 8 * (4 - octets);
    if first.iter().any(|part| *part > 255) || u64::from(*last) >= 1 << room {
        return None;
    }
    let first = first.iter().fold(0u32, |whole, part| (whole << 8) | part);
    let front = if room == 32 { 0 } else { first << room };
    Some(Ipv4Addr::from(front | last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_place_are_the_same() {
        for (one, other) in [
            ("http://127.0.0.1:5232", "http://localhost:5232"),
            ("http://127.0.0.1:5232", "http://[::1]:5232"),
            ("http://127.0.0.1:5232", "http://127.9.9.9:05232/"),
            ("http://127.0.0.1:5232", "http://127.1:5232"),
            ("http://127.0.0.1:5232", "http://2130706433:5232"),
            ("http://127.0.0.1:5232", "http://0x7f000001:5232"),
            ("http://127.0.0.1:5232", "http://0177.0.0.1:5232"),
            ("http://127.0.0.1:5232", "http://0.0.0.0:5232"),
            ("http://127.0.0.1:5232", "http://[::]:5232"),
            ("http://127.0.0.1:5232", "http://[::ffff:127.0.0.1]:5232"),
            ("http://127.0.0.1:5232", "http://app.localhost:5232"),
            ("http://Groupware.Internal:80", "http://groupware.internal."),
            ("http://192.0.2.1:8080", "http://[::ffff:192.0.2.1]:8080"),
            ("http://192.0.2.1:8080", "http://192.0.513:8080"),
        ] {
            assert_eq!(UpstreamPlace::of(one), UpstreamPlace::of(other), "{one} {other}");
        }
    }

    #[test]
    fn another_machine_or_port_is_another_place() {
        let places = [
            "http://127.0.0.1:5232",
            "http://127.0.0.1:5233",
            "http://192.0.2.1:5232",
            "http://groupware.internal:5232",
            "http://localhost.example.jp:5232",
            "http://[2001:db8::1]:5232",
            "http://1.2.3.4.5:5232",
            "http://300.1:5232",
        ];
        for (at, one) in places.iter().enumerate() {
            for other in &places[at + 1..] {
                assert_ne!(UpstreamPlace::of(one), UpstreamPlace::of(other), "{one} {other}");
            }
        }
    }
}
