//! The body of an answer on its way to the client.

use super::{
    movement::{Awaited, Movement, Outgoing},
    room::RequestRoom,
};
use crate::body::{Body, BodyError};
use bytes::Bytes;
use ground::PolledFrame;
use http_body::{Body as HttpBody, SizeHint};
use std::{pin::Pin, sync::Arc, task::Context};

/// One answer, until all its bytes have left; a client that gives no window keeps it.
struct Sending {
    movement: Movement,
    _outgoing: Outgoing,
    _room: Option<RequestRoom>,
}

/// Bytes that report when they have left.
struct Leaving {
    bytes: Bytes,
    sending: Arc<Sending>,
}

impl AsRef<[u8]> for Leaving {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        self.sending.movement.stepped();
    }
}

/// An answer's body that reports when its client reads a piece or waits for one, and keeps its room until the
/// last of its bytes has left.
///
/// It is no [`ground::Passage`]: the compiler cannot see that a connection's task is `Send` where the served
/// body takes its error's type from a parameter.
pub(crate) struct MovingBody {
    inner: Body,
    sending: Arc<Sending>,
    awaited: Option<Awaited>,
}

impl MovingBody {
    pub(crate) fn new(inner: Body, movement: &Movement, room: Option<RequestRoom>) -> Self {
        let sending = Sending { movement: movement.clone(), _outgoing: movement.sends(), _room: room };
        Self { inner, sending: Arc::new(sending), awaited: None }
    }
}

impl HttpBody for MovingBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> PolledFrame {
        let frame = Pin::new(&mut self.inner).poll_frame(context);
        if frame.is_ready() {
            self.sending.movement.stepped();
            self.awaited = None;
        } else if self.awaited.is_none() {
            let awaited = self.sending.movement.awaits();
            self.awaited = Some(awaited);
        }
        let sending = &self.sending;
        frame.map_ok(|frame| {
            frame.map_data(|bytes| {
                let leaving = Leaving { bytes, sending: Arc::clone(sending) };
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
