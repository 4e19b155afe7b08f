//! What files are made with: how many at the same moment, and the keys that were made beforehand.

use crate::{
    key_pool::KeyPool,
    password_hash::{Busy, slots_on},
};
use std::{sync::Arc, thread::available_parallelism};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Files in the making at the same time in this process; beyond it the answer is "unavailable, try again".
const MAKINGS_MAX: usize = 1000;

/// The places and keys of a process.
pub(crate) struct Packing {
    /// A place for each file in the making.
    makings: Arc<Semaphore>,
    /// A slot for each file whose keys are being derived: as many as for the passwords of people.
    slots: Semaphore,
    keys: KeyPool,
}

impl Default for Packing {
    fn default() -> Self {
        let (_, slots) = slots_on(available_parallelism().map_or(1, usize::from));
        Self {
            makings: Arc::new(Semaphore::new(MAKINGS_MAX)),
            slots: Semaphore::new(slots),
            keys: KeyPool::default(),
        }
    }
}

impl Packing {
    /// The keys that were made beforehand.
    pub(crate) fn keys(&self) -> &KeyPool {
        &self.keys
    }

    /// `None`: too many files are in the making.
    pub(super) fn place_for_a_making(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.makings).try_acquire_owned().ok()
    }

    /// Runs a file's key derivations off the async threads, in slots of their own: what is packed was paid for with a
    /// PIN, and has a bound on its number before.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let _slot = self.slots.acquire().await.map_err(|_| Busy)?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Busy)
    }
}
