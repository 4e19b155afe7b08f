//! Makes a browser forget which certificate it chose for a site's name.
//!
//! A browser that was once refused for want of a certificate presents none to that name again, though one was imported
//! since. It forgets such a choice when the server ends a connection by the alert `certificate_required`. The retry page
//! of a visitor whose certificate is good therefore carries an image below [`PATH`] of the site's name. Its request comes
//! on the connection with the old choice, and gets the alert in place of an answer (`listening/alert.rs`).
//!
//! **Invariant:** the alert ends the one connection whose request names a token of ours, made for this tenant and site
//! within [`TOKEN_SECONDS`] and never used before. Whatever else comes gets the ordinary page, so that a browser is never
//! locked out of it. A token opens nothing.

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

/// Where the image lies; a token follows.
pub(crate) const PATH: &str = "/.sekisho/choice/";

/// How long a token is good: a page is shown and its image fetched.
const TOKEN_SECONDS: i64 = 60;

/// Most certificates and sites whose last token is kept; beyond them no token is good until older ones have run out.
const SPENT_MAX: usize = 4096;

const ID_OCTETS: usize = 16;
const UNTIL_OCTETS: usize = 8;
/// Of HMAC-SHA-256 (RFC 2104 §5).
const TAG_OCTETS: usize = 16;

/// The certificate's id, and the site.
type Spent = ([u8; ID_OCTETS], HostName);

/// Makes tokens and takes each once.
pub(crate) struct Choices {
    key: hmac::Key,
    /// When the newest spent token of a certificate at a site runs out, or ran out, in seconds since 1970. Older
    /// tokens count as spent.
    spent: Mutex<HashMap<Spent, i64>>,
}

/// For whom and where a token is good.
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

    /// Uses the token up; `false`: it is not one of ours for here and now, or was used before.
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

/// What a tag vouches for; the name, alone of changing length, stands at the end.
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
