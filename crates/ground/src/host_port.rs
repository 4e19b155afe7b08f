//! The host that a request is for.

use http::{HeaderMap, Uri, header::HOST};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A host and its port in the form of an authority (RFC 3986 §3.2); the host may be a name or an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostPort<'a> {
    written: &'a str,
    host: &'a str,
    port: Option<u16>,
}

/// Why a request, or a text, names no host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("host: expected one, such as sample.example.jp or sample.example.jp:8443")]
pub struct HostPortError;

impl<'a> HostPort<'a> {
    /// Reads `:authority`, an absolute target and `Host` (RFC 9110 §7.2, RFC 9112 §3.2, RFC 9113 §8.3.1);
    /// several of them must agree in their host. `None` if the request names no host.
    pub fn of(uri: &'a Uri, headers: &'a HeaderMap) -> Result<Option<Self>, HostPortError> {
        let mut fields = headers.get_all(HOST).iter();
        let field = fields.next().map(|field| field.to_str().map_err(|_| HostPortError)).transpose()?;
        if fields.next().is_some() {
            return Err(HostPortError);
        }
        let field = field.map(Self::parse).transpose()?;
        let target = uri.authority().map(|authority| Self::parse(authority.as_str())).transpose()?;
        match (target, field) {
            (Some(target), Some(field)) if !target.has_host_of(field) => Err(HostPortError),
            (target, field) => Ok(target.or(field)),
        }
    }

    /// Reads `host` or `host:port`; an IPv6 address is in brackets.
    pub fn parse(text: &'a str) -> Result<Self, HostPortError> {
        let end_of_address = text.starts_with('[').then(|| text.find(']')).flatten();
        let (host, rest) = text.split_at(
            end_of_address.map_or_else(|| text.find(':').unwrap_or(text.len()), |bracket| bracket + 1),
        );
        let port = match rest.strip_prefix(':') {
            None if rest.is_empty() => None,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(digits.parse().map_err(|_| HostPortError)?)
            }
            _ => return Err(HostPortError),
        };
        if host.is_empty() { Err(HostPortError) } else { Ok(Self { written: text, host, port }) }
    }

    /// The whole text, as written.
    pub fn as_str(self) -> &'a str {
        self.written
    }

    /// The host, as written.
    pub fn host(self) -> &'a str {
        self.host
    }

    /// The port, if one is named.
    pub fn port(self) -> Option<u16> {
        self.port
    }

    /// The address, if the host is one.
    pub fn address(self) -> Option<IpAddr> {
        match self.host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(address) => address.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
            None => self.host.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
        }
    }

    /// Compares hosts without case and without one trailing dot.
    fn has_host_of(self, other: Self) -> bool {
        let bare = |host: &'a str| host.strip_suffix('.').unwrap_or(host);
        bare(self.host).eq_ignore_ascii_case(bare(other.host))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn asked(uri: &str, hosts: &[&str]) -> Result<Option<String>, HostPortError> {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, HeaderValue::from_str(host).unwrap());
        }
        let uri = uri.parse().unwrap();
        HostPort::of(&uri, &headers).map(|asked| asked.map(|asked| asked.as_str().to_owned()))
    }

    #[test]
    fn several_hosts_must_agree_and_none_is_none() {
        assert_eq!(asked("/", &[]), Ok(None));
        assert_eq!(asked("/", &["a.test:8443"]), Ok(Some("a.test:8443".to_owned())));
        assert_eq!(asked("http://localhost:8080/", &[]), Ok(Some("localhost:8080".to_owned())));
        assert_eq!(asked("https://A.test/", &["a.test."]), Ok(Some("A.test".to_owned())));
        for (uri, hosts) in [
            ("http://localhost:8080/", &["evil.example"][..]),
            ("/", &["a.test", "a.test"]),
            ("/", &["evil.example", "localhost"]),
            ("/", &[""]),
        ] {
            assert_eq!(asked(uri, hosts), Err(HostPortError), "{uri} {hosts:?}");
        }
    }

    #[test]
    fn a_host_is_divided_from_its_port() {
        for (text, host, port) in [
            ("a.test", "a.test", None),
            ("SAMPLE.localhost.:8443", "SAMPLE.localhost.", Some(8443)),
            ("127.0.0.1:80", "127.0.0.1", Some(80)),
            ("[::1]", "[::1]", None),
            ("[::1]:443", "[::1]", Some(443)),
        ] {
            let read = HostPort::parse(text).unwrap();
            assert_eq!((read.host(), read.port()), (host, port), "{text}");
        }
        for text in
            ["", ":80", "a:", "a:port", "a:+1", "a:99999", "a:b:1", "::1", "[::1]x", "[::1:80", "[::1]:"]
        {
            assert_eq!(HostPort::parse(text), Err(HostPortError), "{text}");
        }
    }

    #[test]
    fn only_addresses_are_addresses() {
        for own in ["127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:8080"] {
            let address = HostPort::parse(own).unwrap().address();
            assert!(address.is_some_and(|address| address.is_loopback()), "{own}");
        }
        for other in ["127.0.0.1.evil.example", "localhost", "[localhost]"] {
            assert_eq!(HostPort::parse(other).unwrap().address(), None, "{other}");
        }
    }
}
