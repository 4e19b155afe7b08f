//! Which records count as left by a crash. The start and the duties ([`crate::duties`]) repair them.

use crate::{core::Core, delivery::MAKING_SECONDS_MAX};
use domain::time::{SignedDuration, Timestamp};

/// The least age, in minutes, of an unsigned certificate (or issuer, or a tenant without one) before the
/// reconciler revokes it (or makes the issuer) where another process may still be at work. It is more than a
/// pickup can take: `MAKING_SECONDS_MAX`, a transaction before and one after it, which the store's time
/// limits bound, and the difference of two nodes' clocks.
pub(crate) const UNSIGNED_AGE_MIN_MINUTES: i64 = 5;
const _: () = assert!(UNSIGNED_AGE_MIN_MINUTES * 60 >= 2 * MAKING_SECONDS_MAX.cast_signed());

/// Records from before this moment that are unsigned at the start of this process are abandoned.
///
/// In a database of this process alone, every recorded and unsigned certificate was left by a crash. In a
/// shared database, another process may be about to sign a young one: the duties decide on it.
pub(crate) fn left_at_start_before(core: &Core) -> Timestamp {
    if core.store().is_shared() { left_unsigned_before(core.now()) } else { Timestamp::MAX }
}

/// Records from before this moment that are still unsigned at `now` are abandoned.
pub(crate) fn left_unsigned_before(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_mins(UNSIGNED_AGE_MIN_MINUTES)).unwrap_or(Timestamp::MIN)
}
