//! Host names at the gate: lower case, no trailing dot, no port.

use serde::{Deserialize, Serialize};
use std::{fmt, net::IpAddr};

/// The longest name (RFC 1035 §3.1, without the root).
const NAME_OCTETS_MAX: usize = 253;

/// A text that is no host name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a host name: expected letters, digits, hyphens and dots, such as sample.example.jp")]
pub struct HostNameError;

/// A DNS host name (RFC 1123 §2.1) in its one compared form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct HostName(String);

impl HostName {
    /// Parses a bare name: folded to lower case, one trailing dot dropped.
    pub fn parse(text: &str) -> Result<Self, HostNameError> {
        let text = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        if text.len() > NAME_OCTETS_MAX || !are_labels(&text) {
            return Err(HostNameError);
        }
        Ok(Self(text))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before `.suffix`, if the name is below `suffix` (whole labels only).
    pub fn below<'a>(&'a self, suffix: &HostName) -> Option<&'a str> {
        self.0.strip_suffix(suffix.as_str())?.strip_suffix('.')
    }
}

/// Whether the text is labels separated by dots (RFC 1123 §2.1): letters, digits and hyphens, with no hyphen
/// at an end.
pub(crate) fn are_labels(text: &str) -> bool {
    let is_label = |part: &str| {
        (1..=63).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    text.split('.').all(is_label)
}

/// Whether the host is this machine itself, by name (`localhost`) or by address.
pub fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl From<HostName> for String {
    fn from(HostName(name): HostName) -> Self {
        name
    }
}

impl TryFrom<String> for HostName {
    type Error = HostNameError;

    fn try_from(text: String) -> Result<Self, HostNameError> {
        Self::parse(&text)
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn upper_case_and_trailing_dot_name_the_same_host() {
        let plain = HostName::parse("sample.localhost").unwrap();
        assert_eq!(HostName::parse("SAMPLE.localhost.").unwrap(), plain);
    }

    #[test]
    fn a_longer_name_that_only_ends_alike_is_not_below_the_suffix() {
        let suffix = HostName::parse("retry.localhost").unwrap();
        assert_eq!(HostName::parse("sample-1.retry.localhost").unwrap().below(&suffix), Some("sample-1"));
        assert_eq!(HostName::parse("evilretry.localhost").unwrap().below(&suffix), None);
    }

    #[test]
    fn addresses_blanks_and_ports_are_no_host_names() {
        for text in ["", ".", "a b", "a:1", "[::1]", "a..b", "-a", "a_b", "a:"] {
            assert!(HostName::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_localhost_and_loopback_addresses_are_this_machine() {
        for own in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] {
            assert!(is_loopback(own), "{own}");
        }
        for other in ["", "192.0.2.1", "::2", "localhost.example.jp", "127.0.0.1.example.jp"] {
            assert!(!is_loopback(other), "{other}");
        }
    }
}
