//! The slow part of a pickup: deriving keys from passwords, a bounded number at a time.

use crate::Unavailable;
use std::{num::NonZeroUsize, sync::Arc, thread::available_parallelism, time::Duration};
use tokio::sync::Semaphore;

/// How long a visitor waits for a place.
const VISITOR_WAIT_MAX: Duration = Duration::from_secs(5);

/// Places for what derives keys. One core stays free for everything else, where there are several.
#[derive(Debug, Clone)]
pub(crate) struct Packings(Arc<Semaphore>);

impl Default for Packings {
    fn default() -> Self {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        Self(Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))))
    }
}

impl Packings {
    /// In the background, where makings are bounded in number and in time: waits its turn.
    pub(super) async fn in_turn<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unavailable> {
        let place = Arc::clone(&self.0).acquire_owned().await.map_err(Unavailable::because)?;
        let packing = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        packing.await.map_err(Unavailable::because)
    }

    /// For a visitor who waits for the answer; "unavailable" beyond [`VISITOR_WAIT_MAX`].
    pub(super) async fn for_a_visitor<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unavailable> {
        let done = tokio::time::timeout(VISITOR_WAIT_MAX, self.in_turn(work)).await;
        done.map_err(|_| Unavailable::because("too many files are packed at the same time"))?
    }
}
