//! Bodies of requests and answers, streamed, and cut when their visitor is shut out.

use bytes::Bytes;
use http::Version;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::{BodyExt, Empty, Full, combinators::UnsyncBoxBody};
use hyper::body::Incoming;
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll},
};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

pub use ground::BodyError;

/// Any body, streamed.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;

/// A body of which everything is at hand.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// No body.
pub(crate) fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// Any body as [`Body`].
pub(crate) fn boxed<B>(body: B) -> Body
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    body.map_err(Into::into).boxed_unsync()
}

/// The visitor was shut out while a body was under way.
#[derive(Debug, thiserror::Error)]
#[error("cut: the visitor was shut out")]
pub(crate) struct Cut;

/// A body as it comes from a visitor.
///
/// **Invariant:** a body of which something is left unread ends its connection after the answer, and politely: the
/// client would else be sending into a connection that is gone, and never read the answer.
pub(crate) struct VisitorBody {
    inner: Incoming,
    finish: CancellationToken,
    ends_connection: bool,
    half_closed: CancellationToken,
    /// Made when more is waited for.
    end: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

/// The visitor has closed its side of the connection before the body was whole.
#[derive(Debug, thiserror::Error)]
#[error("the visitor has closed its side before the body was whole")]
struct BrokenOff;

impl VisitorBody {
    /// `finish` ends the visitor's connection politely, `half_closed` says that nothing more comes. A stream of HTTP/2
    /// ends by itself.
    pub(crate) fn new(
        inner: Incoming,
        version: Version,
        finish: CancellationToken,
        half_closed: CancellationToken,
    ) -> Self {
        let ends_connection = version <= Version::HTTP_11;
        Self { inner, finish, ends_connection, half_closed, end: None }
    }
}

impl HttpBody for VisitorBody {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) else {
            let Self { end, half_closed, .. } = &mut *self;
            let end = end.get_or_insert_with(|| Box::pin(half_closed.clone().cancelled_owned()));
            // Whatever had come before the end was there to be read.
            return end.as_mut().poll(context).map(|()| Some(Err(BrokenOff.into())));
        };
        if frame.is_none() {
            self.ends_connection = false;
        }
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for VisitorBody {
    fn drop(&mut self) {
        if self.ends_connection && !self.inner.is_end_stream() {
            self.finish.cancel();
        }
    }
}

/// A body that holds its place among what is under way until it is dropped.
pub(crate) struct PlacedBody<B, P> {
    inner: B,
    _place: P,
}

impl<B, P> PlacedBody<B, P> {
    pub(crate) fn new(inner: B, place: P) -> Self {
        Self { inner, _place: place }
    }
}

impl<B, P> HttpBody for PlacedBody<B, P>
where
    B: HttpBody<Data = Bytes> + Unpin,
    P: Unpin,
{
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        Pin::new(&mut self.inner).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// Counts the frames of a body that have gone by, so that "slow" can be told from "stuck".
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress(Arc<AtomicU64>);

impl Progress {
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

/// A body that fails as soon as its token is cancelled.
pub(crate) struct CutBody<B> {
    inner: B,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    progress: Progress,
    trailers: Trailers,
}

impl<B> CutBody<B> {
    pub(crate) fn new(inner: B, cut: CancellationToken, trailers: Trailers) -> Self {
        Self { inner, cut: Box::pin(cut.cancelled_owned()), progress: Progress::default(), trailers }
    }

    pub(crate) fn progress(&self) -> Progress {
        self.progress.clone()
    }
}

impl<B> HttpBody for CutBody<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<BodyError>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        if self.cut.as_mut().poll(context).is_ready() {
            return Poll::Ready(Some(Err(Cut.into())));
        }
        let frame = std::task::ready!(Pin::new(&mut self.inner).poll_frame(context));
        self.progress.0.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(match frame {
            // Trailers end a body, so nothing is lost after a dropped one.
            Some(Ok(frame)) if frame.is_trailers() && self.trailers == Trailers::Drop => None,
            Some(Ok(frame)) => Some(Ok(frame)),
            Some(Err(error)) => Some(Err(error.into())),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A body that goes no further than its visitor is permitted: each frame, and the end, is let through by `judge`.
pub(crate) struct JudgedBody<B> {
    inner: B,
    judge: Box<dyn Fn() -> bool + Send>,
}

impl<B> JudgedBody<B> {
    pub(crate) fn new(inner: B, judge: impl Fn() -> bool + Send + 'static) -> Self {
        Self { inner, judge: Box::new(judge) }
    }
}

impl<B> HttpBody for JudgedBody<B>
where
    B: HttpBody<Data = Bytes> + Unpin,
    B::Error: Into<BodyError>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = std::task::ready!(Pin::new(&mut self.inner).poll_frame(context));
        Poll::Ready(if (self.judge)() {
            frame.map(|frame| frame.map_err(Into::into))
        } else {
            Some(Err(Cut.into()))
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests;
