//! Points in time. Who needs "now" takes it as an argument.

pub use jiff::{SignedDuration, Timestamp};

/// Where "now" comes from; only the binary's wiring and the tests make one.
pub trait Clock: Send + Sync {
    /// The current moment.
    fn now(&self) -> Timestamp;
}

/// Where randomness comes from; a generator per use, so that no lock is held across an act.
pub trait Entropy: Send + Sync {
    /// A generator fit for secrets and serial numbers.
    fn rng(&self) -> Box<dyn rand_core::CryptoRng + Send>;
}

/// One day, as an exact span of 24 hours.
pub const DAY: SignedDuration = SignedDuration::from_hours(24);
