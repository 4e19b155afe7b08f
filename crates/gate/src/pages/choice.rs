//! Makes a browser forget the certificate that it chose for a site's name.
//!
//! A browser that was once refused for lack of a certificate presents none to that name again, even after an
//! import. It forgets such a choice when the server ends a connection by the alert `certificate_required`. So
//! the retry page of a visitor whose certificate is good carries an image below [`PATH`] of the site's name.
//! The image's request comes on the connection with the old choice, and gets the alert in place of an answer
//! (`listening/alert.rs`).
//!
//! **Invariant:** the alert ends the one connection whose request names a token of this gate, made for this
//! tenant and site within [`TOKEN_SECONDS`] and never used before. Every other request gets the ordinary
//! page, so that a browser is never locked out of it. A token opens nothing.

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    host_name::HostName,
    id::{CertificateId, TenantId},
    time::Timestamp,
};
use http::{Method, Request};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// The image's path; a token follows.
pub(crate) const PATH: &str = "/.sekisho/choice/";

/// How long a token is valid: enough to show a page and fetch its image.
const TOKEN_SECONDS: i64 = 60;

/// Most certificates and sites whose last token is kept; beyond them no token is valid until older ones have expired.
const SPENT_MAX: usize = 4096;

const ID_OCTETS: usize = 16;
const UNTIL_OCTETS: usize = 8;
/// The octets kept of HMAC-SHA-256 (RFC 2104 §5).
const TAG_OCTETS: usize = 16;

/// The certificate's id, and the site.
type Spent = ([u8; ID_OCTETS], HostName);

/// Makes tokens, and accepts each token once.
pub(crate) struct Choices {
    key: hmac::Key,
    /// When the newest spent token of a certificate at a site expires or expired, in seconds since 1970.
    /// Older tokens count as spent.
    spent: Mutex<HashMap<Spent, i64>>,
}

/// The tenant and site for which a token is valid.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChoiceScope<'a> {
    pub(crate) tenant: TenantId,
    pub(crate) site: &'a HostName,
}

impl Choices {
    /// Nodes that share `key` take each other's tokens.
    pub(crate) fn new(key: hmac::Key) -> Self {
        Self { key, spent: Mutex::default() }
    }

    /// A token for the browser that has presented this certificate.
    pub(crate) fn token(&self, scope: ChoiceScope<'_>, certificate: CertificateId, now: Timestamp) -> String {
        let until = now.as_second().saturating_add(TOKEN_SECONDS);
        let mut token = [certificate.as_bytes().as_slice(), &until.to_be_bytes()].concat();
        let tag = hmac::sign(&self.key, &tagged(scope, &token));
        token.extend(&tag.as_ref()[..TAG_OCTETS]);
        URL_SAFE_NO_PAD.encode(token)
    }

    /// Uses the token up; `false` if it is not valid for this scope and time, or was used before.
    pub(crate) fn spend(&self, token: &str, scope: ChoiceScope<'_>, now: Timestamp) -> bool {
        self.read(token, scope, now).is_some_and(|(certificate, until)| {
            self.use_up((certificate, scope.site.clone()), until, now.as_second())
        })
    }

    fn read(&self, token: &str, scope: ChoiceScope<'_>, now: Timestamp) -> Option<([u8; ID_OCTETS], i64)> {
        let token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (said, tag) = token.split_at_checked(ID_OCTETS + UNTIL_OCTETS)?;
        let expected = hmac::sign(&self.key, &tagged(scope, said));
        aws_lc_rs::constant_time::verify_slices_are_equal(&expected.as_ref()[..TAG_OCTETS], tag).ok()?;
        let (id, until) = said.split_first_chunk::<ID_OCTETS>()?;
        let until = i64::from_be_bytes(until.try_into().ok()?);
        (now.as_second() < until).then_some((*id, until))
    }

    fn use_up(&self, key: Spent, until: i64, now: i64) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.len() >= SPENT_MAX {
            spent.retain(|_, until| now < *until);
        }
        let is_new = spent.get(&key).is_none_or(|last| *last < until);
        let has_room = spent.len() < SPENT_MAX || spent.contains_key(&key);
        if is_new && has_room {
            spent.insert(key, until);
        }
        is_new && has_room
    }
}

/// The bytes under a tag; the name, the only part of variable length, is last.
fn tagged(scope: ChoiceScope<'_>, said: &[u8]) -> Vec<u8> {
    [scope.tenant.as_bytes().as_slice(), said, scope.site.as_str().as_bytes()].concat()
}

/// The token that a request for the image names.
pub(crate) fn token_in<B>(request: &Request<B>) -> Option<&str> {
    let token = request.uri().path().strip_prefix(PATH)?;
    (request.method() == Method::GET).then_some(token)
}

#[cfg(test)]
mod tests;
