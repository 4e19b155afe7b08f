//! The subscriber agreement, shown above `[同意して申請する]`.
//!
//! The store keeps version, hash, time and address of each consent; a change of the text is a new version.

use domain::locale::Locale;
use std::borrow::Borrow;

/// The version of the texts below; `agreement_version` in the form.
pub const VERSION: &str = "2026-11";

const JAPANESE: &str = include_str!("../agreement/ja.txt");
const ENGLISH: &str = include_str!("../agreement/en.txt");

/// The agreement in one language, UTF-8, paragraphs separated by blank lines. The hash of a consent is over
/// these bytes.
pub fn text(locale: Locale) -> &'static str {
    match locale {
        Locale::Ja => JAPANESE,
        Locale::En => ENGLISH,
    }
}

pub(crate) fn paragraphs(locale: impl Borrow<Locale>) -> Vec<&'static str> {
    text(*locale.borrow()).split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).collect()
}
