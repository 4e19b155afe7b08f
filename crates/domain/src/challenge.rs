//! The optional challenge phrase: chosen in the application, it later revokes the person's own certificate,
//! without the certificate.

use crate::{
    letters::{is_dash, is_invisible},
    refusal::{Problem, number},
    secret::Secret,
};
use unicode_normalization::UnicodeNormalization;

/// The fewest letters. People choose the phrase, so it is kept by a slow hash and its tries are limited.
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

/// A challenge phrase in the clear, compared as people remember it, not as they typed it: capitals, width
/// (Unicode NFKC), the number of blanks, the kind of a dash and invisible letters do not count.
///
/// Phrases of older releases are kept by a hash over [`folded_formerly`], in which kinds of dashes and
/// invisible letters counted. A phrase with such letters is therefore compared in both ways.
#[derive(Debug, Clone)]
pub struct ChallengePhrase {
    text: Secret<String>,
    formerly: Option<Secret<String>>,
}

impl ChallengePhrase {
    /// Checks a phrase that a person chooses.
    pub fn chosen(text: &str) -> Result<Self, ChallengeError> {
        let phrase = Self::of(text);
        check_length(phrase.expose())?;
        Ok(phrase)
    }

    /// Checks a phrase typed for a revocation; a text that nobody could have chosen is no phrase.
    pub fn recalled(text: &str) -> Result<Self, ChallengeError> {
        let phrase = Self::of(text);
        if phrase.foldings().all(|text| check_length(text).is_err()) {
            check_length(phrase.expose())?;
        }
        Ok(phrase)
    }

    fn of(text: &str) -> Self {
        let (now, formerly) = (folded(text), folded_formerly(text));
        let formerly = (formerly != now).then(|| Secret::new(formerly));
        Self { text: Secret::new(now), formerly }
    }

    /// The text under the slow hash.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }

    /// The texts whose hash may be on record: two, if the phrase has dashes or invisible letters.
    pub fn foldings(&self) -> impl Iterator<Item = &str> {
        [Some(&self.text), self.formerly.as_ref()].into_iter().flatten().map(|text| text.expose().as_str())
    }
}

fn check_length(text: &str) -> Result<(), ChallengeError> {
    match text.chars().count() {
        0..CHALLENGE_LETTERS_MIN => Err(ChallengeError::TooShort),
        letters if letters > CHALLENGE_LETTERS_MAX => Err(ChallengeError::TooLong),
        _ => Ok(()),
    }
}

fn folded(text: &str) -> String {
    let seen = text.chars().filter(|letter| !is_invisible(*letter)).collect::<String>();
    folded_formerly(&seen).chars().map(|letter| if is_dash(letter) { '-' } else { letter }).collect()
}

/// Folds as the releases up to 0.1 did.
fn folded_formerly(text: &str) -> String {
    let text = text.nfkc().collect::<String>().to_lowercase();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded_as(text: &str) -> String {
        ChallengePhrase::chosen(text).unwrap().expose().to_owned()
    }

    #[test]
    fn a_short_phrase_is_refused_whether_chosen_or_recalled() {
        for text in ["short", "\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}"] {
            assert_eq!(ChallengePhrase::chosen(text).err(), Some(ChallengeError::TooShort));
        }
        assert_eq!(ChallengePhrase::recalled("short").err(), Some(ChallengeError::TooShort));
        let long = "x".repeat(CHALLENGE_LETTERS_MAX + 1);
        assert_eq!(ChallengePhrase::chosen(&long).err(), Some(ChallengeError::TooLong));
        assert_eq!(ChallengePhrase::recalled(&long).err(), Some(ChallengeError::TooLong));
        assert_eq!(folded_as("最初の犬はポチです"), "最初の犬はポチです");
    }

    #[test]
    fn capitals_width_and_blanks_do_not_count() {
        for typed in ["Akai  Kitsune 8 ", "ＡＫＡＩ　ｋｉｔｓｕｎｅ　８", "akai\tkitsune 8"] {
            assert_eq!(folded_as(typed), "akai kitsune 8", "{typed}");
        }
        assert_eq!(folded_as("ｱｶｲｷﾂﾈﾎﾟﾁ"), "アカイキツネポチ");
        assert_ne!(folded_as("akaikitsune8"), "akai kitsune 8");
    }

    #[test]
    fn kinds_of_dashes_and_invisible_letters_do_not_count() {
        for dash in ["-", "‐", "‑", "–", "—", "―", "−", "－", "ー", "ｰ", "-\u{200b}", "\u{feff}-"]
        {
            assert_eq!(folded_as(&format!("akai{dash}kitsune")), "akai-kitsune", "{dash:?}");
        }
    }

    #[test]
    fn a_phrase_of_an_older_release_is_looked_for_as_it_was_kept() {
        let recalled = ChallengePhrase::recalled("コーヒーは苦くない").unwrap();
        let foldings: Vec<&str> = recalled.foldings().collect();
        assert_eq!(foldings, ["コ-ヒ-は苦くない", "コーヒーは苦くない"]);
        let plain = ChallengePhrase::recalled("最初の犬はポチです").unwrap();
        assert_eq!(plain.foldings().count(), 1, "one hash is enough");
        // An older release kept this phrase with an invisible letter.
        assert!(ChallengePhrase::recalled("akaikit\u{200b}").is_ok());
        assert!(ChallengePhrase::chosen("akaikit\u{200b}").is_err());
    }
}
