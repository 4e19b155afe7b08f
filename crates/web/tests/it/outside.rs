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

/// No gate of this machine is behind.
pub(crate) struct NoGates;

#[async_trait::async_trait]
impl Gates for NoGates {
    async fn applied(&self, _generation: Generation) {}
}
