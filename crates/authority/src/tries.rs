//! Wrong tries at public forms, counted in the store so that a restart forgets none.
//!
//! **Invariant:** a try that costs a slow hash is counted before the hash ([`ReservedTry`]), so that tries at
//! the same moment, in any number of processes, cost no more hashes than they get answers. A right try is
//! given back.

use crate::{
    Unavailable,
    core::Core,
    password_hash::{Asker, HashingPlace, PasswordHasher},
    runner::Kept,
    sealer::Keyed,
    work::Work,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    attempts::{self, ATTEMPT_WINDOW, AttemptCounts, PHRASE_WINDOW, TooManyAttempts},
    id::{TenantId, UserId},
    time::{SignedDuration, Timestamp},
};
use ground::ClientNetwork;
use std::{net::IpAddr, sync::Arc};
use store::{Reader, attempts::AttemptKey};

/// The scopes by which tries are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TryScope {
    Address,
    Email,
    Tenant,
    Phrase,
}

impl TryScope {
    pub(crate) const ALL: [Self; 4] = [Self::Address, Self::Email, Self::Tenant, Self::Phrase];

    /// The stable name in the store.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Email => "email",
            Self::Tenant => "tenant",
            Self::Phrase => "phrase",
        }
    }

    /// How long a count lasts.
    pub(crate) fn window(self) -> SignedDuration {
        match self {
            Self::Address | Self::Email | Self::Tenant => ATTEMPT_WINDOW,
            Self::Phrase => PHRASE_WINDOW,
        }
    }
}

/// The target and origin of a try, kept only as keyed hashes.
pub(crate) struct Tried {
    keys: Vec<(TryScope, [u8; 32])>,
}

/// A try that is counted as wrong and may be answered, with a place in the line for its slow hash.
#[must_use = "a try that turns out right is given back"]
pub(crate) struct ReservedTry {
    place: HashingPlace,
    counted: CountedTry,
}

impl ReservedTry {
    /// The place for its slow hash.
    pub(crate) fn place(&self) -> &HashingPlace {
        &self.place
    }

    /// Leaves the line. The try stays counted as wrong until it is given back.
    pub(crate) fn hashed(self) -> CountedTry {
        self.counted
    }
}

/// A try that is counted as wrong, and was hashed.
#[derive(Clone, Copy)]
pub(crate) struct CountedTry {
    at: Timestamp,
}

/// Counts tries, and gives the places at which slow hashes are computed.
#[derive(Clone)]
pub(crate) struct Tries {
    core: Core,
    keys: Keyed,
    hasher: Arc<PasswordHasher>,
}

impl Tries {
    /// `keys` hashes the targets and origins of tries.
    pub(crate) fn new(core: &Core, keys: Keyed, hasher: &Arc<PasswordHasher>) -> Self {
        Self { core: core.clone(), keys, hasher: Arc::clone(hasher) }
    }

    /// A try from `address` at `email` of the tenant with `code`; the form's name separates forms.
    pub(crate) fn tried(
        &self,
        form: &'static str,
        address: IpAddr,
        email: &str,
        code: &str,
    ) -> Result<Tried, Unavailable> {
        let key = |scope, text: &str| self.attempt_key(form, scope, text);
        Ok(Tried {
            keys: vec![
                key(TryScope::Address, &ClientNetwork::of(address).to_string())?,
                key(TryScope::Email, &person(email, code))?,
                key(TryScope::Tenant, code)?,
            ],
        })
    }

    /// As [`Tries::tried`], at a challenge phrase.
    pub(crate) fn tried_phrase(
        &self,
        form: &'static str,
        address: IpAddr,
        email: &str,
        code: &str,
    ) -> Result<Tried, Unavailable> {
        let mut tried = self.tried(form, address, email, code)?;
        tried.keys.push(self.attempt_key(form, TryScope::Phrase, &person(email, code))?);
        Ok(tried)
    }

    fn attempt_key(
        &self,
        form: &'static str,
        scope: TryScope,
        text: &str,
    ) -> Result<(TryScope, [u8; 32]), Unavailable> {
        let salt = format!("{form}/{}", scope.name());
        Ok((scope, self.keys.hash(salt.as_bytes(), text)?))
    }

    /// A try by a person with a certificate: counted for that person alone, so that an office behind one
    /// address shares no limit.
    pub(crate) fn tried_by(
        &self,
        form: &'static str,
        tenant: TenantId,
        user: UserId,
    ) -> Result<Tried, Unavailable> {
        let key = |scope, id: &[u8; 16]| self.attempt_key(form, scope, &URL_SAFE_NO_PAD.encode(id));
        Ok(Tried {
            keys: vec![
                key(TryScope::Address, user.as_bytes())?,
                key(TryScope::Email, user.as_bytes())?,
                key(TryScope::Tenant, tenant.as_bytes())?,
            ],
        })
    }
}

impl Tries {
    /// Whether another try may be made. The inner answer is the visitor's, the outer one the store's.
    ///
    /// The caller asks on a reader before any slow work: a refused visitor costs no hash, and does not wait
    /// for SQLite's one writer.
    pub(crate) async fn admit(&self, tried: &Tried) -> Result<Result<(), TooManyAttempts>, Unavailable> {
        let now = self.core.now();
        let counts = counts(&mut self.core.read().await?, tried, now).await?;
        Ok(attempts::admit(counts, now))
    }

    /// Counts a try before its slow hash, if an answer is left for it; counts nothing if its line is full.
    pub(crate) async fn reserve_try(
        &self,
        act: &'static str,
        tried: &Tried,
        asker: Asker,
    ) -> Result<Result<ReservedTry, TooManyAttempts>, Unavailable> {
        if let Err(told) = self.admit(tried).await? {
            return Ok(Err(told));
        }
        let place = self.hasher.place(asker)?;
        let counted = self.core.upkeep(act, |mut work| async move {
            Ok::<_, Unavailable>(match work.count_try(tried).await? {
                Ok(()) => {
                    let counted = CountedTry { at: work.now };
                    work.kept(Ok(counted))
                }
                Err(told) => Kept::nothing(Err(told)),
            })
        });
        Ok(counted.await?.map(|counted| ReservedTry { place, counted }))
    }

    /// Takes back a right try, so that nobody is locked out by right tries.
    pub(crate) async fn give_back(
        &self,
        act: &'static str,
        tried: &Tried,
        reserved: ReservedTry,
    ) -> Result<(), Unavailable> {
        let counted = reserved.hashed();
        let done = self.core.upkeep(act, |mut work| async move {
            work.give_back(tried, counted).await?;
            Ok(work.kept(()))
        });
        done.await
    }

    /// Counts a wrong try without a slow hash; an error if the tries were used up meanwhile.
    pub(crate) async fn settle_wrong_try(
        &self,
        act: &'static str,
        tried: &Tried,
    ) -> Result<Result<(), TooManyAttempts>, Unavailable> {
        let done = self.core.upkeep(act, |mut work| async move {
            let admitted = work.count_try(tried).await?;
            Ok(work.kept(admitted))
        });
        done.await
    }
}

async fn counts(reader: &mut Reader, tried: &Tried, now: Timestamp) -> Result<AttemptCounts, Unavailable> {
    let mut counts = AttemptCounts::default();
    for (scope, hash) in &tried.keys {
        let window = attempts::window_start(scope.window(), now);
        let count = reader.attempts(AttemptKey { scope: scope.name(), hash }, window).await?;
        match scope {
            TryScope::Address => counts.address = count,
            TryScope::Email => counts.email = count,
            TryScope::Tenant => counts.tenant = count,
            TryScope::Phrase => counts.phrase = count,
        }
    }
    Ok(counts)
}

impl Work {
    /// Like [`Tries::admit`], with the tries counted since.
    pub(crate) async fn admit(&mut self, tried: &Tried) -> Result<Result<(), TooManyAttempts>, Unavailable> {
        let now = self.now;
        Ok(attempts::admit(counts(self, tried, now).await?, now))
    }

    /// Notes a wrong try in every scope.
    pub(crate) async fn count_wrong_try(&mut self, tried: &Tried) -> Result<(), Unavailable> {
        for (scope, hash) in &tried.keys {
            let window = attempts::window_start(scope.window(), self.now);
            self.count_attempt(AttemptKey { scope: scope.name(), hash }, window).await?;
        }
        Ok(())
    }

    /// Counts a try; returns whether an answer was left for it.
    async fn count_try(&mut self, tried: &Tried) -> Result<Result<(), TooManyAttempts>, Unavailable> {
        // The count comes before the check, so that tries at the same moment wait for each other.
        self.count_wrong_try(tried).await?;
        let now = self.now;
        let AttemptCounts { address, email, tenant, phrase } = counts(self, tried, now).await?;
        let others = |count: u32| count.saturating_sub(1);
        let before = AttemptCounts {
            address: others(address),
            email: others(email),
            tenant: others(tenant),
            phrase: others(phrase),
        };
        Ok(attempts::admit(before, now))
    }

    /// Takes back the try that [`Tries::reserve_try`] has counted.
    pub(crate) async fn give_back(&mut self, tried: &Tried, counted: CountedTry) -> Result<(), Unavailable> {
        for (scope, hash) in &tried.keys {
            let window = attempts::window_start(scope.window(), counted.at);
            self.uncount_attempt(AttemptKey { scope: scope.name(), hash }, window).await?;
        }
        Ok(())
    }
}

fn person(email: &str, code: &str) -> String {
    format!("{code}/{}", email.trim().to_lowercase())
}
