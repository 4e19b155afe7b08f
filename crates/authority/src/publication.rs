//! Revocation lists and issuers' certificates for relying parties, from memory.
//!
//! **Invariant:** strangers, in any number, cost the database at most one read a second for each issuer; a
//! list of many megabytes is in memory once for all of them.
//!
//! **Invariant:** while the database answers, a list of another process is served at most [`LOOK_INTERVAL`]
//! later; while it does not, the newest known list is served, which itself states its end.

use crate::{Unavailable, core::Core};
use bytes::Bytes;
use domain::{
    id::IssuerId,
    issuer::Issuer,
    time::{SignedDuration, Timestamp},
};
use quick_cache::{
    DefaultHashBuilder, OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};
use store::crls::PublishedCrl;

/// How long a list is served before the database is asked for a newer one.
const LOOK_INTERVAL: SignedDuration = SignedDuration::from_secs(1);
/// Octets of lists, and of certificates, that are kept in memory: a list of three million entries, or
/// thousands of ordinary lists.
const KEPT_OCTETS_MAX: u64 = 128 << 20;
/// The expected number of issuers.
const ISSUERS_EXPECTED: usize = 1_000;
/// The memory of an entry besides its octets.
const ENTRY_OCTETS: u64 = 200;

/// An issuer's newest list, as served.
#[derive(Debug, Clone)]
pub struct PublishedList {
    /// CRL number (RFC 5280 §5.2.3).
    pub number: u64,
    /// The signed list, DER.
    pub der: Bytes,
    /// thisUpdate.
    pub this_update: Timestamp,
}

/// A list, and the time of the last check for a newer one.
#[derive(Debug)]
struct Kept {
    list: PublishedList,
    looked_at_milliseconds: AtomicI64,
}

impl Kept {
    fn new(list: PublishedCrl, now: Timestamp) -> Arc<Self> {
        let PublishedCrl { number, der, this_update, .. } = list;
        let list = PublishedList { number, der: der.into(), this_update };
        Arc::new(Self { list, looked_at_milliseconds: now.as_millisecond().into() })
    }

    /// Whether this visitor must check for a newer list; of many at the same moment, one must.
    fn takes_a_look(&self, now: Timestamp) -> bool {
        let (now, last) = (now.as_millisecond(), self.looked_at_milliseconds.load(Ordering::Relaxed));
        // A clock that was set back must not stop the checks.
        let due =
            now.abs_diff(last) >= LOOK_INTERVAL.as_millis().unsigned_abs().try_into().unwrap_or(u64::MAX);
        let (order, unchanged) = (Ordering::Relaxed, Ordering::Relaxed);
        due && self.looked_at_milliseconds.compare_exchange(last, now, order, unchanged).is_ok()
    }
}

#[derive(Clone)]
struct Octets;

impl Weighter<IssuerId, Arc<Kept>> for Octets {
    fn weight(&self, _: &IssuerId, kept: &Arc<Kept>) -> u64 {
        kept.list.der.len() as u64 + ENTRY_OCTETS
    }
}

impl Weighter<IssuerId, Bytes> for Octets {
    fn weight(&self, _: &IssuerId, der: &Bytes) -> u64 {
        der.len() as u64 + ENTRY_OCTETS
    }
}

/// The lists and certificates in memory.
pub(crate) struct Publications {
    lists: Cache<IssuerId, Arc<Kept>, Octets>,
    certificates: Cache<IssuerId, Bytes, Octets>,
}

/// One shard, so that a large list may use all the room.
fn cache<Value: Clone>() -> Cache<IssuerId, Value, Octets>
where
    Octets: Weighter<IssuerId, Value>,
{
    let options = OptionsBuilder::new()
        .shards(1)
        .estimated_items_capacity(ISSUERS_EXPECTED)
        .weight_capacity(KEPT_OCTETS_MAX)
        .build();
    match options {
        Ok(options) => {
            Cache::with_options(options, Octets, DefaultHashBuilder::default(), DefaultLifecycle::default())
        }
        Err(_) => Cache::with_weighter(ISSUERS_EXPECTED, KEPT_OCTETS_MAX, Octets),
    }
}

impl Default for Publications {
    fn default() -> Self {
        Self { lists: cache(), certificates: cache() }
    }
}

impl Publications {
    /// Keeps a list that this process has just published, if its issuer's list is in use.
    pub(crate) fn published(&self, issuer: IssuerId, list: PublishedCrl, now: Timestamp) {
        if self.lists.get(&issuer).is_some() {
            self.lists.insert(issuer, Kept::new(list, now));
        }
    }
}

/// Serves revocation lists and issuers' certificates.
#[derive(Clone)]
pub struct Publication {
    core: Core,
    kept: Arc<Publications>,
}

impl Publication {
    pub(crate) fn new(core: &Core, kept: &Arc<Publications>) -> Self {
        Self { core: core.clone(), kept: Arc::clone(kept) }
    }

    /// An issuer's newest list, DER, if it has one.
    pub async fn crl(&self, issuer: IssuerId) -> Result<Option<PublishedCrl>, Unavailable> {
        Ok(self.core.read().await?.crl(issuer).await?)
    }

    /// An issuer with its certificate.
    pub async fn issuer(&self, issuer: IssuerId) -> Result<Option<Issuer>, Unavailable> {
        Ok(self.core.read().await?.issuer(issuer).await?)
    }

    /// An issuer's newest list, if it has one.
    pub async fn published_list(&self, issuer: IssuerId) -> Result<Option<PublishedList>, Unavailable> {
        let lists = &self.kept.lists;
        let Some(kept) = lists.get(&issuer) else {
            let loaded = lists.get_or_insert_async(&issuer, self.load(issuer)).await;
            return match loaded {
                Ok(kept) => Ok(Some(kept.list.clone())),
                Err(None) => Ok(None),
                Err(Some(cause)) => Err(cause),
            };
        };
        if !kept.takes_a_look(self.core.now()) {
            return Ok(Some(kept.list.clone()));
        }
        let number = match self.core.store().read().await {
            Ok(mut reader) => reader.crl_number(issuer).await,
            Err(error) => Err(error),
        };
        match number {
            Ok(number) if number == Some(kept.list.number) => {}
            Ok(_) => match self.load(issuer).await {
                Ok(newer) => {
                    lists.insert(issuer, Arc::clone(&newer));
                    return Ok(Some(newer.list.clone()));
                }
                Err(cause) => tracing::warn!(%issuer, ?cause, "the newest known list is served"),
            },
            Err(error) => tracing::warn!(%issuer, %error, "the newest known list is served"),
        }
        Ok(Some(kept.list.clone()))
    }

    /// Loads a list; an issuer without one gives `Err(None)`, which is not kept.
    async fn load(&self, issuer: IssuerId) -> Result<Arc<Kept>, Option<Unavailable>> {
        let list = self.crl(issuer).await.map_err(Some)?;
        Ok(Kept::new(list.ok_or(None)?, self.core.now()))
    }

    /// An issuer's certificate, DER, if it is signed; it never changes.
    pub async fn published_certificate(&self, issuer: IssuerId) -> Result<Option<Bytes>, Unavailable> {
        let load = async {
            let found = self.issuer(issuer).await.map_err(Some)?;
            Ok(Bytes::from(found.ok_or(None)?.certificate_der))
        };
        match self.kept.certificates.get_or_insert_async(&issuer, load).await {
            Ok(der) => Ok(Some(der)),
            Err(None) => Ok(None),
            Err(Some(cause)) => Err(cause),
        }
    }
}
