//! The clock, the randomness and the gates that these tests lend to the authority.

use authority::Gates;
use domain::{
    status_change::Generation,
    time::{Clock, Entropy, SignedDuration, Timestamp},
};
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{CryptoRng, SeedableRng},
};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};
use tokio::sync::watch;

/// 2026-11-20 09:00 in Japan.
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
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

/// Another generator each time, the same ones in each run.
pub(crate) struct TestEntropy(pub(crate) AtomicU64);

impl Entropy for TestEntropy {
    fn rng(&self) -> Box<dyn CryptoRng + Send> {
        Box::new(ChaCha20Rng::seed_from_u64(self.0.fetch_add(1, Ordering::Relaxed)))
    }
}

/// Gates that can be made to fall behind.
#[derive(Clone)]
pub(crate) struct TestGates(watch::Sender<bool>);

impl TestGates {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// From now on acts have to wait.
    pub(crate) fn fall_behind(&self) {
        self.0.send_replace(true);
    }

    /// Lets all acts go on that wait.
    pub(crate) fn catch_up(&self) {
        self.0.send_replace(false);
    }
}

#[async_trait::async_trait]
impl Gates for TestGates {
    async fn applied(&self, _generation: Generation) {
        self.0.subscribe().wait_for(|behind| !behind).await.expect("the gates live on");
    }
}
