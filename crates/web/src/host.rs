//! Which host a request is for.

use axum::http::{HeaderMap, Uri, header};
use domain::host_name::HostName;
use std::net::{IpAddr, SocketAddr};

/// The authority that the request names: `:authority` (HTTP/2) or the one `Host` field.
/// `None` if there is none, more than one, or two that differ (RFC 9110 §7.2).
pub(crate) fn authority<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let mut fields = headers.get_all(header::HOST).into_iter();
    let field = fields.next();
    if fields.next().is_some() {
        return None;
    }
    let named = field.map(|field| field.to_str()).transpose().ok()?;
    match (uri.authority().map(http::uri::Authority::as_str), named) {
        (Some(target), Some(field)) if !target.eq_ignore_ascii_case(field) => None,
        (Some(target), _) => Some(target),
        (None, field) => field,
    }
}

/// Is the authority one of these hosts, on whatever port?
pub(crate) fn is_one_of(authority: Option<&str>, hosts: &[HostName]) -> bool {
    let host = authority.and_then(|authority| HostName::parse_authority(authority).ok());
    host.is_some_and(|host| hosts.contains(&host))
}

/// Is the authority an address of this machine itself, such as `127.0.0.1:8080` or `[::1]`?
pub(crate) fn is_this_machine(authority: Option<&str>) -> bool {
    let authority = authority.unwrap_or_default();
    let with_port = authority.parse::<SocketAddr>().map(|address| address.ip());
    let bare = authority.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(authority);
    with_port.ok().or_else(|| bare.parse().ok()).is_some_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_hosts_that_differ_are_none() {
        let mut headers = HeaderMap::new();
        let absolute: Uri = "http://localhost:8080/".parse().unwrap();
        assert_eq!(authority(&absolute, &headers), Some("localhost:8080"));
        headers.insert(header::HOST, "evil.example".parse().unwrap());
        assert_eq!(authority(&absolute, &headers), None);
        headers.append(header::HOST, "localhost".parse().unwrap());
        assert_eq!(authority(&Uri::from_static("/"), &headers), None);
    }

    #[test]
    fn only_addresses_of_this_machine_are_this_machine() {
        for own in ["127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:8080"] {
            assert!(is_this_machine(Some(own)), "{own}");
        }
        for other in ["192.0.2.1:8080", "127.0.0.1.evil.example", "localhost", "::1:8080x", ""] {
            assert!(!is_this_machine(Some(other)), "{other}");
        }
    }

    #[test]
    fn case_port_and_trailing_dot_do_not_matter_and_a_suffix_is_not_enough() {
        let hosts = [HostName::parse("localhost").unwrap()];
        assert!(is_one_of(Some("LOCALHOST.:8080"), &hosts));
        assert!(!is_one_of(Some("evil-localhost"), &hosts));
        assert!(!is_one_of(Some("localhost.evil.example"), &hosts));
        assert!(!is_one_of(None, &hosts));
    }
}
