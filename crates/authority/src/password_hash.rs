//! Passwords that people choose: Argon2id, a bounded number at a time.
//!
//! **Invariant:** an unknown name costs the same work as a wrong password ([`PasswordHasher::verify`]
//! with no stored hash checks a dummy).
//!
//! **Invariant:** a flood of sign-ins cannot take all memory and cores: beyond the bound one waits
//! briefly, then is told to come back.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier, phc::PasswordHash},
};
use aws_lc_rs::constant_time;
use domain::secret::Secret;
use rand_core::CryptoRng;
use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::Semaphore;

/// Memory of one hash, in KiB (OWASP's first recommendation for Argon2id: 19 MiB, t=2, p=1).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Hashes computed at the same time.
const HASHES_AT_ONCE_MAX: usize = 4;
/// Octets of a salt.
pub(crate) const SALT_OCTETS: usize = 16;
/// How long one waits for a place.
const WAIT_MAX: Duration = Duration::from_secs(10);

/// All places are taken; come back in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at the same time")]
pub(crate) struct Busy;

/// Hashes and checks passwords off the async threads.
#[derive(Clone, Debug)]
pub(crate) struct PasswordHasher {
    places: Arc<Semaphore>,
    dummy: Arc<str>,
    computed: Arc<AtomicU64>,
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

impl PasswordHasher {
    /// Computes the dummy hash once.
    pub(crate) fn new(rng: &mut dyn CryptoRng) -> Result<Self, Busy> {
        let dummy = hash_now("no such password", rng)?;
        let (places, computed) = (Arc::new(Semaphore::new(HASHES_AT_ONCE_MAX)), Arc::default());
        Ok(Self { places, dummy: dummy.into(), computed })
    }

    /// How many hashes were computed so far.
    pub(crate) fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// A PHC string to store. The salt is drawn before the future begins, which thus can be sent on.
    pub(crate) fn hash(
        &self,
        password: &Secret<String>,
        rng: &mut dyn CryptoRng,
    ) -> impl Future<Output = Result<String, Busy>> + Send + use<> {
        let (hasher, password, salt) = (self.clone(), password.clone(), random_salt(rng));
        async move { hasher.hash_salted(&password, salt).await }
    }

    /// The PHC string under a salt that is known beforehand: the same password gives the same one again, to be
    /// compared by [`same_hash`].
    pub(crate) async fn hash_salted(
        &self,
        password: &Secret<String>,
        salt: [u8; SALT_OCTETS],
    ) -> Result<String, Busy> {
        let password = password.clone();
        self.run(move || hash_with_salt(password.expose(), &salt)).await?
    }

    /// Does the password fit the stored PHC string? With none stored the work is done all the same
    /// and the answer is no.
    pub(crate) async fn verify(
        &self,
        stored: Option<String>,
        password: &Secret<String>,
    ) -> Result<bool, Busy> {
        let known = stored.is_some();
        let phc = stored.unwrap_or_else(|| self.dummy.to_string());
        let password = password.clone();
        let fits = self
            .run(move || {
                PasswordHash::new(&phc)
                    .is_ok_and(|hash| argon2().verify_password(password.expose().as_bytes(), &hash).is_ok())
            })
            .await?;
        Ok(fits && known)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let place = tokio::time::timeout(WAIT_MAX, Arc::clone(&self.places).acquire_owned());
        let _place = place.await.map_err(|_| Busy)?.map_err(|_| Busy)?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        tokio::task::spawn_blocking(work).await.map_err(|_| Busy)
    }
}

/// Are two PHC strings the same? In constant time.
pub(crate) fn same_hash(left: &str, right: &str) -> bool {
    constant_time::verify_slices_are_equal(left.as_bytes(), right.as_bytes()).is_ok()
}

fn random_salt(rng: &mut dyn CryptoRng) -> [u8; SALT_OCTETS] {
    let mut salt = [0; SALT_OCTETS];
    rng.fill_bytes(&mut salt);
    salt
}

fn hash_now(password: &str, rng: &mut dyn CryptoRng) -> Result<String, Busy> {
    hash_with_salt(password, &random_salt(rng))
}

fn hash_with_salt(password: &str, salt: &[u8; 16]) -> Result<String, Busy> {
    let hashed = argon2().hash_password_with_salt(password.as_bytes(), salt);
    hashed.map(|hash: PasswordHash| hash.to_string()).map_err(|_| Busy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    #[tokio::test]
    async fn a_hashed_password_verifies_and_a_wrong_or_unknown_one_does_not() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let hasher = PasswordHasher::new(&mut rng).unwrap();
        let right = Secret::new("correct horse".to_owned());
        let stored = hasher.hash(&right, &mut rng).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(hasher.verify(Some(stored.clone()), &right).await.unwrap());
        assert!(!hasher.verify(Some(stored), &Secret::new("wrong".to_owned())).await.unwrap());
        let dummy_password = Secret::new("no such password".to_owned());
        assert!(!hasher.verify(None, &dummy_password).await.unwrap());
    }
}
