//! The texts of a page: by key, with dates and amounts, in one language.
//!
//! **Invariant:** a text exists in both languages and mentions the same values in both. Tests read every
//! text, and render every page and mail and look for [`MISSING`].

mod dates;

use domain::{locale::Locale, time::Timestamp};
use fluent_templates::{
    LanguageIdentifier, Loader,
    fluent_bundle::{FluentValue, types::FluentNumber},
    static_loader,
};
use jiff::tz::TimeZone;
use std::{borrow::Cow, collections::HashMap, fmt, sync::LazyLock};

static_loader! {
    static TEXTS = {
        locales: "./translations",
        fallback_language: "ja",
        // Isolation marks would be copied together with codes and addresses.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

static JAPANESE: LazyLock<LanguageIdentifier> = LazyLock::new(|| identifier(Locale::Ja));
static ENGLISH: LazyLock<LanguageIdentifier> = LazyLock::new(|| identifier(Locale::En));

/// The mark before a key without a text, so that the place is not empty.
pub const MISSING: &str = "⟦";

/// The most numbered texts that one list can have (`key-1`, `key-2`, …).
const LIST_TEXTS_MAX: usize = 20;

fn identifier(locale: Locale) -> LanguageIdentifier {
    locale.tag().parse().unwrap_or_default()
}

/// The texts of one language, for one service.
#[derive(Debug, Clone)]
pub struct Voice {
    pub locale: Locale,
    service_name: String,
    time_zone: TimeZone,
    now: Timestamp,
}

impl Voice {
    /// The voice of `service_name` in `locale`; dates are shown in `time_zone`, distances from `now`.
    pub fn new(locale: Locale, service_name: &str, time_zone: TimeZone, now: Timestamp) -> Self {
        Self { locale, service_name: service_name.to_owned(), time_zone, now }
    }

    /// The text under `key`; every text may use `{ $service }`.
    pub fn say(&self, key: impl AsRef<str>) -> Phrase {
        let phrase = Phrase { locale: self.locale, key: key.as_ref().to_owned(), values: HashMap::new() };
        phrase.with("service", &self.service_name)
    }

    /// The texts under `key-1`, `key-2`, … up to the first missing one.
    pub fn list(&self, key: &str) -> Vec<Phrase> {
        let numbered = (1..=LIST_TEXTS_MAX).map(|number| self.say(format!("{key}-{number}")));
        numbered.take_while(Phrase::exists).collect()
    }
}

/// A text with the values it mentions. It is displayed unescaped; pages escape it.
#[derive(Debug, Clone)]
pub struct Phrase {
    locale: Locale,
    key: String,
    values: HashMap<Cow<'static, str>, FluentValue<'static>>,
}

impl Phrase {
    /// Gives the text's `{ $name }` a value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Amount) -> Self {
        self.values.insert(Cow::Borrowed(name), value.fluent());
        self
    }

    /// Whether the text exists and has all the values it mentions.
    pub(crate) fn exists(&self) -> bool {
        self.text().is_some()
    }

    fn text(&self) -> Option<String> {
        let language = match self.locale {
            Locale::Ja => &*JAPANESE,
            Locale::En => &*ENGLISH,
        };
        TEXTS.try_lookup_with_args(language, &self.key, &self.values)
    }
}

impl fmt::Display for Phrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.text() {
            Some(text) => f.write_str(&text),
            None => write!(f, "{MISSING}{}⟧", self.key),
        }
    }
}

/// A value that a text can mention.
pub trait Amount {
    /// The value for Fluent: numbers stay numbers, for the plural rules.
    fn fluent(&self) -> FluentValue<'static>;
}

impl<T: Amount + ?Sized> Amount for &T {
    fn fluent(&self) -> FluentValue<'static> {
        (**self).fluent()
    }
}

impl Amount for str {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::String(Cow::Owned(self.to_owned()))
    }
}

impl Amount for String {
    fn fluent(&self) -> FluentValue<'static> {
        self.as_str().fluent()
    }
}

impl Amount for char {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::String(Cow::Owned(self.to_string()))
    }
}

impl Amount for Phrase {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::String(Cow::Owned(self.to_string()))
    }
}

impl Amount for u32 {
    fn fluent(&self) -> FluentValue<'static> {
        FluentValue::Number(FluentNumber::from(f64::from(*self)))
    }
}

impl Amount for usize {
    fn fluent(&self) -> FluentValue<'static> {
        u32::try_from(*self).unwrap_or(u32::MAX).fluent()
    }
}

#[cfg(test)]
mod tests;
