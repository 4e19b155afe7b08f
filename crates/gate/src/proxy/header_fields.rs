//! The header fields that cross the gate.
//!
//! **Invariant:** every inbound field that an upstream could mistake for one of the gate's ([`ForgedFields`])
//! is removed before the gate's are set.

use super::onward::Onward;
use crate::{applications::ForgedFields, connection::Connection};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{host_name::HostName, site::IdentityValue, upstream::fold};
use http::{
    HeaderMap, HeaderName, HeaderValue,
    header::{
        ALT_SVC, CONNECTION, CONTENT_LENGTH, COOKIE, EXPECT, HOST, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION,
        SET_COOKIE, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
    },
};
use std::borrow::Cow;

/// Fields that belong to one connection (RFC 9110 §7.6.1), besides those named in `Connection`.
static HOP_BY_HOP: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
];

const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

fn remove_hop_by_hop(headers: &mut HeaderMap) {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named {
        // The gate sets Content-Length: naming it there must not change how the body is framed.
        if name != CONTENT_LENGTH && name != HOST {
            headers.remove(name);
        }
    }
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
}

/// Removes the fields of a request that do not cross the gate.
pub(super) fn clean_request(headers: &mut HeaderMap, forged: &ForgedFields) {
    remove_hop_by_hop(headers);
    // The gate has answered this: the client may go on since its body was first read.
    headers.remove(EXPECT);
    keep_foreign_cookies(headers);
    let found: Vec<HeaderName> = headers.keys().filter(|name| forged.has(name.as_str())).cloned().collect();
    for name in found {
        headers.remove(name);
    }
}

/// Removes Sekisho's own cookies: a site's portal may have set some before an application took its place. The
/// remaining cookies become one field: HTTP/2 clients send cookies in pieces, HTTP/1.1 knows one field only
/// (RFC 9113 §8.2.3).
fn keep_foreign_cookies(headers: &mut HeaderMap) {
    let fields: Vec<&[u8]> = headers.get_all(COOKIE).iter().map(HeaderValue::as_bytes).collect();
    let ours = |field: &&[u8]| pairs(field).any(is_our_cookie);
    if fields.len() < 2 && !fields.iter().any(ours) {
        return;
    }
    let foreign: Vec<&[u8]> =
        fields.into_iter().flat_map(pairs).filter(|pair| !is_our_cookie(pair)).collect();
    // Valid values joined by a valid separator are always a valid value.
    match HeaderValue::from_bytes(&foreign.join(&b"; "[..])) {
        Ok(joined) if !joined.is_empty() => headers.insert(COOKIE, joined),
        _ => headers.remove(COOKIE),
    };
}

/// The pairs of a Cookie field (RFC 6265 §4.2.1).
fn pairs(field: &[u8]) -> impl Iterator<Item = &[u8]> {
    field.split(|byte| *byte == b';').map(<[u8]>::trim_ascii).filter(|pair| !pair.is_empty())
}

/// Sets the fields about the visitor.
pub(super) fn set_identity(headers: &mut HeaderMap, onward: &Onward<'_>, connection: &Connection) {
    let mut set = |name: HeaderName, value: &HeaderValue| {
        headers.insert(name, value.clone());
    };
    if let Ok(authority) = HeaderValue::try_from(onward.authority.to_string()) {
        set(HOST, &authority);
        set(FORWARDED_HOST, &authority);
    }
    if let Ok(client) = HeaderValue::try_from(connection.client.ip().to_canonical().to_string()) {
        set(FORWARDED_FOR, &client);
    }
    set(FORWARDED_PROTO, &HeaderValue::from_static("https"));
    // A value that no header can carry is left out: an upstream then sees nobody, not another person.
    let values = IdentityValue::ALL.map(|value| {
        let bytes = field_value(value, onward, connection);
        (value, bytes.and_then(|bytes| HeaderValue::from_bytes(&bytes).ok()))
    });
    let own = values.iter().filter_map(|(value, field)| Some((own_name(*value), field.as_ref()?)));
    let mapped = onward.application.mapped.iter().filter_map(|(name, mapped)| {
        let (_, field) = values.iter().find(|(value, _)| value == mapped)?;
        Some((name.clone(), field.as_ref()?))
    });
    for (name, field) in own.chain(mapped) {
        set(name, field);
    }
}

/// The field that carries this value to every upstream.
fn own_name(value: IdentityValue) -> HeaderName {
    match value {
        IdentityValue::User => const { HeaderName::from_static("sekisho-user") },
        IdentityValue::UserAtTenant => const { HeaderName::from_static("sekisho-user-at-tenant") },
        IdentityValue::Id => const { HeaderName::from_static("sekisho-id") },
        IdentityValue::Email => const { HeaderName::from_static("sekisho-email") },
        IdentityValue::Tenant => const { HeaderName::from_static("sekisho-tenant") },
        IdentityValue::Groups => const { HeaderName::from_static("sekisho-groups") },
        IdentityValue::Assertion => const { HeaderName::from_static("sekisho-assertion") },
        IdentityValue::ClientCert => const { HeaderName::from_static("client-cert") },
    }
}

/// `None` if there is no value, and then no field.
fn field_value<'a>(
    value: IdentityValue,
    onward: &'a Onward<'_>,
    connection: &Connection,
) -> Option<Cow<'a, [u8]>> {
    let permit = onward.permit;
    Some(match value {
        IdentityValue::User => permit.user().login_name.as_bytes().into(),
        IdentityValue::UserAtTenant => permit.user_at_tenant().into_bytes().into(),
        IdentityValue::Id => permit.user().id.to_string().into_bytes().into(),
        IdentityValue::Email => permit.user().email.as_ref()?.as_bytes().into(),
        IdentityValue::Tenant => permit.tenant().slug.as_str().as_bytes().into(),
        IdentityValue::Groups => permit.user().groups.join(",").into_bytes().into(),
        IdentityValue::Assertion => onward.assertion.as_ref()?.as_bytes().into(),
        IdentityValue::ClientCert => client_cert(connection.visitor.leaf_der.as_ref()?).into(),
    })
}

/// RFC 9440 §2.1: a structured-field byte sequence (RFC 8941 §3.3.5).
fn client_cert(der: &[u8]) -> Vec<u8> {
    format!(":{}:", STANDARD.encode(der)).into_bytes()
}

/// Fields that lead browsers past the gate (RFC 7838, and its predecessor).
static WAYS_ROUND: [HeaderName; 2] = [ALT_SVC, HeaderName::from_static("alternate-protocol")];

/// Removes the parts of an answer that do not cross the gate: connection fields, fields that only the gate
/// sets, alternative services, cookies that only pages of Sekisho may set, and the reach of other cookies
/// beyond `site`.
pub(super) fn clean_response(headers: &mut HeaderMap, site: &HostName) {
    remove_hop_by_hop(headers);
    for name in &WAYS_ROUND {
        headers.remove(name);
    }
    let ours = |name: &&HeaderName| fold(name.as_str()).starts_with("sekisho-");
    let forged: Vec<HeaderName> = headers.keys().filter(ours).cloned().collect();
    for name in forged {
        headers.remove(name);
    }
    let clean = |cookie: &&HeaderValue| {
        !is_our_cookie(cookie.as_bytes()) && within(cookie.as_bytes(), site).is_none()
    };
    if headers.get_all(SET_COOKIE).iter().all(|cookie| clean(&cookie)) {
        return;
    }
    let all: Vec<HeaderValue> = headers.get_all(SET_COOKIE).iter().cloned().collect();
    headers.remove(SET_COOKIE);
    for cookie in all.into_iter().filter(|cookie| !is_our_cookie(cookie.as_bytes())) {
        // Parts of a valid value are always a valid value.
        let narrowed = within(cookie.as_bytes(), site).and_then(|text| HeaderValue::from_bytes(&text).ok());
        headers.append(SET_COOKIE, narrowed.unwrap_or(cookie));
    }
}

/// The cookie without those `Domain` attributes (RFC 6265 §5.2.3) that reach beyond the site; `None` if it
/// has none. It becomes a cookie of the site alone, so that an application that asks for more still has its
/// session.
fn within(cookie: &[u8], site: &HostName) -> Option<Vec<u8>> {
    let mut parts = cookie.split(|byte| *byte == b';');
    let pair = parts.next()?;
    let (wide, kept): (Vec<&[u8]>, Vec<&[u8]>) = parts.partition(|attribute| reaches_beyond(attribute, site));
    let parts: Vec<&[u8]> = std::iter::once(pair).chain(kept).collect();
    (!wide.is_empty()).then(|| parts.join(&b';'))
}

fn reaches_beyond(attribute: &[u8], site: &HostName) -> bool {
    let Some(at) = attribute.iter().position(|byte| *byte == b'=') else { return false };
    let (name, domain) = (attribute[..at].trim_ascii(), attribute[at + 1..].trim_ascii());
    if !name.eq_ignore_ascii_case(b"domain") || domain.is_empty() {
        return false;
    }
    let domain = domain.strip_prefix(b".").unwrap_or(domain).to_ascii_lowercase();
    let site = site.as_str().as_bytes();
    let below = domain.strip_suffix(site).is_some_and(|label| label.ends_with(b"."));
    domain != site && !below
}

fn is_our_cookie(cookie: &[u8]) -> bool {
    const PREFIX: &[u8] = b"__host-sekisho";
    let name = cookie.trim_ascii_start();
    name.len() >= PREFIX.len() && name[..PREFIX.len()].eq_ignore_ascii_case(PREFIX)
}

#[cfg(test)]
mod tests;
