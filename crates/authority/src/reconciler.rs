//! What counts as left by a crash. It is put right at the start and by duties ([`crate::duties`]).

use crate::{core::Core, delivery::MAKING_SECONDS_MAX};
use domain::time::{SignedDuration, Timestamp};

/// How old a recorded, unsigned certificate (or issuer, or a tenant without one) is at least, in minutes, before
/// it is revoked (or its issuer made) where somebody may still be at work on it. Beyond what a pickup can take:
/// `MAKING_SECONDS_MAX`, a transaction before and one after it, which the store's time limits bound, and what the
/// clocks of two nodes may differ.
pub(crate) const UNSIGNED_AGE_MIN_MINUTES: i64 = 5;
const _: () = assert!(UNSIGNED_AGE_MIN_MINUTES * 60 >= 2 * MAKING_SECONDS_MAX.cast_signed());

/// What was recorded before that moment and is unsigned at the start of this process is nobody's work any
/// more.
///
/// In a database of this process alone, whatever is recorded and unsigned was left by a crash. In a shared one,
/// another process may be about to sign what is young: that is left to the duties.
pub(crate) fn left_at_start_before(core: &Core) -> Timestamp {
    if core.store().is_shared() { left_unsigned_before(core.now()) } else { Timestamp::MAX }
}

/// What was recorded before that moment and is still unsigned at `now` is nobody's work any more.
pub(crate) fn left_unsigned_before(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_mins(UNSIGNED_AGE_MIN_MINUTES)).unwrap_or(Timestamp::MIN)
}
