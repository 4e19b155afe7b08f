//! The two languages of all pages and mails.

use serde::{Deserialize, Serialize};

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
    /// Both, in the order of the language switch.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The language tag (RFC 5646).
    pub fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `ja` or `en-US`; `None` for any other language.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL.into_iter().find(|locale| primary.eq_ignore_ascii_case(locale.tag()))
    }

    /// The best match for a reader's wishes, each a language tag and its weight: the highest weight wins, the
    /// earlier tag on a tie, and weight 0 excludes. English for readers who ask only for other languages.
    pub fn negotiate<'a>(asked: impl IntoIterator<Item = (&'a str, u16)>) -> Self {
        let mut best: Option<(u16, Self)> = None;
        let mut anything = false;
        for (tag, weight) in asked {
            anything = true;
            let Some(locale) = Self::from_tag(tag) else { continue };
            if weight > 0 && best.is_none_or(|(other, _)| weight > other) {
                best = Some((weight, locale));
            }
        }
        match best {
            Some((_, locale)) => locale,
            None if anything => Self::En,
            None => Self::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Locale;

    #[test]
    fn the_heaviest_language_that_we_have_wins() {
        assert_eq!(Locale::negotiate([("en-US", 1000), ("en", 900), ("ja", 800)]), Locale::En);
        assert_eq!(Locale::negotiate([("fr", 1000), ("ja", 300), ("en", 200)]), Locale::Ja);
        assert_eq!(Locale::negotiate([("ja", 0), ("en", 100)]), Locale::En);
        assert_eq!(Locale::negotiate([("en", 800), ("ja", 801)]), Locale::Ja);
        assert_eq!(Locale::negotiate([("ja", 500), ("en", 500)]), Locale::Ja);
    }

    #[test]
    fn nobody_asking_gets_japanese_and_a_third_language_gets_english() {
        assert_eq!(Locale::negotiate([]), Locale::Ja);
        assert_eq!(Locale::negotiate([("de-DE", 1000), ("de", 1000)]), Locale::En);
        assert_eq!(Locale::negotiate([("ja", 0)]), Locale::En);
    }
}
