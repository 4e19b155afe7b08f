//! A visitor's own connection to an application that authenticates connections, not requests.
//!
//! **Invariant:** if an application does so on behalf of one connection of a visitor, its connection serves
//! that connection of the visitor and no other, and the requests on it run one after the other.

use super::{bulkhead::ErrandPlace, link::Link};
use http::{
    HeaderMap, HeaderName,
    header::{AUTHORIZATION, WWW_AUTHENTICATE},
};
use std::sync::{Arc, OnceLock};
use tokio::sync::{Mutex, OwnedMutexGuard};

/// Schemes that prove an identity once for a whole connection (RFC 4559 §6, MS-NTHT §1.1).
const SCHEMES: [&[u8]; 4] = [b"ntlm", b"negotiate", b"nego2", b"kerberos"];

/// IIS sends this field when it keeps a connection for the proved person.
const PERSISTENT_AUTH: HeaderName = HeaderName::from_static("persistent-auth");

/// Empty for almost every visitor.
#[derive(Default)]
pub(crate) struct OwnLine(OnceLock<Arc<Mutex<KeptLink>>>);

/// The connection between two requests.
#[derive(Default)]
pub(crate) struct KeptLink {
    link: Option<Link>,
    /// An idle connection of a visitor's own counts as one request under way.
    place: Option<Arc<ErrandPlace>>,
}

/// One request's turn on the line.
pub(crate) type LineTurn = OwnedMutexGuard<KeptLink>;

impl OwnLine {
    pub(crate) fn has_begun(&self) -> bool {
        self.0.get().is_some()
    }

    fn line(&self) -> Arc<Mutex<KeptLink>> {
        Arc::clone(self.0.get_or_init(Arc::default))
    }

    /// Waits for the earlier requests.
    pub(crate) async fn turn(&self) -> LineTurn {
        self.line().lock_owned().await
    }

    /// Begins the line for a request that needs one; `None` if another request began it at the same time.
    pub(crate) fn begin(&self) -> Option<LineTurn> {
        self.line().try_lock_owned().ok()
    }
}

impl KeptLink {
    /// The connection, if it is still open.
    pub(crate) fn take(&mut self) -> Option<Link> {
        self.place = None;
        self.link.take().filter(Link::is_ready)
    }

    pub(crate) fn keep(&mut self, link: Link, place: Arc<ErrandPlace>) {
        self.link = Some(link);
        self.place = Some(place);
    }
}

/// Whether the visitor proves an identity for a whole connection.
pub(crate) fn is_proved(headers: &HeaderMap) -> bool {
    headers.get_all(AUTHORIZATION).iter().any(|value| is_scheme(value.as_bytes()))
}

/// Whether the application asks for such a proof, or confirms one.
pub(crate) fn is_asked(headers: &HeaderMap) -> bool {
    let mut challenges = headers.get_all(WWW_AUTHENTICATE).iter().flat_map(|value| items(value.as_bytes()));
    challenges.any(is_scheme) || headers.contains_key(PERSISTENT_AUTH)
}

/// Challenges and their parameters, separated by commas (RFC 9110 §11.6.1).
fn items(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    field.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

fn is_scheme(challenge: &[u8]) -> bool {
    let end = challenge.iter().position(u8::is_ascii_whitespace).unwrap_or(challenge.len());
    SCHEMES.iter().any(|scheme| challenge[..end].eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn schemes_of_a_connection_are_known_in_every_place() {
        for value in [
            "NTLM",
            "ntlm TlRMTVNTUAAC",
            "Negotiate",
            "Basic realm=\"a, b\", NTLM",
            "Digest a=b,Negotiate oRQ=",
        ] {
            assert!(is_asked(&headers(WWW_AUTHENTICATE, value)), "{value}");
        }
        assert!(is_proved(&headers(AUTHORIZATION, "NTLM TlRMTVNTUAAB")));
        assert!(is_proved(&headers(AUTHORIZATION, "negotiate YII=")));
        assert!(is_asked(&headers(PERSISTENT_AUTH, "true")));
    }

    #[test]
    fn schemes_of_a_request_are_not() {
        for value in ["Basic realm=\"ntlm\"", "Bearer negotiate", "Digest realm=\"x\"", "NTLMish"] {
            assert!(!is_asked(&headers(WWW_AUTHENTICATE, value)), "{value}");
            assert!(!is_proved(&headers(AUTHORIZATION, value)), "{value}");
        }
    }
}
