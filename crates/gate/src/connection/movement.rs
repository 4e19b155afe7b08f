//! Does a connection move? Tells a client that takes nothing of its answers from one that waits for us.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// What moves on one connection, and what its client waits for.
#[derive(Clone, Default)]
pub(crate) struct Movement(Arc<Counts>);

#[derive(Default)]
struct Counts {
    steps: AtomicU64,
    /// Answers of which the client waits for a piece, or for the head.
    awaited: AtomicUsize,
    /// Answers of which the client has not taken every byte.
    outgoing: AtomicUsize,
}

/// While it lives, the client waits for us or for the application.
pub(crate) struct Awaited(Arc<Counts>);

impl Movement {
    /// The client waits, until what this returns is dropped.
    pub(crate) fn awaits(&self) -> Awaited {
        self.0.awaited.fetch_add(1, Ordering::Relaxed);
        Awaited(Arc::clone(&self.0))
    }

    /// The client has an answer to take, until what this returns is dropped.
    pub(super) fn sends(&self) -> Outgoing {
        self.0.outgoing.fetch_add(1, Ordering::Relaxed);
        Outgoing(Arc::clone(&self.0))
    }

    /// Something has moved.
    pub(super) fn stepped(&self) {
        self.0.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// Are there requests whose answers the client has not had whole?
    pub(crate) fn is_answering(&self) -> bool {
        self.0.awaited.load(Ordering::Relaxed) > 0 || self.0.outgoing.load(Ordering::Relaxed) > 0
    }

    /// Resolves when nobody has waited for us, and nothing has moved, for as long as `standstill`.
    pub(crate) async fn stands_still(&self, standstill: Duration) {
        while self.moves_within(standstill).await {}
    }

    /// The same, while the client has answers to take.
    pub(crate) async fn takes_nothing(&self, standstill: Duration) {
        loop {
            let had = self.0.outgoing.load(Ordering::Relaxed) > 0;
            if !self.moves_within(standstill).await && had {
                return;
            }
        }
    }

    async fn moves_within(&self, while_: Duration) -> bool {
        let before = self.0.steps.load(Ordering::Relaxed);
        tokio::time::sleep(while_).await;
        self.0.awaited.load(Ordering::Relaxed) > 0 || self.0.steps.load(Ordering::Relaxed) != before
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.0.steps.fetch_add(1, Ordering::Relaxed);
        self.0.awaited.fetch_sub(1, Ordering::Relaxed);
    }
}

/// While it lives, the client has not taken every byte of an answer.
pub(super) struct Outgoing(Arc<Counts>);

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.0.outgoing.fetch_sub(1, Ordering::Relaxed);
    }
}
