//! Which header fields cross the gate.
//!
//! **Invariant:** every inbound field that an upstream could take for one of ours, in any spelling that it may fold
//! together, is removed before ours are set.

use super::Onward;
use crate::connections::Connection;
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::site::{HeaderMapping, IdentityValue};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{CONNECTION, COOKIE, EXPECT, HOST, SET_COOKIE},
};
use std::borrow::Cow;

/// Fields that belong to one connection (RFC 9110 §7.6.1), besides those named in `Connection`.
const HOP_BY_HOP: [&str; 9] = [
    "connection",
    "keep-alive",
    "proxy-connection",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Names that say who a visitor is or where it comes from, folded.
const IDENTITY_NAMES: [&str; 5] =
    ["forwarded", "x-real-ip", "remote-user", "x-remote-user", "x-webobjects-remote-user"];

/// Beginnings of such names, folded.
const IDENTITY_PREFIXES: [&str; 6] =
    ["sekisho-", "client-cert", "x-forwarded-", "x-ssl-", "x-client-", "ssl-client-"];

/// The name as the most forgiving upstream sees it: CGI and its heirs turn everything but letters and digits into
/// one character.
fn folded(name: &str) -> String {
    let fold = |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' };
    name.chars().map(fold).collect()
}

fn is_identity(name: &HeaderName, mapped: &[HeaderMapping]) -> bool {
    let name = folded(name.as_str());
    IDENTITY_NAMES.contains(&name.as_str())
        || IDENTITY_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        || mapped.iter().any(|mapping| folded(&mapping.header) == name)
}

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        // Content-Length is ours to keep: naming it there must not change how the body is framed.
        if name != http::header::CONTENT_LENGTH && name != HOST {
            headers.remove(name);
        }
    }
    for name in HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Removes from a request what does not cross the gate.
pub(super) fn clean_request(headers: &mut HeaderMap, mapped: &[HeaderMapping]) {
    remove_hop_by_hop(headers);
    // Answered here: the client was told to go on when its body was first read.
    headers.remove(EXPECT);
    keep_foreign_cookies(headers);
    let forged: Vec<HeaderName> = headers.keys().filter(|name| is_identity(name, mapped)).cloned().collect();
    for name in forged {
        headers.remove(name);
    }
}

/// Takes our own cookies out: a site's portal may have left some with browsers before an application took its
/// place. What stays becomes one field: HTTP/2 clients send cookies in pieces, HTTP/1.1 knows one field only (RFC
/// 9113 §8.2.3).
fn keep_foreign_cookies(headers: &mut HeaderMap) {
    let fields: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    let ours = |field: &&[u8]| pairs(field).any(is_our_cookie);
    if fields.len() < 2 && !fields.iter().any(ours) {
        return;
    }
    let foreign: Vec<&[u8]> =
        fields.into_iter().flat_map(pairs).filter(|pair| !is_our_cookie(pair)).collect();
    // Made of values that were good, and of a separator that is: always a value again.
    match HeaderValue::from_bytes(&foreign.join(&b"; "[..])) {
        Ok(joined) if !joined.is_empty() => headers.insert(COOKIE, joined),
        _ => headers.remove(COOKIE),
    };
}

/// The pairs of a Cookie field (RFC 6265 §4.2.1).
fn pairs(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    field.split(|byte| *byte == b';').map(<[u8]>::trim_ascii).filter(|pair| !pair.is_empty())
}

/// Says who the visitor is.
pub(super) fn set_identity(headers: &mut HeaderMap, onward: &Onward<'_>, connection: &Connection) {
    let mut set = |name: &str, value: &[u8]| {
        // A value that no header can carry is left out: an upstream then sees nobody, not somebody else.
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_bytes(value)) {
            headers.insert(name, value);
        }
    };
    let authority = onward.authority.to_string();
    set(HOST.as_str(), authority.as_bytes());
    set("x-forwarded-host", authority.as_bytes());
    set("x-forwarded-proto", b"https");
    set("x-forwarded-for", connection.client.ip().to_canonical().to_string().as_bytes());
    let own = IdentityValue::ALL.map(|value| (own_name(value), value));
    let mapped = onward.upstream.headers.iter().map(|mapping| (mapping.header.as_str(), mapping.value));
    for (name, value) in own.into_iter().chain(mapped) {
        if let Some(told) = told(value, onward, connection) {
            set(name, &told);
        }
    }
}

/// The field in which every upstream is told this.
fn own_name(value: IdentityValue) -> &'static str {
    match value {
        IdentityValue::User => "sekisho-user",
        IdentityValue::UserAtTenant => "sekisho-user-at-tenant",
        IdentityValue::Id => "sekisho-id",
        IdentityValue::Email => "sekisho-email",
        IdentityValue::Tenant => "sekisho-tenant",
        IdentityValue::Groups => "sekisho-groups",
        IdentityValue::Assertion => "sekisho-assertion",
        IdentityValue::ClientCert => "client-cert",
    }
}

/// `None`: nothing to tell, and no field then.
fn told<'a>(value: IdentityValue, onward: &'a Onward<'_>, connection: &Connection) -> Option<Cow<'a, [u8]>> {
    let permit = onward.permit;
    Some(match value {
        IdentityValue::User => permit.user().login_name.as_bytes().into(),
        IdentityValue::UserAtTenant => permit.user_at_tenant().into_bytes().into(),
        IdentityValue::Id => permit.user().id.to_string().into_bytes().into(),
        IdentityValue::Email => permit.user().email.as_bytes().into(),
        IdentityValue::Tenant => permit.tenant().slug.as_bytes().into(),
        IdentityValue::Groups => permit.user().groups.join(",").into_bytes().into(),
        IdentityValue::Assertion => onward.assertion.as_ref()?.as_bytes().into(),
        IdentityValue::ClientCert => client_cert(connection.visitor.leaf_der.as_ref()?).into(),
    })
}

/// RFC 9440 §2.1: a structured-field byte sequence (RFC 8941 §3.3.5).
fn client_cert(der: &[u8]) -> Vec<u8> {
    format!(":{}:", STANDARD.encode(der)).into_bytes()
}

/// Removes from an answer what does not cross the gate: connection fields, our own refusal's mark, and cookies
/// that only our pages may set.
pub(super) fn clean_response(headers: &mut HeaderMap) {
    remove_hop_by_hop(headers);
    headers.remove(crate::answer::DENIAL_FIELD);
    if headers.get_all(SET_COOKIE).iter().any(|cookie| is_our_cookie(cookie.as_bytes())) {
        let all = headers.get_all(SET_COOKIE).iter();
        let others: Vec<HeaderValue> =
            all.filter(|cookie| !is_our_cookie(cookie.as_bytes())).cloned().collect();
        headers.remove(SET_COOKIE);
        for cookie in others {
            headers.append(SET_COOKIE, cookie);
        }
    }
}

fn is_our_cookie(cookie: &[u8]) -> bool {
    const PREFIX: &[u8] = b"__host-sekisho";
    let name = cookie.trim_ascii_start();
    name.len() >= PREFIX.len() && name[..PREFIX.len()].eq_ignore_ascii_case(PREFIX)
}

#[cfg(test)]
mod tests;
