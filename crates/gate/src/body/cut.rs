//! Bodies that end when their visitor is shut out.

use bytes::Bytes;
use ground::{BodyError, Passage, PolledFrame, poll_inner};
use http_body::Body as HttpBody;
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// The visitor was shut out while a body was under way.
#[derive(Debug, thiserror::Error)]
#[error("cut: the visitor was shut out")]
struct Cut;

/// Counts the frames of a body that have passed, so that a slow body can be distinguished from a stuck one.
#[derive(Debug, Clone, Default)]
pub(crate) struct BodyProgress(Arc<AtomicU64>);

impl BodyProgress {
    /// Frames so far.
    pub(crate) fn frames(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What happens to trailer fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trailers {
    /// Dropped: a trailer could carry a forged identity field past the header check.
    Drop,
    /// Kept.
    Keep,
}

/// Ends a body by an error as soon as its token is cancelled.
pub(crate) struct UntilCut {
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    progress: BodyProgress,
    trailers: Trailers,
}

impl UntilCut {
    pub(crate) fn new(cut: CancellationToken, trailers: Trailers) -> Self {
        Self { cut: Box::pin(cut.cancelled_owned()), progress: BodyProgress::default(), trailers }
    }

    pub(crate) fn progress(&self) -> BodyProgress {
        self.progress.clone()
    }
}

impl<B> Passage<B> for UntilCut
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BodyError>,
{
    fn poll_frame(&mut self, inner: Pin<&mut B>, context: &mut Context<'_>) -> PolledFrame {
        if self.cut.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err(Cut.into())));
        }
        let frame = ready!(poll_inner(inner, context));
        self.progress.0.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(match frame {
            // Trailers end a body, so nothing follows a dropped one.
            Some(Ok(frame)) if frame.is_trailers() && self.trailers == Trailers::Drop => None,
            other => other,
        })
    }
}

/// Lets a body pass only while its visitor is permitted: `judge` permits each frame and the end.
pub(crate) struct IfPermitted<J>(pub(crate) J);

impl<B, J> Passage<B> for IfPermitted<J>
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BodyError>,
    J: Fn() -> bool,
{
    fn poll_frame(&mut self, inner: Pin<&mut B>, context: &mut Context<'_>) -> PolledFrame {
        let frame = ready!(poll_inner(inner, context));
        Poll::Ready(if (self.0)() { frame } else { Some(Err(Cut.into())) })
    }
}

/// Holds a value (a place among what is under way) until the body is dropped.
pub(crate) struct Holding<H>(pub(crate) H);

impl<B, H> Passage<B> for Holding<H>
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BodyError>,
{
    fn poll_frame(&mut self, inner: Pin<&mut B>, context: &mut Context<'_>) -> PolledFrame {
        poll_inner(inner, context)
    }
}

#[cfg(test)]
mod tests;
