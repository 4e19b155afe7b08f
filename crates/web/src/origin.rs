//! Forms are accepted from Sekisho's own pages only.
//!
//! Browsers name the sending page with every POST, so a foreign page cannot act in a visitor's name, and
//! forms need no token. Programs that send neither field are not browsers and carry no visitor's cookies.

use crate::scheme::Scheme;
use axum::http::{HeaderMap, Method, header};

/// Whether this request may change records. `own` is the authority that the request is for.
pub(crate) fn allows(method: &Method, headers: &HeaderMap, scheme: Scheme, own: &str) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return true;
    }
    let mut origins = headers.get_all(header::ORIGIN).into_iter();
    let origin_fits = origins.all(|origin| {
        // `null` (sandboxed frames, privacy redirects) belongs to no page.
        let rest = origin.to_str().ok().and_then(|origin| origin.strip_prefix(scheme.name()));
        let named = rest.and_then(|rest| rest.strip_prefix("://"));
        named.is_some_and(|named| named.eq_ignore_ascii_case(own))
    });
    let site = headers.get("sec-fetch-site").map(http::HeaderValue::as_bytes);
    let site_fits = matches!(site, None | Some(b"same-origin" | b"none"));
    origin_fits && site_fits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(fields: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, value.parse().unwrap());
        }
        allows(&Method::POST, &headers, Scheme::Https, "desk.example.jp")
    }

    #[test]
    fn a_form_of_ours_or_of_no_browser_is_taken() {
        assert!(post(&[]));
        assert!(post(&[("origin", "https://desk.example.jp"), ("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn foreign_null_and_sibling_origins_are_refused() {
        for origin in
            ["https://evil.example", "null", "http://desk.example.jp", "https://desk.example.jp:444", ""]
        {
            assert!(!post(&[("origin", origin)]), "{origin}");
        }
        assert!(!post(&[("sec-fetch-site", "cross-site")]));
        assert!(!post(&[("sec-fetch-site", "same-site")]));
        assert!(!post(&[("origin", "https://desk.example.jp"), ("origin", "https://evil.example")]));
    }

    #[test]
    fn reading_is_free() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ORIGIN, "https://evil.example".parse().unwrap());
        assert!(allows(&Method::GET, &headers, Scheme::Https, "desk.example.jp"));
    }
}
