//! One-time passwords and codes that we generate: no look-alikes, at least 80 bits where they open
//! something.

use crate::secret::Secret;
use rand_core::CryptoRng;

/// 31 letters and digits that cannot be mistaken for each other: no 0/o, 1/l/i.
const ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// Letters of a one-time password: 20 × log2(31) ≈ 99 bits.
pub const ONE_TIME_PASSWORD_LETTERS: usize = 20;

/// Random letters of our alphabet, each equally likely.
pub fn random_letters(count: usize, rng: &mut dyn CryptoRng) -> String {
    let mut letters = String::with_capacity(count);
    let mut byte = [0u8; 1];
    while letters.len() < count {
        rng.fill_bytes(&mut byte);
        // 248 = 8 × 31: bytes above would favour the first letters.
        if byte[0] < 248 {
            letters.push(char::from(ALPHABET[usize::from(byte[0]) % ALPHABET.len()]));
        }
    }
    letters
}

/// Is this byte one of our letters?
pub fn is_letter(byte: u8) -> bool {
    ALPHABET.contains(&byte)
}

/// What a person typed, without blanks and hyphens, in lower case; full-width letters (as Japanese
/// keyboards give them) become half-width.
pub fn folded_letters(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '！'..='～' => char::from_u32(u32::from(letter) - 0xFEE0).unwrap_or(letter),
            other => other,
        })
        .filter(|letter| !letter.is_whitespace() && *letter != '-')
        .flat_map(char::to_lowercase)
        .collect()
}

/// `abcdefgh` as `abcd-efgh`.
pub fn grouped(letters: &str) -> String {
    let groups: Vec<&str> =
        (0..letters.len()).step_by(4).map(|at| &letters[at..letters.len().min(at + 4)]).collect();
    groups.join("-")
}

/// A password that we made and a person types once.
#[derive(Debug, Clone)]
pub struct OneTimePassword(Secret<String>);

impl OneTimePassword {
    /// A new one, ≥ 80 bits.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret::new(random_letters(ONE_TIME_PASSWORD_LETTERS, rng)))
    }

    /// What was typed, folded; anything is taken here, for a wrong one must cost the same work.
    pub fn typed(text: &str) -> Self {
        Self(Secret::new(folded_letters(text)))
    }

    /// The bytes that the keyed hash is taken over.
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// As printed on the sheet or in the mail: groups of four.
    pub fn grouped(&self) -> Secret<String> {
        Secret::new(grouped(self.0.expose()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    #[test]
    fn a_printed_password_reads_back_and_has_no_look_alikes() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let made = OneTimePassword::random(&mut rng);
        let printed = made.grouped().expose().to_uppercase();
        assert_eq!(OneTimePassword::typed(&printed).expose(), made.expose());
        assert!(made.expose().len() >= ONE_TIME_PASSWORD_LETTERS);
        assert!(!made.expose().contains(['0', 'o', '1', 'l', 'i']));
    }

    #[test]
    fn full_width_letters_are_folded() {
        assert_eq!(folded_letters("ＡＢ２３－ｘ y"), "ab23xy");
    }
}
