//! The slow hash of a challenge phrase.

use crate::{Unavailable, password_hash::SALT_OCTETS, sealer::Keyed, tries::ReservedTry};
use domain::{challenge::ChallengePhrase, id::UserId, secret::Secret};

/// Hashes challenge phrases: all phrases of a person under one salt.
#[derive(Clone)]
pub(crate) struct Phrases(Keyed);

impl Phrases {
    /// `salts` derives the salts.
    pub(crate) fn new(salts: Keyed) -> Self {
        Self(salts)
    }

    /// The slow hash of a person's challenge phrase, as it is kept.
    pub(crate) async fn hash(
        &self,
        user: UserId,
        phrase: &ChallengePhrase,
        reserved: &ReservedTry,
    ) -> Result<String, Unavailable> {
        self.hash_text(user, phrase.expose(), reserved).await
    }

    /// The slow hashes under which a phrase may be on record. How many there are depends on what was typed alone.
    pub(crate) async fn hashes(
        &self,
        user: UserId,
        phrase: &ChallengePhrase,
        reserved: &ReservedTry,
    ) -> Result<Vec<String>, Unavailable> {
        let mut hashes = Vec::new();
        for text in phrase.foldings() {
            hashes.push(self.hash_text(user, text, reserved).await?);
        }
        Ok(hashes)
    }

    async fn hash_text(
        &self,
        user: UserId,
        text: &str,
        reserved: &ReservedTry,
    ) -> Result<String, Unavailable> {
        let keyed = self.0.hash(user.as_bytes(), "")?;
        let salt: [u8; SALT_OCTETS] = std::array::from_fn(|index| keyed[index]);
        let phrase = Secret::new(text.to_owned());
        Ok(reserved.place().hash_salted(&phrase, salt).await?)
    }
}
