//! Does a connection move? Tells a client that takes nothing of its answers from one that waits for us.

use crate::body::{Body, BodyError};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

/// What moves on one connection, and what its client waits for.
#[derive(Clone, Default)]
pub(crate) struct Movement(Arc<Counts>);

#[derive(Default)]
struct Counts {
    steps: AtomicU64,
    awaited: AtomicUsize,
}

/// While it lives, the client waits for us or for the application.
pub(crate) struct Awaited(Arc<Counts>);

impl Movement {
    /// The client waits, until what this returns is dropped.
    pub(crate) fn awaits(&self) -> Awaited {
        self.0.awaited.fetch_add(1, Ordering::Relaxed);
        Awaited(Arc::clone(&self.0))
    }

    /// Resolves when nobody has waited for us, and nothing has moved, for as long as `standstill`.
    pub(crate) async fn stands_still(&self, standstill: Duration) {
        loop {
            let before = self.0.steps.load(Ordering::Relaxed);
            tokio::time::sleep(standstill).await;
            let awaited = self.0.awaited.load(Ordering::Relaxed);
            if awaited == 0 && self.0.steps.load(Ordering::Relaxed) == before {
                return;
            }
        }
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        self.0.steps.fetch_add(1, Ordering::Relaxed);
        self.0.awaited.fetch_sub(1, Ordering::Relaxed);
    }
}

/// An answer's body that tells when its client takes a piece, or waits for one.
pub(crate) struct MovingBody {
    inner: Body,
    movement: Movement,
    awaited: Option<Awaited>,
}

impl MovingBody {
    pub(crate) fn new(inner: Body, movement: Movement) -> Self {
        Self { inner, movement, awaited: None }
    }
}

impl HttpBody for MovingBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = Pin::new(&mut self.inner).poll_frame(context);
        if frame.is_ready() {
            self.movement.0.steps.fetch_add(1, Ordering::Relaxed);
            self.awaited = None;
        } else if self.awaited.is_none() {
            self.awaited = Some(self.movement.awaits());
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
