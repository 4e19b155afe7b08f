//! The reader's language: a kept choice, else the browser's preference.
//!
//! `?lang=en` on any page leads back to the same page without it and sets a cookie ([`language::cookie`]).

use crate::scheme::Scheme;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use domain::locale::Locale;
use ground::language;

/// The language to answer in.
pub(crate) fn of(headers: &HeaderMap) -> Locale {
    let kept = language::kept(headers).find_map(Locale::from_tag);
    kept.unwrap_or_else(|| Locale::negotiate(language::preferred(headers)))
}

/// Path and query of this page without `lang`, always on this host.
pub(crate) fn path_without_language(uri: &Uri) -> String {
    // A browser reads a Location of `//name/…` or `/\name/…` as another host.
    let path = uri.path().trim_start_matches(['/', '\\']);
    let pairs = uri.query().unwrap_or_default().split('&');
    let kept: Vec<&str> = pairs.filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
    match kept.as_slice() {
        [] => format!("/{path}"),
        kept => format!("/{path}?{}", kept.join("&")),
    }
}

/// The answer to `?lang=…`: 303 to the same page, and a cookie. `None` if no language is asked for.
pub(crate) fn switch(uri: &Uri, scheme: Scheme) -> Option<Response> {
    let query = uri.query().filter(|query| query.split('&').any(|pair| pair.starts_with("lang=")))?;
    let location = HeaderValue::from_str(&path_without_language(uri)).ok()?;
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(header::LOCATION, location);
    if let Some(locale) = language::asked(query).and_then(Locale::from_tag) {
        let field = language::cookie(locale.tag(), scheme == Scheme::Https);
        response.headers_mut().insert(header::SET_COOKIE, HeaderValue::from_str(&field).ok()?);
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(uri: &str) -> String {
        let response = switch(&uri.parse().unwrap(), Scheme::Http).unwrap();
        response.headers()[header::LOCATION].to_str().unwrap().to_owned()
    }

    #[test]
    fn the_switch_leads_back_to_the_same_page_and_never_to_another_host() {
        assert_eq!(location("/pickup?reference=R1&lang=en"), "/pickup?reference=R1");
        assert_eq!(location("/?lang=ja"), "/");
        assert_eq!(location("//evil.example/x?lang=ja"), "/evil.example/x");
        assert_eq!(location("/\\evil.example/?lang=ja"), "/evil.example/");
    }

    #[test]
    fn an_unknown_language_leaves_no_cookie() {
        let response = switch(&"/?lang=tlh".parse().unwrap(), Scheme::Http).unwrap();
        assert!(!response.headers().contains_key(header::SET_COOKIE));
        assert!(switch(&"/?language=en".parse().unwrap(), Scheme::Http).is_none());
    }

    #[test]
    fn the_choice_outweighs_the_browsers_wish() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static("ja"));
        assert_eq!(of(&headers), Locale::Ja);
        headers.insert(header::COOKIE, HeaderValue::from_static("a=b; sekisho-lang=en"));
        assert_eq!(of(&headers), Locale::En);
    }
}
