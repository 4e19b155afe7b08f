//! One-time passwords and codes that Sekisho generates: no look-alikes, at least 80 bits where they open something.

use crate::{letters::folded_code, secret::Secret};
use rand_core::CryptoRng;

/// 31 letters and digits without look-alikes: no 0/o, 1/l/i.
const ALPHABET: &[u8; 31] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// Letters of a one-time password: 20 × log2(31) ≈ 99 bits.
pub const ONE_TIME_PASSWORD_LETTERS: usize = 20;

/// Random letters of the alphabet, each equally likely.
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

/// Whether this byte is a letter of the alphabet.
pub fn is_letter(byte: u8) -> bool {
    ALPHABET.contains(&byte)
}

/// `abcdefgh` as `abcd-efgh`.
pub fn grouped(letters: &str) -> String {
    let groups: Vec<&str> =
        (0..letters.len()).step_by(4).map(|at| &letters[at..letters.len().min(at + 4)]).collect();
    groups.join("-")
}

/// A generated password that a person types once.
#[derive(Debug, Clone)]
pub struct OneTimePassword(Secret<String>);

impl OneTimePassword {
    /// A new password of at least 80 bits.
    pub fn random(rng: &mut dyn CryptoRng) -> Self {
        Self(Secret::new(random_letters(ONE_TIME_PASSWORD_LETTERS, rng)))
    }

    /// Typed text, folded. Any text is accepted, because a wrong one must cost the same work.
    pub fn typed(text: &str) -> Self {
        Self(Secret::new(folded_code(text)))
    }

    /// Whether the password can be a generated one. If not, it is a typing mistake and no guess.
    pub fn can_be_right(&self) -> bool {
        let letters = self.0.expose();
        letters.len() == ONE_TIME_PASSWORD_LETTERS && letters.bytes().all(is_letter)
    }

    /// The bytes under the keyed hash.
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
    fn what_can_be_no_password_of_ours_is_known_without_a_hash() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        assert!(OneTimePassword::random(&mut rng).can_be_right());
        for typed in ["", "abcd-efgh", "abcd-efgh-jkmn-pqrs-tuv0", "abcd-efgh-jkmn-pqrs-tuvw-x"] {
            assert!(!OneTimePassword::typed(typed).can_be_right(), "{typed}");
        }
    }
}
