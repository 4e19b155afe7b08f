//! The base of every context: the database, the clock, randomness, the service's own words, and the doors by
//! which work is done ([`crate::runner`]) and read ([`crate::reading`]).
//!
//! **Invariant:** this module opens no sealed value, signs nothing and hashes nothing; a mail can be sealed
//! here, and not opened.

use crate::{Addresses, ServiceProfile, Unavailable, sealer::Sealer};
use domain::{
    id::{EffectId, InvitationId},
    status_change::Generation,
    time::{Clock, Entropy, Timestamp},
};
use rand_core::CryptoRng;
use std::sync::Arc;
use store::{Lane, Reader, Store};
use tokio::sync::Notify;

/// The gates of this machine, for acts that wait for them.
#[async_trait::async_trait]
pub trait Gates: Send + Sync {
    /// Resolves once every gate worker of this machine has applied all changes up to `generation`.
    async fn applied(&self, generation: Generation);
}

/// The signals that wake this process's duties.
#[derive(Default)]
pub(crate) struct Calls {
    /// A mail was posted.
    pub(crate) posted: Notify,
    /// A change that revocation lists must show.
    pub(crate) revoked: Notify,
    /// An import has begun, or may continue.
    pub(crate) imports: Notify,
}

/// The parts that exist once in a process.
pub(crate) struct CoreParts {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) addresses: Addresses,
    pub(crate) service: ServiceProfile,
    pub(crate) gates: Arc<dyn Gates>,
    /// Seals mails for the outbox.
    pub(crate) mails: Sealer,
}

struct Shared {
    parts: CoreParts,
    calls: Calls,
}

/// The parts that every context holds. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Core {
    shared: Arc<Shared>,
    store: Store,
}

impl Core {
    pub(crate) fn new(parts: CoreParts, store: Store) -> Self {
        Self { shared: Arc::new(Shared { parts, calls: Calls::default() }), store }
    }

    /// The same core over the database's connections of another lane.
    pub(crate) fn on(&self, lane: Lane) -> Self {
        Self { shared: Arc::clone(&self.shared), store: self.store.on(lane) }
    }

    /// The present moment, to the millisecond that the store keeps.
    pub(crate) fn now(&self) -> Timestamp {
        let now = self.shared.parts.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// A generator for one act.
    pub(crate) fn rng(&self) -> Box<dyn CryptoRng + Send> {
        self.shared.parts.entropy.rng()
    }

    pub(crate) fn addresses(&self) -> &Addresses {
        &self.shared.parts.addresses
    }

    pub(crate) fn service(&self) -> &ServiceProfile {
        &self.shared.parts.service
    }

    pub(crate) fn gates(&self) -> &dyn Gates {
        &*self.shared.parts.gates
    }

    pub(crate) fn calls(&self) -> &Calls {
        &self.shared.calls
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) async fn read(&self) -> Result<Reader, Unavailable> {
        Ok(self.store.read().await?)
    }

    /// The invitation id for a form that will be shown, or for an act without one.
    pub(crate) fn new_invitation_id(&self) -> InvitationId {
        InvitationId::new(self.now(), &mut *self.rng())
    }

    /// Seals a mail for the outbox.
    pub(crate) fn seal_mail(&self, id: EffectId, payload: &[u8]) -> Result<Vec<u8>, Unavailable> {
        Ok(self.shared.parts.mails.seal(id.as_bytes(), payload)?)
    }
}
