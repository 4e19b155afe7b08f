//! The progress of a connection. It distinguishes a client that reads nothing of its answers from one that
//! waits for the gate.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

/// The progress of one connection, and what its client waits for.
#[derive(Clone, Default)]
pub(crate) struct Movement(Arc<Counts>);

#[derive(Default)]
struct Counts {
    steps: AtomicU64,
    /// Answers of which the client waits for a piece or for the head.
    awaited: AtomicUsize,
    /// Answers of which the client has not read every byte.
    outgoing: AtomicUsize,
}

/// Marks, while it lives, that the client waits for the gate or for the application.
pub(crate) struct Awaited(Arc<Counts>);

impl Movement {
    /// The client waits until the returned value is dropped.
    pub(crate) fn awaits(&self) -> Awaited {
        self.0.awaited.fetch_add(1, Ordering::Relaxed);
        Awaited(Arc::clone(&self.0))
    }

    /// The client has an answer to read until the returned value is dropped.
    pub(super) fn sends(&self) -> Outgoing {
        self.0.outgoing.fetch_add(1, Ordering::Relaxed);
        Outgoing(Arc::clone(&self.0))
    }

    /// Notes progress.
    pub(super) fn stepped(&self) {
        self.0.steps.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether there are requests whose answers the client has not read completely.
    pub(crate) fn is_answering(&self) -> bool {
        self.0.awaited.load(Ordering::Relaxed) > 0 || self.0.outgoing.load(Ordering::Relaxed) > 0
    }

    /// Resolves when for as long as `standstill` no client has waited for the gate and nothing has moved.
    pub(crate) async fn stands_still(&self, standstill: Duration) {
        while self.moves_within(standstill).await {}
    }

    /// Like `stands_still`, while the client has answers to read.
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

/// Marks, while it lives, that the client has not read every byte of an answer.
pub(super) struct Outgoing(Arc<Counts>);

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.0.outgoing.fetch_sub(1, Ordering::Relaxed);
    }
}
