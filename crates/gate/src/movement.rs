//! Does a connection move? Tells a client that takes nothing of its answers from one that waits for us.

use crate::{
    body::{Body, BodyError},
    room::Room,
};
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

/// One answer, for as long as any of its bytes has not left: a client that gives no window holds it.
struct Outgoing {
    counts: Arc<Counts>,
    _room: Option<Room>,
}

impl Drop for Outgoing {
    fn drop(&mut self) {
        self.counts.outgoing.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Bytes that tell when they have left.
struct Leaving {
    bytes: Bytes,
    outgoing: Arc<Outgoing>,
}

impl AsRef<[u8]> for Leaving {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.outgoing.counts.steps.fetch_add(1, Ordering::Relaxed);
    }
}

/// An answer's body that tells when its client takes a piece, or waits for one, and keeps its room until the last of
/// its bytes has left.
pub(crate) struct MovingBody {
    inner: Body,
    outgoing: Arc<Outgoing>,
    awaited: Option<Awaited>,
}

impl MovingBody {
    pub(crate) fn new(inner: Body, movement: &Movement, room: Option<Room>) -> Self {
        movement.0.outgoing.fetch_add(1, Ordering::Relaxed);
        let outgoing = Arc::new(Outgoing { counts: Arc::clone(&movement.0), _room: room });
        Self { inner, outgoing, awaited: None }
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
        let counts = &self.outgoing.counts;
        if frame.is_ready() {
            counts.steps.fetch_add(1, Ordering::Relaxed);
            self.awaited = None;
        } else if self.awaited.is_none() {
            let awaited = Movement(Arc::clone(counts)).awaits();
            self.awaited = Some(awaited);
        }
        let outgoing = &self.outgoing;
        frame.map_ok(|frame| {
            frame.map_data(|bytes| {
                let leaving = Leaving { bytes, outgoing: Arc::clone(outgoing) };
                if leaving.bytes.is_empty() { Bytes::new() } else { Bytes::from_owner(leaving) }
            })
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
