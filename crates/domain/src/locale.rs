//! The two languages of every page and mail.

use crate::weight::weight_among;
use serde::{Deserialize, Serialize};

/// The cookie that keeps what a reader has chosen; it carries nothing but the language.
const LANGUAGE_COOKIE: &str = "sekisho-lang";
/// How long it is kept, in seconds.
const LANGUAGE_COOKIE_SECONDS: u32 = 365 * 24 * 60 * 60;

/// A language that pages and mails exist in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Locale {
    /// 日本語
    #[default]
    Ja,
    /// English
    En,
}

impl Locale {
    /// Both, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The language tag (RFC 5646).
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `ja` or `en-US`; `None` if there is none such.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|locale| primary.eq_ignore_ascii_case(locale.tag()))
    }

    /// The language that a query asks for by `lang=…`.
    pub fn in_query(query: &str) -> Option<Self> {
        query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(Self::from_tag)
    }

    /// The language that a `Cookie` field (RFC 6265 §4.2) keeps.
    pub fn in_cookies(field: &str) -> Option<Self> {
        let pairs = field.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.into_iter().find(|(name, _)| *name == LANGUAGE_COOKIE).and_then(|(_, tag)| Self::from_tag(tag))
    }

    /// The `Set-Cookie` field (RFC 6265 §4.1) that keeps this language; `secure` on HTTPS.
    pub fn cookie(self, secure: bool) -> String {
        let (tag, secure) = (self.tag(), if secure { "; Secure" } else { "" });
        format!(
            "{LANGUAGE_COOKIE}={tag}; Path=/; HttpOnly; SameSite=Lax; Max-Age={LANGUAGE_COOKIE_SECONDS}{secure}"
        )
    }

    /// The best match for an `Accept-Language` field (RFC 9110 §12.5.4): the highest weight wins,
    /// the earlier one on a tie; English for whoever asks only for languages that we lack.
    pub fn negotiate(accept_language: &str) -> Self {
        let mut best: Option<(u16, Self)> = None;
        for range in accept_language.split(',').take(32) {
            let mut parts = range.split(';').map(str::trim);
            let Some(locale) = parts.next().and_then(Self::from_tag) else { continue };
            let weight = weight_among(parts);
            if weight > 0 && best.is_none_or(|(other, _)| weight > other) {
                best = Some((weight, locale));
            }
        }
        match best {
            Some((_, locale)) => locale,
            None if accept_language.trim().is_empty() => Self::default(),
            None => Self::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn the_heaviest_language_that_we_have_wins() {
        assert_eq!(Locale::negotiate("en-US,en;q=0.9,ja;q=0.8"), Locale::En);
        assert_eq!(Locale::negotiate("fr,ja;q=0.3,en;q=0.2"), Locale::Ja);
        assert_eq!(Locale::negotiate("ja;q=0,en;q=0.1"), Locale::En);
        assert_eq!(Locale::negotiate("en;q=0.8,ja;q=0.801"), Locale::Ja);
        assert_eq!(Locale::negotiate("ja;q=inf,en;q=0.1"), Locale::En);
    }

    #[test]
    fn a_choice_is_read_from_the_query_and_from_the_cookie_that_keeps_it() {
        assert_eq!(Locale::in_query("reference=R1&lang=en"), Some(Locale::En));
        assert_eq!(Locale::in_query("language=en&lang=tlh"), None);
        let kept = Locale::En.cookie(true);
        assert_eq!(Locale::in_cookies(&format!("a=b; {kept}")), Some(Locale::En));
        assert_eq!(Locale::in_cookies("not-sekisho-lang=en"), None);
        assert!(kept.ends_with("; Secure") && !Locale::En.cookie(false).contains("Secure"));
    }

    #[test]
    fn nobody_asking_gets_japanese_and_a_third_language_gets_english() {
        assert_eq!(Locale::negotiate(""), Locale::Ja);
        assert_eq!(Locale::negotiate("de-DE,de"), Locale::En);
    }
}
