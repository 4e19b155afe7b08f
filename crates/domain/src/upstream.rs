//! The application behind a site: its address, and the header fields that identify the visitor.
//!
//! Console, command line and gate use the same parser: the gate connects to the parsed address and sets the
//! parsed fields.

use crate::{
    conduct::Conduct,
    host_name::HostName,
    refusal::{Problem, number},
    site::{HeaderMapping, IdentityValue, Upstream},
};
use std::{borrow::Cow, net::Ipv6Addr};

/// The most extra header fields of a site.
pub const HEADER_MAPPINGS_MAX: usize = 16;
/// The longest name of such a field, in letters.
pub const HEADER_NAME_LETTERS_MAX: usize = 64;

/// Why a text is no address of an application.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("upstream {0:?}: expected http://host:port, such as http://127.0.0.1:5232, and nothing behind it")]
pub struct UpstreamAddressError(pub String);

impl From<UpstreamAddressError> for Problem {
    fn from(UpstreamAddressError(_): UpstreamAddressError) -> Self {
        Self::UpstreamMalformed
    }
}

/// Why a header field cannot be mapped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderMappingError {
    /// Not a field name (RFC 9110 §5.1), or too long.
    #[error("header {0:?}: expected letters, digits and hyphens, such as remote-user")]
    Malformed(String),
    /// The gate sets or removes this field itself, or it belongs to the connection.
    #[error("header {0:?} is set or removed by the gate itself; choose another name")]
    Reserved(String),
    /// Two mappings set the same field.
    #[error("header {0:?} stands twice; keep one of them")]
    Doubled(String),
    /// More than [`HEADER_MAPPINGS_MAX`].
    #[error("more than {HEADER_MAPPINGS_MAX} headers; map fewer")]
    TooMany,
}

impl From<HeaderMappingError> for Problem {
    fn from(error: HeaderMappingError) -> Self {
        match error {
            HeaderMappingError::Malformed(name) => Self::HeaderMalformed { name },
            HeaderMappingError::Reserved(name) => Self::HeaderReserved { name },
            HeaderMappingError::Doubled(name) => Self::HeaderDoubled { name },
            HeaderMappingError::TooMany => Self::TooManyHeaders { max: number(HEADER_MAPPINGS_MAX) },
        }
    }
}

/// Fields of one connection, of the message's framing, or with a special meaning to servers.
const RESERVED_NAMES: [&str; 21] = [
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "expect",
    "forwarded",
    "host",
    "keep-alive",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// Prefixes of the names that the gate sets for every upstream.
const RESERVED_PREFIXES: [&str; 4] = ["sekisho-", "client-cert", "x-forwarded-", "sec-"];

/// The name as the most tolerant application reads it: CGI and its successors turn everything but letters and
/// digits into one character.
pub fn fold(name: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if name.bytes().all(is_plain) {
        return Cow::Borrowed(name);
    }
    let fold = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    Cow::Owned(name.chars().map(fold).collect())
}

/// Reads `http://host:port`; blanks around it and one slash at its end are ignored. The result is the one
/// stored spelling: lower case, no slash.
pub fn parse_address(text: &str) -> Result<String, UpstreamAddressError> {
    let wrong = || UpstreamAddressError(text.chars().take(200).collect());
    let address = text.trim().to_ascii_lowercase();
    let authority = address.strip_prefix("http://").ok_or_else(wrong)?;
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    let (host, port) = authority.rsplit_once(':').ok_or_else(wrong)?;
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let port = port.parse::<u16>().ok().filter(|port| digits && *port > 0).ok_or_else(wrong)?;
    let host = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(literal) => format!("[{}]", literal.parse::<Ipv6Addr>().map_err(|_| wrong())?),
        None => HostName::parse(host).map_err(|_| wrong())?.to_string(),
    };
    Ok(format!("http://{host}:{port}"))
}

impl Upstream {
    /// An upstream at this address with these extra header fields.
    pub fn new(address: &str, headers: Vec<HeaderMapping>) -> Result<Self, UpstreamAddressError> {
        Ok(Self {
            address: parse_address(address)?,
            headers,
            removed: Vec::new(),
            conduct: Conduct::default(),
        })
    }

    /// The same upstream, without these header fields of the visitor's and related names.
    ///
    /// # Errors
    /// As [`HeaderMapping::check_all`]; a field that is set cannot be removed as well.
    pub fn without(mut self, names: &[&str]) -> Result<Self, HeaderMappingError> {
        if names.len() > HEADER_MAPPINGS_MAX {
            return Err(HeaderMappingError::TooMany);
        }
        for name in names {
            let name = header_name(name)?;
            let mut taken = self.headers.iter().map(|mapping| &mapping.header).chain(&self.removed);
            if taken.any(|other| fold(other) == fold(&name)) {
                return Err(HeaderMappingError::Doubled(name));
            }
            self.removed.push(name);
        }
        Ok(self)
    }
}

/// A field name in lower case, if the gate may set or remove it for one upstream.
fn header_name(text: &str) -> Result<String, HeaderMappingError> {
    let header = text.trim().to_ascii_lowercase();
    // Narrower than a token (RFC 9110 §5.6.2): upstreams fold other letters together or drop them.
    let good = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if header.is_empty() || header.len() > HEADER_NAME_LETTERS_MAX || !header.bytes().all(good) {
        return Err(HeaderMappingError::Malformed(header.chars().take(HEADER_NAME_LETTERS_MAX).collect()));
    }
    let folded = fold(&header);
    let reserved = RESERVED_NAMES.contains(&&*folded)
        || RESERVED_PREFIXES.iter().any(|prefix| folded.starts_with(prefix));
    if reserved { Err(HeaderMappingError::Reserved(header)) } else { Ok(header) }
}

impl HeaderMapping {
    /// A field, in lower case, that carries this value.
    pub fn parse(name: &str, value: IdentityValue) -> Result<Self, HeaderMappingError> {
        Ok(Self { header: header_name(name)?, value })
    }

    /// Checks that all of these can be set. No field may occur twice, in any spelling.
    pub fn check_all(mappings: &[Self]) -> Result<(), HeaderMappingError> {
        if mappings.len() > HEADER_MAPPINGS_MAX {
            return Err(HeaderMappingError::TooMany);
        }
        let folded: Vec<Cow<'_, str>> = mappings.iter().map(|mapping| fold(&mapping.header)).collect();
        let doubled = (1..folded.len()).find(|at| folded[..*at].contains(&folded[*at]));
        doubled.map_or(Ok(()), |at| Err(HeaderMappingError::Doubled(mappings[at].header.clone())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port_over_plain_http_in_one_spelling() {
        for (typed, kept) in [
            ("http://127.0.0.1:5232", "http://127.0.0.1:5232"),
            (" HTTP://Groupware.Internal:080/ ", "http://groupware.internal:80"),
            ("http://[::1]:5232/", "http://[::1]:5232"),
            ("http://localhost:65535", "http://localhost:65535"),
        ] {
            assert_eq!(parse_address(typed).as_deref(), Ok(kept));
        }
    }

    #[test]
    fn paths_credentials_other_schemes_and_missing_ports_are_refused() {
        let bad = [
            "",
            "a:1",
            "http://",
            "https://a:1",
            "http://a",
            "http://a:",
            "http://a:0",
            "http://a:99999",
            "http://a:+1",
            "http://a:1/path",
            "http://a:1//",
            "http://a:1?x",
            "http://a:1#x",
            "http://u:p@a:1",
            "http://u@a:1",
            "http://::1:80",
            "http://[::1]",
            "http://[::1]x:80",
            "http://a b:1",
            "http://a:1\r\nx: y",
            "javascript:x",
        ];
        for text in bad {
            assert!(parse_address(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_header_of_the_upstreams_own_is_kept_in_lower_case() {
        for name in ["Remote-User", "x-webobjects-remote-user", "REMOTE_USER", "x-auth-email"] {
            let mapping = HeaderMapping::parse(name, IdentityValue::User).unwrap();
            assert_eq!(mapping.header, name.to_lowercase());
        }
    }

    #[test]
    fn ours_hop_by_hop_and_malformed_names_are_refused_in_any_spelling() {
        for name in [
            "Sekisho-User",
            "sekisho_user",
            "Client-Cert",
            "X_Forwarded_For",
            "Connection",
            "te",
            "Host",
            "transfer_encoding",
            "Cookie",
            "content-length",
            "forwarded",
        ] {
            let refused = HeaderMapping::parse(name, IdentityValue::User);
            assert_eq!(refused, Err(HeaderMappingError::Reserved(name.to_lowercase())), "{name}");
        }
        for name in ["", "a b", "a:b", "ユーザー", "a\r\nb", "a.b", &"a".repeat(HEADER_NAME_LETTERS_MAX + 1)]
        {
            let refused = HeaderMapping::parse(name, IdentityValue::User);
            assert!(matches!(refused, Err(HeaderMappingError::Malformed(_))), "{name:?}");
        }
    }

    #[test]
    fn a_field_that_is_set_cannot_be_removed_as_well() {
        let mapping = HeaderMapping::parse("remote-user", IdentityValue::User).unwrap();
        let upstream = Upstream::new("http://a:1", vec![mapping]).unwrap();
        let doubled = upstream.clone().without(&["Remote_User"]);
        assert_eq!(doubled, Err(HeaderMappingError::Doubled("remote_user".to_owned())));
        let doubled = upstream.clone().without(&["x-token", "X_Token"]);
        assert_eq!(doubled, Err(HeaderMappingError::Doubled("x_token".to_owned())));
        assert!(matches!(upstream.clone().without(&["Cookie"]), Err(HeaderMappingError::Reserved(_))));
        assert_eq!(upstream.without(&["X-Token"]).unwrap().removed, ["x-token"]);
    }

    #[test]
    fn an_upstream_that_was_stored_before_keeps_its_meaning() {
        let stored = r#"{"address":"http://a:1","headers":[{"header":"remote-user","value":"user"}]}"#;
        let upstream: Upstream = serde_json::from_str(stored).unwrap();
        assert_eq!(upstream.conduct, Conduct::default());
        assert_eq!(serde_json::to_string(&upstream).unwrap(), stored);
    }

    #[test]
    fn a_field_cannot_be_set_twice() {
        let mapping = |name: &str| HeaderMapping::parse(name, IdentityValue::User).unwrap();
        assert_eq!(HeaderMapping::check_all(&[mapping("a-b"), mapping("c")]), Ok(()));
        let doubled = HeaderMapping::check_all(&[mapping("a-b"), mapping("c"), mapping("A_B")]);
        assert_eq!(doubled, Err(HeaderMappingError::Doubled("a_b".to_owned())));
        let many: Vec<_> = (0..=HEADER_MAPPINGS_MAX).map(|n| mapping(&format!("h{n}"))).collect();
        assert_eq!(HeaderMapping::check_all(&many), Err(HeaderMappingError::TooMany));
    }
}
