//! Request bodies that may be slow, but not endless.

use crate::{BodyError, Passage, PassedBody, PolledFrame, poll_inner};
use bytes::Bytes;
use http_body::Body as HttpBody;
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

/// The least that a client must send in the long run: a thirtieth of a throttled mobile line (128 kbit/s).
pub const BODY_BYTES_PER_SECOND_MIN: u32 = 512;

/// How far a client may fall behind with a form for a page of Sekisho.
pub const FORM_WAIT_MAX: Duration = Duration::from_secs(30);

/// A request's body whose client must keep sending.
pub type PacedBody<B> = PassedBody<B, Pace>;

/// The pace that a [`PacedBody`] enforces.
///
/// The client begins with some seconds of grace. Waiting for the client uses them up; each
/// [`BODY_BYTES_PER_SECOND_MIN`] bytes give one second back, never above the initial grace. So the grace
/// bounds a pause, and grace and length bound the whole: an honest upload may take any time. While no reader
/// asks for the body (an application that reads slowly) no time passes. Once the grace is used up, the body
/// ends with an error.
#[derive(Debug)]
pub struct Pace {
    grace: Grace,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
    lateness: Lateness,
}

/// Shows whether a [`PacedBody`] ended because of its client, independent of how the body's reader treated the end.
#[derive(Debug, Clone, Default)]
pub struct Lateness {
    late: Arc<AtomicBool>,
    broken: Arc<AtomicBool>,
}

impl Lateness {
    /// Whether the client has stopped sending: its answer is 408 (RFC 9110 §15.5.9).
    pub fn is_late(&self) -> bool {
        self.late.load(Ordering::Relaxed)
    }

    /// Whether the client sent no valid body, or broke off: its answer, if a client still reads it, is 400.
    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }
}

/// The client has stopped sending, or nearly so.
#[derive(Debug, thiserror::Error)]
#[error("the client sends too slowly")]
struct Late;

impl<B> PassedBody<B, Pace>
where
    Pace: Passage<B>,
{
    /// A body that may fall behind by `grace_max`.
    pub fn new(inner: B, grace_max: Duration) -> Self {
        let grace = Grace { left: grace_max, max: grace_max };
        Pace { grace, waiting: None, lateness: Lateness::default() }.around(inner)
    }

    /// Reports the body's end after the body itself was handed on.
    pub fn lateness(&self) -> Lateness {
        self.passage.lateness.clone()
    }
}

impl Pace {
    fn arrived(&mut self, bytes: usize) {
        let waited = self.waiting.take().map(|(since, _)| since.elapsed());
        self.grace.spend(waited.unwrap_or_default(), bytes);
    }
}

/// How much longer to wait for a client.
#[derive(Debug)]
struct Grace {
    left: Duration,
    max: Duration,
}

impl Grace {
    /// Subtracts the time waited, and adds the time that these bytes are worth.
    fn spend(&mut self, waited: Duration, bytes: usize) {
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        let back = Duration::from_secs(bytes.into()) / BODY_BYTES_PER_SECOND_MIN;
        self.left = self.left.saturating_sub(waited).saturating_add(back).min(self.max);
    }
}

impl<B> Passage<B> for Pace
where
    B: HttpBody<Data = Bytes>,
    B::Error: Into<BodyError>,
{
    fn poll_frame(&mut self, inner: Pin<&mut B>, context: &mut Context<'_>) -> PolledFrame {
        if let Poll::Ready(frame) = poll_inner(inner, context) {
            let data = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref());
            self.arrived(data.map_or(0, Bytes::len));
            if matches!(frame, Some(Err(_))) {
                self.lateness.broken.store(true, Ordering::Relaxed);
            }
            return Poll::Ready(frame);
        }
        let grace = self.grace.left;
        let (_, end) = self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(grace))));
        ready!(end.as_mut().poll(context));
        self.lateness.late.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err(Late.into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body::Frame;
    use http_body_util::BodyExt;
    use std::{convert::Infallible, future::poll_fn};

    /// Gives a piece after one poll in vain, repeatedly; then nothing.
    struct Halting {
        pieces: usize,
        asked: bool,
    }

    impl HttpBody for Halting {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            if self.pieces == 0 {
                return Poll::Pending;
            }
            self.asked = !self.asked;
            if self.asked {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            self.pieces -= 1;
            Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b"piece")))))
        }
    }

    #[tokio::test]
    async fn silence_ends_a_body_as_late() {
        let mut body = PacedBody::new(Halting { pieces: 0, asked: false }, Duration::from_millis(1));
        let lateness = body.lateness();
        assert!(!lateness.is_late());
        assert!(body.frame().await.unwrap().is_err());
        assert!(lateness.is_late());
    }

    #[tokio::test]
    async fn time_counts_from_when_the_body_is_asked_for_until_it_answers() {
        let mut body = PacedBody::new(Halting { pieces: 2, asked: false }, Duration::from_hours(1));
        for _ in 0..2 {
            assert!(body.passage.waiting.is_none(), "nobody has asked for more");
            let ask = poll_fn(|context| Poll::Ready(Pin::new(&mut body).poll_frame(context).is_pending()));
            assert!(ask.await && body.passage.waiting.is_some());
            assert!(body.frame().await.unwrap().is_ok());
        }
        assert!(body.passage.waiting.is_none());
        assert!(!body.lateness().is_late());
    }

    /// How many of 1,000 pieces pass within a second of grace, each after this wait and of this size.
    fn pieces_within_a_second(wait_each: Duration, bytes_each: usize) -> usize {
        let mut grace = Grace { left: Duration::from_secs(1), max: Duration::from_secs(1) };
        let comes = |_: &usize| {
            let in_time = wait_each <= grace.left;
            grace.spend(wait_each, bytes_each);
            in_time
        };
        (0..1_000).take_while(comes).count()
    }

    #[test]
    fn a_body_that_trickles_for_longer_than_its_grace_is_ended_though_it_never_pauses() {
        // A piece is worth 2 ms and takes 5, so each piece uses some 3 ms up.
        assert_eq!(pieces_within_a_second(Duration::from_millis(5), 1), 327);
    }

    #[test]
    fn a_slow_body_comes_through_however_long_it_takes() {
        assert_eq!(pieces_within_a_second(Duration::from_millis(990), 512), 1_000);
    }

    #[test]
    fn one_pause_beyond_the_grace_is_too_long_whatever_came_before() {
        assert_eq!(pieces_within_a_second(Duration::from_millis(1_001), 1_000_000), 0);
        let mut grace = Grace { left: Duration::from_secs(1), max: Duration::from_secs(1) };
        grace.spend(Duration::ZERO, 1_000_000);
        assert_eq!(grace.left, grace.max, "no more than at the beginning");
    }
}
