//! Request bodies that may be slow, but not without end.

use crate::body::BodyError;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::time::{Instant, Sleep, sleep};

/// What a client must send in the long run: a thirtieth of what a throttled mobile line (128 kbit/s) carries.
pub const BODY_BYTES_PER_SECOND_MIN: u32 = 512;

/// A request's body whose client must go on sending.
///
/// The client begins with some seconds of grace. Waiting for it uses them up; each [`BODY_BYTES_PER_SECOND_MIN`]
/// bytes give one second back, never above the beginning. So a pause is bounded by the grace, and the whole by the
/// grace and the length: there is no limit to how long an honest upload takes. While nobody asks for the body (an
/// application that reads slowly) no time passes. Once the grace is used up, the body ends with an error.
pub struct PacedBody<B> {
    inner: B,
    grace: Duration,
    grace_max: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    lateness: Lateness,
}

/// Has a [`PacedBody`] ended because of its client?
#[derive(Debug, Clone, Default)]
pub(crate) struct Lateness(Arc<AtomicBool>);

impl Lateness {
    pub(crate) fn is_late(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// The client has stopped sending, or as good as.
#[derive(Debug, thiserror::Error)]
#[error("the client sends too slowly")]
struct Late;

impl<B> PacedBody<B> {
    /// A body that may fall behind by `grace_max`.
    pub fn new(inner: B, grace_max: Duration) -> Self {
        Self { inner, grace: grace_max, grace_max, waiting: None, lateness: Lateness::default() }
    }

    pub(crate) fn lateness(&self) -> Lateness {
        self.lateness.clone()
    }

    fn arrived(&mut self, bytes: usize) {
        if let Some((since, _)) = self.waiting.take() {
            self.grace = self.grace.saturating_sub(since.elapsed());
        }
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let back = Duration::from_secs(bytes.into()) / BODY_BYTES_PER_SECOND_MIN;
        self.grace = self.grace.saturating_add(back).min(self.grace_max);
    }
}

impl<B> HttpBody for PacedBody<B>
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
        if let Poll::Ready(frame) = Pin::new(&mut self.inner).poll_frame(context) {
            let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
            self.arrived(data.map_or(0, Bytes::len));
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        let grace = self.grace;
        let (_, end) = self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(grace))));
        ready!(end.as_mut().poll(context));
        self.lateness.0.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(Late.into())))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    /// So many pieces of so many bytes, one every few milliseconds; then silence.
    struct Trickle {
        pieces: usize,
        bytes: usize,
        next: Pin<Box<Sleep>>,
    }

    const STEP: Duration = Duration::from_millis(5);

    fn trickle(pieces: usize, bytes: usize) -> Trickle {
        Trickle { pieces, bytes, next: Box::pin(sleep(STEP)) }
    }

    impl HttpBody for Trickle {
        type Data = Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            ready!(self.next.as_mut().poll(context));
            if self.pieces == 0 {
                return Poll::Pending;
            }
            self.pieces -= 1;
            self.next = Box::pin(sleep(STEP));
            Poll::Ready(Some(Ok(Frame::data(vec![0; self.bytes].into()))))
        }
    }

    /// The pieces that come through before the body ends with an error.
    async fn pieces_of(body: Trickle, grace_max: Duration) -> usize {
        let mut body = PacedBody::new(body, grace_max);
        let lateness = body.lateness();
        let mut pieces = 0;
        while let Some(Ok(_)) = body.frame().await {
            pieces += 1;
        }
        assert!(lateness.is_late());
        pieces
    }

    #[tokio::test]
    async fn silence_ends_a_body() {
        assert_eq!(pieces_of(trickle(0, 0), STEP * 4).await, 0);
    }

    #[tokio::test]
    async fn a_body_that_trickles_for_longer_than_its_grace_is_ended_though_it_never_pauses() {
        // A piece comes every 5 ms and gives 2 ms back: most of 1,000 pieces do not come through.
        assert!(pieces_of(trickle(1_000, 1), STEP * 20).await < 500);
    }

    #[tokio::test]
    async fn a_slow_body_comes_through_however_long_it_takes() {
        // 100 pieces take at least five times the grace; each gives all of it back.
        assert_eq!(pieces_of(trickle(100, 100_000), STEP * 20).await, 100);
    }

    #[tokio::test]
    async fn time_in_which_nobody_asks_for_the_body_is_not_the_clients() {
        let mut body = PacedBody::new(trickle(2, 1), STEP * 20);
        assert!(body.frame().await.unwrap().is_ok());
        sleep(STEP * 60).await;
        assert!(body.frame().await.unwrap().is_ok());
    }
}
