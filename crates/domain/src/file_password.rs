//! The password of a PKCS#12 file, as the keyboards of phones and computers write it.
//!
//! What keyboards write differently for the same key is refused by its name. What they write alike, but show or hide
//! differently, is accepted with a word of warning.

use crate::{
    letters::{is_dash, is_invisible},
    refusal::Problem,
};
use pki::{Pkcs12Password, Pkcs12PasswordError, pkcs12::PKCS12_PASSWORD_CHARACTERS_MAX};

/// The password in a typed text, or why it can be none.
pub fn file_password(text: &str) -> Result<Pkcs12Password, Problem> {
    Pkcs12Password::parse(text).map_err(|error| match error {
        Pkcs12PasswordError::Empty => Problem::Required,
        Pkcs12PasswordError::NotAscii => unwritable(text),
        Pkcs12PasswordError::TooLong => Problem::too_long(PKCS12_PASSWORD_CHARACTERS_MAX),
    })
}

/// The name of the first letter that no file's password may have; the letter itself is not repeated.
fn unwritable(text: &str) -> Problem {
    if text.contains(['¥', '￥']) {
        return Problem::PasswordYen;
    }
    let letter = text.chars().find(|letter| !(' '..='~').contains(letter));
    match letter {
        Some('\u{ff01}'..='\u{ff5e}' | '\u{ffe0}'..='\u{ffe6}' | '\u{3000}'..='\u{303f}' | '・' | 'ー') => {
            Problem::PasswordFullWidth
        }
        Some(letter) if is_replaced_mark(letter) => Problem::PasswordReplacedMarks,
        Some(letter) if is_invisible(letter) || letter.is_whitespace() || letter.is_control() => {
            Problem::PasswordUnseen
        }
        Some(_) | None => Problem::PasswordNotAscii,
    }
}

/// Whether programs write this mark for a plain one that was typed.
fn is_replaced_mark(letter: char) -> bool {
    let is_quote =
        matches!(letter, '\u{2018}'..='\u{201f}' | '\u{2032}' | '\u{2033}' | '´' | '\u{203e}' | '˜' | 'ˆ');
    is_quote || letter == '…' || (is_dash(letter) && !is_invisible(letter))
}

/// A word of warning about a password that was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FilePasswordNote {
    /// It contains `\`, which many Japanese keyboards and screens show as `¥`.
    Backslash,
    /// It begins or ends with a blank, which nobody sees.
    BlankAtEnd,
}

impl FilePasswordNote {
    /// All notes.
    pub const ALL: [Self; 2] = [Self::Backslash, Self::BlankAtEnd];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Backslash => "backslash",
            Self::BlankAtEnd => "blank-at-end",
        }
    }

    /// Whether a typed password deserves it.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Self::Backslash => text.contains('\\'),
            Self::BlankAtEnd => text.starts_with(' ') || text.ends_with(' '),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_keyboards_write_differently_is_refused_by_its_name() {
        for (text, problem) in [
            ("himitsu¥himitsu", Problem::PasswordYen),
            ("himitsu￥himitsu", Problem::PasswordYen),
            ("ひみつ¥himitsu", Problem::PasswordYen),
            ("ｈｉｍｉｔｓｕ", Problem::PasswordFullWidth),
            ("himitsu　himitsu", Problem::PasswordFullWidth),
            ("himitsu～himitsu", Problem::PasswordFullWidth),
            ("himitsu〜himitsu", Problem::PasswordFullWidth),
            ("himitsuーhimitsu", Problem::PasswordFullWidth),
            ("himitsu、himitsu", Problem::PasswordFullWidth),
            ("it’s a secret", Problem::PasswordReplacedMarks),
            ("“secret word”", Problem::PasswordReplacedMarks),
            ("secret–word", Problem::PasswordReplacedMarks),
            ("secret−word", Problem::PasswordReplacedMarks),
            ("secret‾word", Problem::PasswordReplacedMarks),
            ("secret…word", Problem::PasswordReplacedMarks),
            ("secret\u{a0}word", Problem::PasswordUnseen),
            ("secret\u{200b}word", Problem::PasswordUnseen),
            ("secret\u{ad}word", Problem::PasswordUnseen),
            ("secret\tword", Problem::PasswordUnseen),
            ("sécret word", Problem::PasswordNotAscii),
            ("ひみつのことば", Problem::PasswordNotAscii),
            ("", Problem::Required),
        ] {
            assert_eq!(file_password(text).map(drop), Err(problem), "{text:?}");
        }
    }

    #[test]
    fn every_letter_of_a_plain_keyboard_is_accepted() {
        let all: String = (' '..='~').collect();
        assert!(file_password(&all).is_ok());
    }

    #[test]
    fn a_backslash_and_a_blank_that_nobody_sees_deserve_a_word() {
        let notes = |text: &str| FilePasswordNote::ALL.map(|note| note.fits(text));
        assert_eq!(notes("correct horse"), [false, false]);
        assert_eq!(notes("correct\\horse"), [true, false]);
        assert_eq!(notes("correct horse "), [false, true]);
        assert_eq!(notes(" correct\\horse"), [true, true]);
    }
}
