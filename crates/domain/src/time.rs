//! Points in time. Functions that need "now" take it as an argument.

pub use jiff::{SignedDuration, Timestamp};

/// The source of "now"; only the binary's wiring and the tests make one.
pub trait Clock: Send + Sync {
    /// The current moment.
    fn now(&self) -> Timestamp;
}

/// The source of randomness; each use has its own generator, so that no lock is held across an act.
pub trait Entropy: Send + Sync {
    /// A generator fit for secrets and serial numbers.
    fn rng(&self) -> Box<dyn rand_core::CryptoRng + Send>;
}

/// One day, as an exact span of 24 hours.
pub const DAY: SignedDuration = SignedDuration::from_hours(24);
