//! Whoever has proved a challenge phrase and now chooses a certificate.
//!
//! **Invariant:** only right credentials get in, for ten minutes, and come out once; after a restart
//! the phrase is asked for again.

use authority::self_service::ChallengeForm;
use domain::{
    password::random_letters,
    secret::Secret,
    time::{SignedDuration, Timestamp},
};
use rand_core::CryptoRng;
use std::{
    collections::VecDeque,
    fmt,
    sync::{Mutex, PoisonError},
};

/// How long the choice may take.
const CHOICE_LIFETIME: SignedDuration = SignedDuration::from_mins(10);
/// The most people who choose at the same time; beyond it the oldest begins again.
const CHOICES_MAX: usize = 1_000;
/// Letters of a token: 20 × log2(31) ≈ 99 bits.
const TOKEN_LETTERS: usize = 20;

struct Proved {
    token: Secret<String>,
    form: ChallengeForm,
    until: Timestamp,
}

/// All of them, in memory only.
#[derive(Default)]
pub(super) struct ProvedChallenges(Mutex<VecDeque<Proved>>);

impl ProvedChallenges {
    /// Keeps what was proved; the token goes into the page.
    pub(super) fn keep(&self, form: ChallengeForm, now: Timestamp, rng: &mut dyn CryptoRng) -> String {
        let token = random_letters(TOKEN_LETTERS, rng);
        let until = now.checked_add(CHOICE_LIFETIME).unwrap_or(now);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|proved| now < proved.until);
        if kept.len() >= CHOICES_MAX {
            kept.pop_front();
        }
        kept.push_back(Proved { token: Secret::new(token.clone()), form, until });
        token
    }

    /// Takes out what this token stands for, if its time is not over.
    pub(super) fn take(&self, token: &str, now: Timestamp) -> Option<ChallengeForm> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = kept.iter().position(|proved| proved.token.expose() == token)?;
        kept.remove(at).filter(|proved| now < proved.until).map(|proved| proved.form)
    }
}

impl fmt::Debug for ProvedChallenges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProvedChallenges").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::challenge::ChallengePhrase;
    use rand_chacha::{ChaCha20Rng, rand_core::SeedableRng};

    fn form(email: &str) -> ChallengeForm {
        let challenge_phrase = ChallengePhrase::typed("the first dog was Pochi");
        ChallengeForm { identification_code: "abcd".into(), email: email.into(), challenge_phrase }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_token_opens_once_and_not_after_its_time() {
        let kept = ProvedChallenges::default();
        let mut rng = ChaCha20Rng::seed_from_u64(1);
        let first = kept.keep(form("a@example.jp"), at(0), &mut rng);
        let second = kept.keep(form("b@example.jp"), at(0), &mut rng);
        assert_eq!(kept.take(&second, at(599)).map(|form| form.email).as_deref(), Some("b@example.jp"));
        assert!(kept.take(&second, at(599)).is_none());
        assert!(kept.take(&first, at(600)).is_none());
        assert!(kept.take("", at(0)).is_none());
    }
}
