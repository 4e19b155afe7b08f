//! Response headers that every answer of ours carries.

use crate::{
    request_id::{REQUEST_ID_HEADER, RequestId},
    scheme::Scheme,
};
use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use ground::PROBLEM_JSON;
use std::sync::LazyLock;
use templates::{Style, assets};

const CONTENT_SECURITY_POLICY: &str =
    "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; object-src 'none'";

/// For pages beside an upstream, which load nothing: no script of the upstream can be named in them.
static CONTENT_SECURITY_POLICY_EMBEDDED: LazyLock<String> = LazyLock::new(|| {
    let style = assets::style_csp_source();
    format!(
        "default-src 'none'; style-src {style}; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
    )
});

/// `same-origin` and not `no-referrer`: under the latter browsers send `Origin: null` with our own
/// forms, which we would have to refuse.
const REFERRER_POLICY: &str = "same-origin";

const PERMISSIONS_POLICY: &str = "camera=(), geolocation=(), microphone=(), payment=(), usb=()";

const TRANSPORT_SECURITY: &str = "max-age=31536000";

const SECURITY: [(HeaderName, &str); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, REFERRER_POLICY),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
];

/// Sets them. Nothing is kept by caches unless its handler said otherwise.
pub(crate) fn set(response: &mut Response, scheme: Scheme, style: Style, request_id: &RequestId) {
    let forms = [crate::page::HTML, PROBLEM_JSON];
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| forms.contains(kind));
    let headers = response.headers_mut();
    for (name, value) in SECURITY {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let policy = match style {
        Style::Linked => CONTENT_SECURITY_POLICY,
        Style::Embedded => &CONTENT_SECURITY_POLICY_EMBEDDED,
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    if scheme == Scheme::Https {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TRANSPORT_SECURITY));
    }
    if is_page {
        headers.insert(header::VARY, HeaderValue::from_static("accept, accept-language, cookie"));
    }
    if let Ok(id) = HeaderValue::from_str(request_id.as_str()) {
        headers.insert(REQUEST_ID_HEADER, id);
    }
    cache_never_unless_said(headers);
}

fn cache_never_unless_said(headers: &mut HeaderMap) {
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
}
