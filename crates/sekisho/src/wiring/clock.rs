//! The one place that reads the clock and the system's randomness.

use domain::time::{Clock, Entropy, Timestamp};
use getrandom::{SysRng, rand_core::UnwrapErr};
use rand_core::CryptoRng;

#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The system's randomness. If the kernel has none, the process ends: no value drawn from it may be weak.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn rng(&self) -> Box<dyn CryptoRng + Send> {
        Box::new(UnwrapErr(SysRng))
    }
}
