//! Clock and randomness in a test's hands.

use domain::time::{Clock, Entropy, SignedDuration, Timestamp};
use rand_chacha::ChaCha20Rng;
use rand_core::{CryptoRng, SeedableRng};
use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

/// 2026-11-20 09:00 in Japan; begins a window of tries.
const BEGINNING_SECOND: i64 = 1_795_132_800;

/// Stands still until it is moved.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl Default for TestClock {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(BEGINNING_SECOND)))
    }
}

impl TestClock {
    pub fn forward(&self, by: SignedDuration) {
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
pub struct TestEntropy(Arc<AtomicU64>);

impl Default for TestEntropy {
    fn default() -> Self {
        Self(Arc::new(AtomicU64::new(1)))
    }
}

impl Entropy for TestEntropy {
    fn rng(&self) -> Box<dyn CryptoRng + Send> {
        Box::new(ChaCha20Rng::seed_from_u64(self.0.fetch_add(1, Ordering::Relaxed)))
    }
}
