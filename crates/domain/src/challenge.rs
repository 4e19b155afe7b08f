//! The optional challenge phrase: chosen when applying, it revokes one's own certificate later,
//! without the certificate.

use crate::{
    refusal::{Problem, number},
    secret::Secret,
};
use unicode_normalization::UnicodeNormalization;

/// The fewest letters; people choose it, so it is kept by a slow hash and its tries are limited.
pub const CHALLENGE_LETTERS_MIN: usize = 8;
/// The most letters.
pub const CHALLENGE_LETTERS_MAX: usize = 128;

/// Why a text cannot be a challenge phrase.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChallengeError {
    /// Fewer than [`CHALLENGE_LETTERS_MIN`] letters.
    #[error("use at least 8 letters")]
    TooShort,
    /// More than [`CHALLENGE_LETTERS_MAX`] letters.
    #[error("use at most 128 letters")]
    TooLong,
}

impl From<ChallengeError> for Problem {
    fn from(error: ChallengeError) -> Self {
        match error {
            ChallengeError::TooShort => Self::PasswordTooShort { min: number(CHALLENGE_LETTERS_MIN) },
            ChallengeError::TooLong => Self::too_long(CHALLENGE_LETTERS_MAX),
        }
    }
}

/// A challenge phrase in the clear, as it is remembered rather than as it was typed: capitals, width (Unicode
/// NFKC) and the number of blanks do not count.
#[derive(Debug, Clone)]
pub struct ChallengePhrase(Secret<String>);

impl ChallengePhrase {
    /// Parses the form's field; nothing typed means none chosen.
    pub fn parse_optional(text: &str) -> Result<Option<Self>, ChallengeError> {
        let text = folded(text);
        match text.chars().count() {
            0 => Ok(None),
            1..CHALLENGE_LETTERS_MIN => Err(ChallengeError::TooShort),
            letters if letters > CHALLENGE_LETTERS_MAX => Err(ChallengeError::TooLong),
            _ => Ok(Some(Self(Secret::new(text)))),
        }
    }

    /// What was typed to revoke: anything is taken, for a wrong one must cost the same work.
    pub fn typed(text: &str) -> Self {
        Self(Secret::new(folded(text).chars().take(CHALLENGE_LETTERS_MAX).collect()))
    }

    /// The text that the slow hash is taken over.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

fn folded(text: &str) -> String {
    let text = text.nfkc().collect::<String>().to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_typed_is_no_phrase_and_a_short_one_is_refused() {
        assert!(ChallengePhrase::parse_optional("  ").unwrap().is_none());
        assert_eq!(ChallengePhrase::parse_optional("short").err(), Some(ChallengeError::TooShort));
        assert_eq!(
            ChallengePhrase::parse_optional("最初の犬はポチです").unwrap().unwrap().expose(),
            "最初の犬はポチです"
        );
    }

    #[test]
    fn capitals_width_and_blanks_do_not_count() {
        let chosen = ChallengePhrase::parse_optional("akai kitsune 8").unwrap().unwrap();
        for typed in ["Akai  Kitsune 8 ", "ＡＫＡＩ　ｋｉｔｓｕｎｅ　８", "akai\tkitsune 8"] {
            assert_eq!(ChallengePhrase::typed(typed).expose(), chosen.expose(), "{typed}");
        }
        assert_eq!(ChallengePhrase::typed("ﾎﾟﾁ").expose(), "ポチ");
        assert_ne!(ChallengePhrase::typed("akaikitsune8").expose(), chosen.expose());
    }
}
