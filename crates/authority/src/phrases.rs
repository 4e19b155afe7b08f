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
        let keyed = self.0.hash(user.as_bytes(), "")?;
        let salt: [u8; SALT_OCTETS] = std::array::from_fn(|index| keyed[index]);
        let phrase = Secret::new(phrase.expose().to_owned());
        Ok(reserved.place().hash_salted(&phrase, salt).await?)
    }
}
