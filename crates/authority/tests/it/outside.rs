//! What the tests lend to an authority: clock, randomness, gates.

use authority::Gates;
use domain::{
    status_change::Generation,
    time::{Clock, Entropy, SignedDuration, Timestamp},
};
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicI64, AtomicU64, Ordering},
};
use tokio::sync::watch;

/// 2026-11-20 09:00 in Japan; begins a window of tries.
const BEGINNING_SECOND: i64 = 1_795_132_800;

/// Stands still until it is moved.
#[derive(Clone)]
pub(crate) struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(BEGINNING_SECOND)))
    }

    pub(crate) fn forward(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).expect("in range")
    }
}

/// Another generator each time, the same ones in each run.
#[derive(Clone)]
pub(crate) struct TestEntropy(Arc<AtomicU64>);

impl TestEntropy {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicU64::new(1)))
    }
}

impl Entropy for TestEntropy {
    fn rng(&self) -> Box<dyn CryptoRng + Send> {
        Box::new(ChaCha20Rng::seed_from_u64(self.0.fetch_add(1, Ordering::Relaxed)))
    }
}

/// Gates that note which generations they were asked for, and can be made to fall behind.
#[derive(Clone)]
pub(crate) struct TestGates {
    asked: Arc<Mutex<Vec<Generation>>>,
    behind: watch::Sender<bool>,
}

impl TestGates {
    pub(crate) fn new() -> Self {
        Self { asked: Arc::default(), behind: watch::Sender::new(false) }
    }

    /// The largest generation that an act has waited for.
    pub(crate) fn newest_asked(&self) -> Option<Generation> {
        self.asked.lock().expect("no panic").iter().max().copied()
    }

    /// How many acts have waited.
    pub(crate) fn times_asked(&self) -> usize {
        self.asked.lock().expect("no panic").len()
    }

    /// From now on acts have to wait.
    pub(crate) fn fall_behind(&self) {
        self.behind.send_replace(true);
    }

    /// Lets all acts go on that wait.
    pub(crate) fn catch_up(&self) {
        self.behind.send_replace(false);
    }
}

#[async_trait::async_trait]
impl Gates for TestGates {
    async fn applied(&self, generation: Generation) {
        self.asked.lock().expect("no panic").push(generation);
        let mut behind = self.behind.subscribe();
        behind.wait_for(|behind| !behind).await.expect("the gates live on");
    }
}
