//! Bodies around other bodies.

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// Why a body ended early; for logs, never shown.
pub type BodyError = Box<dyn std::error::Error + Send + Sync>;

/// The result of asking a body for its next frame.
pub type PolledFrame = Poll<Option<Result<Frame<Bytes>, BodyError>>>;

/// A filter for the frames of a body. It changes neither the number of bytes nor where they end; it may end
/// the body with an error.
pub trait Passage<B> {
    /// The next frame of `inner`, after the filter.
    fn poll_frame(&mut self, inner: Pin<&mut B>, context: &mut Context<'_>) -> PolledFrame;

    /// A body whose frames pass this filter.
    fn around(self, inner: B) -> PassedBody<B, Self>
    where
        Self: Sized,
    {
        PassedBody { passage: self, inner }
    }
}

/// A body whose frames pass a filter; its end and its length are the inner body's.
#[derive(Debug)]
pub struct PassedBody<B, P> {
    // Dropped before the inner body.
    pub(crate) passage: P,
    inner: B,
}

impl<B, P> Body for PassedBody<B, P>
where
    B: Body<Data = Bytes> + Unpin,
    P: Passage<B> + Unpin,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> PolledFrame {
        let Self { passage, inner } = &mut *self;
        passage.poll_frame(Pin::new(inner), context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Asks `inner` for its next frame.
pub fn poll_inner<B>(inner: Pin<&mut B>, context: &mut Context<'_>) -> PolledFrame
where
    B: Body<Data = Bytes>,
    B::Error: Into<BodyError>,
{
    inner.poll_frame(context).map_err(Into::into)
}
