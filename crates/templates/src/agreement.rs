//! The subscriber agreement that stands above `[同意して申請する]`.
//!
//! Version, hash, time and address of each consent are kept; a change of the text is a new version.

use domain::locale::Locale;
use std::borrow::Borrow;

/// The version of the texts below; `agreement_version` in the form.
pub const VERSION: &str = "2026-11";

const JAPANESE: &str = include_str!("../agreement/ja.txt");
const ENGLISH: &str = include_str!("../agreement/en.txt");

/// The agreement in one language, UTF-8, paragraphs divided by blank lines. Consent is given to
/// this text: its bytes are what is hashed.
pub fn text(locale: Locale) -> &'static str {
    match locale {
        Locale::Ja => JAPANESE,
        Locale::En => ENGLISH,
    }
}

pub(crate) fn paragraphs(locale: impl Borrow<Locale>) -> Vec<&'static str> {
    text(*locale.borrow()).split("\n\n").map(str::trim).filter(|paragraph| !paragraph.is_empty()).collect()
}
