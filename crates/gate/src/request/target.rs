//! The target of a request: one host, one path, in one form each.
//!
//! **Invariant:** the matched path is the forwarded path. A path that two readers could read as two paths is
//! refused (400), never repaired.
//!
//! Percent-encoded unreserved characters are decoded (RFC 3986 §6.2.2.2), runs of `/` become one, as nginx
//! does. Refused: `.` and `..` segments in any spelling, `\`, encoded `\` and NUL, percent signs without two
//! hexadecimal digits, bytes that are no printable ASCII; and an encoded `/`, unless the application
//! distinguishes it from `/`. Then it stays unchanged, and only where the decoded path has no other meaning.

use domain::host_name::HostName;
use ground::HostPort;
use http::{Request, Uri, uri::PathAndQuery};
use std::fmt::Write as _;

/// The first segment of Sekisho's own pages on a site that has an upstream.
const RESERVED_SEGMENT: &str = ".sekisho";

/// Why a request has no single meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TargetError {
    /// No host, more than one, or two that differ (RFC 9110 §7.2, RFC 9112 §3.2, RFC 9113 §8.3.1).
    #[error("host: missing, doubled, conflicting or no host name")]
    Host,
    /// The path has two readings.
    #[error("path: not in a form that has one meaning")]
    Path,
    /// The path has one reading if its application is known to distinguish `%2F` from `/`.
    #[error("path: an encoded slash")]
    EncodedSlash,
}

/// How `%2F` in a path is treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EncodedSlash {
    /// The path is refused.
    Refused,
    /// It stays unchanged: the application distinguishes it from `/`.
    Kept,
}

/// The host that a request names, and its port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestAuthority {
    pub(crate) host: HostName,
    pub(crate) port: Option<u16>,
}

impl RequestAuthority {
    /// The host of a request; an error unless the request names exactly one host by its name.
    pub(crate) fn of<B>(request: &Request<B>) -> Result<Self, TargetError> {
        let asked = HostPort::of(request.uri(), request.headers()).ok().flatten().ok_or(TargetError::Host)?;
        let host = HostName::parse(asked.host()).map_err(|_| TargetError::Host)?;
        Ok(Self { host, port: asked.port() })
    }
}

impl std::fmt::Display for RequestAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => write!(f, "{}", self.host),
        }
    }
}

/// A path in the one form that is matched and forwarded, with its query unchanged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequestTarget {
    path_and_query: PathAndQuery,
    reserved: bool,
}

impl RequestTarget {
    pub(crate) fn of(uri: &Uri, encoded_slash: EncodedSlash) -> Result<Self, TargetError> {
        let path = normalised(uri.path(), encoded_slash)?;
        if encoded_slash == EncodedSlash::Kept {
            check_decoded(&path)?;
        }
        let first = path[1..].split('/').next().unwrap_or_default();
        let reserved = is_reserved(first);
        let text = match uri.query() {
            Some(query) => format!("{path}?{query}"),
            None => path,
        };
        let path_and_query = PathAndQuery::try_from(text).map_err(|_| TargetError::Path)?;
        Ok(Self { path_and_query, reserved })
    }

    /// Whether the path is below `/.sekisho/`.
    pub(crate) fn is_reserved(&self) -> bool {
        self.reserved
    }

    pub(crate) fn path_and_query(&self) -> &PathAndQuery {
        &self.path_and_query
    }
}

/// Some servers cut path parameters off, some fold case: both spellings stay reserved.
fn is_reserved(segment: &str) -> bool {
    segment.split(';').next().unwrap_or_default().eq_ignore_ascii_case(RESERVED_SEGMENT)
}

/// Whether the segment is `.` or `..` before its parameters. `..;` is `..` to some servers.
fn is_dotted(segment: &str) -> bool {
    let name = segment.split(';').next().unwrap_or_default();
    name == "." || name == ".."
}

/// An application that decodes `%2F` after all must not find a path other than the matched one.
fn check_decoded(path: &str) -> Result<(), TargetError> {
    let decoded = path.replace("%2F", "/").replace("%2f", "/");
    if decoded == *path {
        return Ok(());
    }
    let first = decoded.split('/').find(|segment| !segment.is_empty()).unwrap_or_default();
    let other = is_reserved(first) || decoded.split('/').any(is_dotted);
    if other { Err(TargetError::Path) } else { Ok(()) }
}

fn normalised(raw: &str, encoded_slash: EncodedSlash) -> Result<String, TargetError> {
    if !raw.starts_with('/') {
        return Err(TargetError::Path);
    }
    let mut path = String::with_capacity(raw.len());
    let mut bytes = raw.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => push_decoded(&mut path, [bytes.next(), bytes.next()], encoded_slash)?,
            b'/' if path.ends_with('/') => {}
            b'\\' => return Err(TargetError::Path),
            0x21..=0x7e => path.push(char::from(byte)),
            _ => return Err(TargetError::Path),
        }
    }
    if path.split('/').any(is_dotted) { Err(TargetError::Path) } else { Ok(path) }
}

fn push_decoded(
    path: &mut String,
    digits: [Option<u8>; 2],
    encoded_slash: EncodedSlash,
) -> Result<(), TargetError> {
    let value = |digit: Option<u8>| digit.and_then(|digit| char::from(digit).to_digit(16));
    let (Some(high), Some(low)) = (value(digits[0]), value(digits[1])) else {
        return Err(TargetError::Path);
    };
    match u8::try_from(high * 16 + low).map_err(|_| TargetError::Path)? {
        b'/' => match (encoded_slash, digits[1]) {
            (EncodedSlash::Kept, Some(low)) => {
                path.push_str("%2");
                path.push(char::from(low));
                Ok(())
            }
            _ => Err(TargetError::EncodedSlash),
        },
        b'\\' | 0 => Err(TargetError::Path),
        byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
            path.push(char::from(byte));
            Ok(())
        }
        byte => write!(path, "%{byte:02X}").map_err(|_| TargetError::Path),
    }
}

#[cfg(test)]
mod tests;
