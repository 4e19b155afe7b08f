//! A body from a visitor.

use ground::{Passage, PassedBody, PolledFrame, poll_inner};
use http::Version;
use http_body::Body as HttpBody;
use hyper::body::Incoming;
use std::{
    pin::Pin,
    task::{Context, Poll},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// A body from a visitor.
pub(crate) type VisitorBody = PassedBody<Incoming, FromVisitor>;

/// Watches the visitor's side of the connection.
///
/// **Invariant:** a body with unread bytes ends its connection after the answer, and politely: otherwise the
/// client would send into a closed connection and never read the answer.
pub(crate) struct FromVisitor {
    finish: CancellationToken,
    /// Whether unread bytes end the connection.
    ends_connection: bool,
    half_closed: CancellationToken,
    /// Created when the body waits for more bytes.
    end: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

/// The visitor closed its side of the connection before the body was complete.
#[derive(Debug, thiserror::Error)]
#[error("the visitor has closed its side before the body was whole")]
struct BrokenOff;

impl FromVisitor {
    /// Cancelling `finish` ends the visitor's connection politely; `half_closed` means that no more bytes
    /// come. A stream of HTTP/2 ends by itself.
    pub(crate) fn body(
        inner: Incoming,
        version: Version,
        finish: CancellationToken,
        half_closed: CancellationToken,
    ) -> VisitorBody {
        let ends_connection = version <= Version::HTTP_11 && !inner.is_end_stream();
        Self { finish, ends_connection, half_closed, end: None }.around(inner)
    }
}

impl Passage<Incoming> for FromVisitor {
    fn poll_frame(&mut self, mut inner: Pin<&mut Incoming>, context: &mut Context<'_>) -> PolledFrame {
        let Poll::Ready(frame) = poll_inner(inner.as_mut(), context) else {
            let half_closed = &self.half_closed;
            let end = self.end.get_or_insert_with(|| Box::pin(half_closed.clone().cancelled_owned()));
            // All bytes before the end have been read.
            return end.as_mut().poll(context).map(|()| Some(Err(BrokenOff.into())));
        };
        if frame.is_none() || inner.is_end_stream() {
            self.ends_connection = false;
        }
        Poll::Ready(frame)
    }
}

impl Drop for FromVisitor {
    fn drop(&mut self) {
        if self.ends_connection {
            self.finish.cancel();
        }
    }
}
