//! The languages that a request asks for, as language tags (RFC 5646): a choice in the query, a choice kept
//! in a cookie, and the browser's preference. Callers know which languages their pages exist in.

use crate::weight_among;
use http::{
    HeaderMap,
    header::{ACCEPT_LANGUAGE, COOKIE},
};

/// The cookie that keeps a reader's choice; it contains nothing but the language.
const COOKIE_NAME: &str = "sekisho-lang";

/// How long a browser keeps the cookie, in seconds.
const COOKIE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// The most ranges of an `Accept-Language` field that are read.
const RANGES_MAX: usize = 32;

/// The language that a query asks for by `lang=…`.
pub fn asked(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("lang="))
}

/// The languages that cookies keep (RFC 6265 §4.2).
pub fn kept(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    let fields = headers.get_all(COOKIE).into_iter().filter_map(|field| field.to_str().ok());
    let pairs = fields.flat_map(|field| field.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(name, _)| *name == COOKIE_NAME).map(|(_, tag)| tag)
}

/// The `Set-Cookie` field (RFC 6265 §4.1) that keeps a language; `secure` on HTTPS.
pub fn cookie(tag: &str, secure: bool) -> String {
    let secure = if secure { "; Secure" } else { "" };
    format!("{COOKIE_NAME}={tag}; Path=/; HttpOnly; SameSite=Lax; Max-Age={COOKIE_SECONDS}{secure}")
}

/// The languages of `Accept-Language` (RFC 9110 §12.5.4) in the field's order, each with its weight in thousandths.
pub fn preferred(headers: &HeaderMap) -> impl Iterator<Item = (&str, u16)> {
    let field = headers.get(ACCEPT_LANGUAGE).and_then(|field| field.to_str().ok()).unwrap_or_default();
    let ranges = field.split(',').take(RANGES_MAX).filter(|range| !range.trim().is_empty());
    ranges.map(|range| {
        let mut parts = range.split(';').map(str::trim);
        (parts.next().unwrap_or_default(), weight_among(parts))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::{HeaderName, HeaderValue};

    fn headers(fields: &[(HeaderName, &str)]) -> HeaderMap {
        let field =
            |(name, value): &(HeaderName, &str)| (name.clone(), HeaderValue::from_str(value).unwrap());
        fields.iter().map(field).collect()
    }

    #[test]
    fn a_choice_is_read_from_the_query_and_from_the_cookie_that_keeps_it() {
        assert_eq!(asked("reference=R1&lang=en"), Some("en"));
        assert_eq!(asked("language=en"), None);
        let kept_en = cookie("en", true);
        let pieces = headers(&[(COOKIE, "a=b; c"), (COOKIE, &kept_en), (COOKIE, "not-sekisho-lang=ja")]);
        assert_eq!(kept(&pieces).collect::<Vec<_>>(), ["en"]);
        assert!(kept_en.ends_with("; Secure") && !cookie("en", false).contains("Secure"));
    }

    #[test]
    fn what_a_browser_prefers_comes_in_its_order_with_its_weights() {
        let wish = headers(&[(ACCEPT_LANGUAGE, "en-US,en;q=0.9 , ja; q=0.8,fr;q=inf,")]);
        let expected = [("en-US", 1000), ("en", 900), ("ja", 800), ("fr", 0)];
        assert_eq!(preferred(&wish).collect::<Vec<_>>(), expected);
        assert_eq!(preferred(&HeaderMap::new()).count(), 0);
        let many = "ja,".repeat(1_000);
        assert_eq!(preferred(&headers(&[(ACCEPT_LANGUAGE, &many)])).count(), RANGES_MAX);
    }
}
