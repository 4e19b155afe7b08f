//! Passwords that people choose: Argon2id, a bounded number at a time.
//!
//! **Invariant:** a hash is computed only at a [`HashingPlace`] in a line, and a place is given only with a
//! try that is counted already ([`crate::tries::ReservedTry`]): one address costs no more hashes than it gets
//! answers.
//!
//! **Invariant:** an unknown name costs the same work as a wrong password ([`HashingPlace::verify`] with no
//! stored hash checks a dummy).
//!
//! **Invariant:** strangers and known people have separate lines, and together fewer cores than there are: a
//! flood of strangers takes neither a sign-in's place nor the gate's core. Beyond a line's end the answer is
//! [`Busy`] at once.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier, phc::PasswordHash},
};
use aws_lc_rs::constant_time;
use domain::{id::UserId, secret::Secret};
use ground::{ClientNetwork, Entered, InFlight};
use rand_core::CryptoRng;
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
};
use tokio::sync::Semaphore;

/// Memory of one hash, in KiB (OWASP's first recommendation for Argon2id: 19 MiB, t=2, p=1).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
/// Octets of a salt.
pub(crate) const SALT_OCTETS: usize = 16;

/// Strangers in their line, including those whose hash is being computed: under a second's work on two cores.
const STRANGERS_MAX: usize = 16;
/// Strangers of one client network among them.
const STRANGERS_OF_NETWORK_MAX: usize = 4;
/// Known people in their line.
const PEOPLE_MAX: usize = 64;
/// Tries of one person among them.
const TRIES_OF_PERSON_MAX: usize = 2;

/// The line is full; come back in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked at the same time")]
pub(crate) struct Busy;

/// The person for whom a hash is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Asker {
    /// An unknown visitor, by the client's network.
    Stranger(ClientNetwork),
    /// A person who has shown a certificate, or an invitation's password.
    Person(UserId),
}

impl Asker {
    pub(crate) fn stranger(address: IpAddr) -> Self {
        Self::Stranger(ClientNetwork::of(address))
    }
}

/// Hashes and checks passwords off the async threads.
#[derive(Debug)]
pub(crate) struct PasswordHasher {
    strangers: Line,
    people: Line,
    dummy: Arc<str>,
    computed: Arc<AtomicU64>,
}

/// The visitors who wait for one of the slots.
#[derive(Debug)]
struct Line {
    present: InFlight<Asker>,
    slots: Arc<Semaphore>,
}

/// A place in a line; dropping it leaves the line.
#[derive(Debug)]
pub(crate) struct HashingPlace {
    _present: Entered<Asker>,
    slots: Arc<Semaphore>,
    dummy: Arc<str>,
    computed: Arc<AtomicU64>,
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes computed at the same time for strangers, and for people: at least one each; otherwise one core stays free.
pub(crate) fn slots_on(cores: usize) -> (usize, usize) {
    let both = cores.saturating_sub(1);
    let strangers = (both / 2).max(1);
    (strangers, both.saturating_sub(strangers).max(1))
}

impl PasswordHasher {
    /// Computes the dummy hash once.
    pub(crate) fn new(rng: &mut dyn CryptoRng) -> Result<Self, Busy> {
        let cores = available_parallelism().map_or(1, usize::from);
        let (strangers, people) = slots_on(cores);
        let line = |slots, line_max, each_max| Line {
            present: InFlight::new(line_max, each_max),
            slots: Arc::new(Semaphore::new(slots)),
        };
        Ok(Self {
            strangers: line(strangers, STRANGERS_MAX, STRANGERS_OF_NETWORK_MAX),
            people: line(people, PEOPLE_MAX, TRIES_OF_PERSON_MAX),
            dummy: hash_with_salt("no such password", &random_salt(rng))?.into(),
            computed: Arc::default(),
        })
    }

    /// How many hashes were computed so far.
    pub(crate) fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    /// A place at the end of the asker's line, or [`Busy`] at once.
    pub(crate) fn place(&self, asker: Asker) -> Result<HashingPlace, Busy> {
        let line = match asker {
            Asker::Stranger(_) => &self.strangers,
            Asker::Person(_) => &self.people,
        };
        Ok(HashingPlace {
            _present: line.present.enter(asker).ok_or(Busy)?,
            slots: Arc::clone(&line.slots),
            dummy: Arc::clone(&self.dummy),
            computed: Arc::clone(&self.computed),
        })
    }
}

impl HashingPlace {
    /// A PHC string to store. The salt is drawn before the future begins, so that the future can be sent to
    /// another thread.
    pub(crate) fn hash(
        &self,
        password: &Secret<String>,
        rng: &mut dyn CryptoRng,
    ) -> impl Future<Output = Result<String, Busy>> + Send {
        let (password, salt) = (password.clone(), random_salt(rng));
        async move { self.hash_salted(&password, salt).await }
    }

    /// The PHC string under a known salt: the same password gives the same string again, to be compared by
    /// [`same_hash`].
    pub(crate) async fn hash_salted(
        &self,
        password: &Secret<String>,
        salt: [u8; SALT_OCTETS],
    ) -> Result<String, Busy> {
        let password = password.clone();
        self.run(move || hash_with_salt(password.expose(), &salt)).await?
    }

    /// Whether the password matches the stored PHC string. Without a stored string the work is done as well
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

    /// The slot stays with the work, which continues even if the visitor leaves.
    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Busy> {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| Busy)?;
        self.computed.fetch_add(1, Ordering::Relaxed);
        let working = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(slot);
            done
        });
        working.await.map_err(|_| Busy)
    }
}

/// Whether two PHC strings are the same, in constant time.
pub(crate) fn same_hash(left: &str, right: &str) -> bool {
    constant_time::verify_slices_are_equal(left.as_bytes(), right.as_bytes()).is_ok()
}

fn random_salt(rng: &mut dyn CryptoRng) -> [u8; SALT_OCTETS] {
    let mut salt = [0; SALT_OCTETS];
    rng.fill_bytes(&mut salt);
    salt
}

fn hash_with_salt(password: &str, salt: &[u8; 16]) -> Result<String, Busy> {
    let hashed = argon2().hash_password_with_salt(password.as_bytes(), salt);
    hashed.map(|hash: PasswordHash| hash.to_string()).map_err(|_| Busy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    fn hasher(rng: &mut rand_chacha::ChaCha20Rng) -> PasswordHasher {
        PasswordHasher::new(rng).unwrap()
    }

    fn stranger(address: &str) -> Asker {
        Asker::stranger(address.parse().unwrap())
    }

    #[tokio::test]
    async fn a_hashed_password_verifies_and_a_wrong_or_unknown_one_does_not() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let place = hasher(&mut rng).place(stranger("192.0.2.1")).unwrap();
        let right = Secret::new("correct horse".to_owned());
        let stored = place.hash(&right, &mut rng).await.unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert!(place.verify(Some(stored.clone()), &right).await.unwrap());
        assert!(!place.verify(Some(stored), &Secret::new("wrong".to_owned())).await.unwrap());
        let dummy_password = Secret::new("no such password".to_owned());
        assert!(!place.verify(None, &dummy_password).await.unwrap());
    }

    #[test]
    fn hashing_leaves_a_core_free_where_there_is_one_to_leave() {
        assert_eq!([1, 2, 3, 4, 8, 64].map(slots_on), [(1, 1), (1, 1), (1, 1), (1, 2), (3, 4), (31, 32)]);
    }

    #[test]
    fn strangers_at_the_end_of_their_line_are_sent_away_and_people_find_theirs_free() {
        let hasher = hasher(&mut rand_chacha::ChaCha20Rng::seed_from_u64(1));
        let from = |network: usize| stranger(&format!("192.0.2.{network}"));
        let mut line: Vec<_> =
            (0..STRANGERS_OF_NETWORK_MAX).map(|_| hasher.place(from(0)).unwrap()).collect();
        assert_eq!(hasher.place(from(0)).unwrap_err(), Busy, "one network leaves room to others");
        line.extend((1..).map_while(|network| hasher.place(from(network)).ok()));
        assert_eq!(line.len(), STRANGERS_MAX);
        let person = Asker::Person(UserId::from_slice(&[1; 16]).unwrap());
        let own: Vec<_> = (0..TRIES_OF_PERSON_MAX).map(|_| hasher.place(person).unwrap()).collect();
        assert_eq!(hasher.place(person).unwrap_err(), Busy, "a person waits for the own tries");
        drop((line, own));
        assert!(hasher.place(from(0)).is_ok());
    }

    #[tokio::test]
    async fn the_hashes_of_a_visitor_who_left_still_take_their_slot() {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let hasher = hasher(&mut rng);
        let place = hasher.place(stranger("192.0.2.1")).unwrap();
        let password = Secret::new("correct horse".to_owned());
        let free = place.slots.available_permits();
        let mut hashing = Box::pin(place.hash(&password, &mut rng));
        let begun = std::future::poll_fn(|context| std::task::Poll::Ready(hashing.as_mut().poll(context)));
        assert!(begun.await.is_pending());
        drop(hashing);
        assert_eq!(place.slots.available_permits(), free - 1);
    }
}
