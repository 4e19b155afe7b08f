//! `Sekisho-Assertion`: who the visitor is, signed, for applications that do not trust the network between
//! them and the gate. A JWT (RFC 7519) as JWS in compact form (RFC 7515 §3.1), always ES256 (RFC 7518 §3.4).
//!
//! **Invariant:** an assertion states what the request's own [`Permit`] states, for the request's own site; a
//! kept assertion is used again only while both are the same. **Invariant:** an assertion never outlives the
//! certificate or the contract that lets the visitor in.
//!
//! Read next: [`key`] (the signing key), [`jwks`] (how applications get the public half).

pub(crate) mod jwks;
pub(crate) mod key;

use crate::{meters, ports::AssertionKeys};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{host_name::HostName, permit::Permit, time::Timestamp};
use http::HeaderValue;
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};

/// How long an assertion is valid, in seconds.
const LIFETIME_SECONDS: i64 = 60;

/// How long one assertion serves further requests of the same connection, in seconds: a signature per request
/// would cost half as much as forwarding the request.
const REUSE_SECONDS: i64 = 5;

/// RFC 7515 §4.1.
#[derive(Serialize)]
struct JoseHeader<'a> {
    alg: &'static str,
    typ: &'static str,
    kid: &'a str,
}

/// RFC 7519 §4.1, and the visitor's identity.
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    aud: &'a str,
    sub: String,
    login: &'a str,
    user_at_tenant: String,
    /// Left out as long as no address is proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    tenant: &'a str,
    groups: &'a [String],
    certificate: String,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: String,
}

/// Makes assertions.
pub(crate) struct Assertions {
    issuer: String,
    keys: Arc<dyn AssertionKeys>,
}

/// The last assertion of one connection, which is for one site and one certificate.
#[derive(Default)]
pub(crate) struct LastAssertion(Mutex<Option<Kept>>);

struct Kept {
    permit: Permit,
    signed_at: i64,
    expires: i64,
    value: HeaderValue,
}

impl Kept {
    fn serves(&self, permit: &Permit, now: i64) -> bool {
        // A changed record is replaced as a whole, and the old record lives as long as this permit.
        let same_facts = std::ptr::eq(self.permit.user(), permit.user())
            && std::ptr::eq(self.permit.tenant(), permit.tenant())
            && self.permit.certificate() == permit.certificate();
        same_facts && (self.signed_at..self.signed_at + REUSE_SECONDS).contains(&now) && now < self.expires
    }
}

impl Assertions {
    /// Makes assertions in the name of `issuer`, the installation's public address.
    pub(crate) fn new(issuer: String, keys: Arc<dyn AssertionKeys>) -> Self {
        Self { issuer, keys }
    }

    pub(crate) fn keys(&self) -> &dyn AssertionKeys {
        &*self.keys
    }

    /// An assertion for `audience`, new or kept for a few seconds. `None` if it cannot be signed: an
    /// application that relies on it then sees nobody.
    pub(crate) fn of(
        &self,
        last: &LastAssertion,
        permit: &Permit,
        audience: &HostName,
        request_id: &str,
        now: Timestamp,
    ) -> Option<HeaderValue> {
        let now = now.as_second();
        let mut last = last.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = last.as_ref().filter(|kept| kept.serves(permit, now)) {
            return Some(kept.value.clone());
        }
        let expires = expiry(permit, now);
        let value = self
            .sign(&claims(&self.issuer, permit, audience, request_id, now, expires))
            .inspect_err(|error| tracing::error!(error = &**error, "assertion cannot be signed"))
            .ok()?;
        meters::assertion_signed();
        *last = Some(Kept { permit: permit.clone(), signed_at: now, expires, value: value.clone() });
        Some(value)
    }

    fn sign(&self, claims: &Claims<'_>) -> Result<HeaderValue, Box<dyn std::error::Error + Send + Sync>> {
        let key = self.keys.current();
        let header = JoseHeader { alg: "ES256", typ: "JWT", kid: key.id() };
        let mut token = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(claims)?, &mut token);
        let signature = key.sign(token.as_bytes())?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        Ok(HeaderValue::try_from(token)?)
    }
}

/// The first second in which the assertion is no longer valid.
fn expiry(permit: &Permit, now: i64) -> i64 {
    // A certificate is still valid in its last second; a contract is over in its last second.
    let facts_end = (permit.not_after().as_second() + 1).min(permit.tenant().suspended_from.as_second());
    facts_end.min(now + LIFETIME_SECONDS)
}

fn claims<'a>(
    issuer: &'a str,
    permit: &'a Permit,
    audience: &'a HostName,
    request_id: &str,
    now: i64,
    expires: i64,
) -> Claims<'a> {
    let user = permit.user();
    Claims {
        iss: issuer,
        aud: audience.as_str(),
        sub: user.id.to_string(),
        login: &user.login_name,
        user_at_tenant: permit.user_at_tenant(),
        email: user.email.as_deref(),
        tenant: permit.tenant().slug.as_str(),
        groups: &user.groups,
        certificate: permit.certificate().to_string(),
        iat: now,
        nbf: now,
        exp: expires,
        // The access log contains the request for which the assertion was made; the time separates restarts.
        jti: format!("{request_id}.{now}"),
    }
}
