//! Text that is written into a certificate: printable ASCII letters without accents, so that every
//! reader on every system shows the same name.

use crate::refusal::Problem;
use std::fmt;

/// The longest text: the upper bound of a common name, RFC 5280 appendix A.1 (`ub-common-name`).
pub const CERTIFICATE_TEXT_LETTERS_MAX: usize = 64;

/// Why a text cannot be written into a certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateTextError {
    /// Nothing was given.
    #[error("nothing was given")]
    Empty,
    /// A letter that is not printable ASCII; the value is the first such letter.
    #[error("the letter {0:?} is not an unaccented half-width letter")]
    Letter(char),
    /// More than [`CERTIFICATE_TEXT_LETTERS_MAX`] letters.
    #[error("longer than 64 letters")]
    TooLong,
}

impl CertificateTextError {
    /// The refusal of the typed text.
    pub fn problem(&self, typed: &str) -> Problem {
        match self {
            Self::Empty => Problem::Required,
            Self::TooLong => Problem::too_long(CERTIFICATE_TEXT_LETTERS_MAX),
            Self::Letter(letter) => Problem::CertificateLetter { letter: *letter, typed: typed.to_owned() },
        }
    }
}

/// Printable ASCII, trimmed, 1 to 64 letters, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateText(String);

impl CertificateText {
    /// Parses typed text; several blanks in a row become one.
    pub fn parse(text: &str) -> Result<Self, CertificateTextError> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Err(CertificateTextError::Empty);
        }
        if let Some(letter) = text.chars().find(|letter| !(' '..='~').contains(letter)) {
            return Err(CertificateTextError::Letter(letter));
        }
        if text.len() > CERTIFICATE_TEXT_LETTERS_MAX {
            return Err(CertificateTextError::TooLong);
        }
        Ok(Self(text))
    }

    /// The text as written into the certificate.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CertificateText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person's name in the certificate, family name and given name each in roman letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RomanName {
    /// Family name (surname).
    pub family: CertificateText,
    /// Given name.
    pub given: CertificateText,
}

impl RomanName {
    /// The common name, family name first as on the application form, at most 64 letters.
    pub fn common_name(&self) -> String {
        let mut name = format!("{} {}", self.family, self.given);
        name.truncate(CERTIFICATE_TEXT_LETTERS_MAX);
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_roman_names_and_company_names_are_accepted() {
        for text in ["Jean-Luc", "O'Brien", "Sample Co., Ltd.", "R&D (Tokyo)"] {
            assert_eq!(CertificateText::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn an_accented_or_japanese_letter_is_named_in_the_refusal() {
        assert_eq!(CertificateText::parse("Müller"), Err(CertificateTextError::Letter('ü')));
        assert_eq!(CertificateText::parse("山田"), Err(CertificateTextError::Letter('山')));
        assert_eq!(CertificateText::parse("Tarō\u{7f}"), Err(CertificateTextError::Letter('ō')));
        assert_eq!(CertificateText::parse(" \u{3000} "), Err(CertificateTextError::Empty));
    }
}
