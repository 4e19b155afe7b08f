//! Limits on tries at public forms: per address, e-mail and tenant, kept in the store.
//!
//! **Invariant:** an attacker cannot lock a tenant or a person out. The limits of e-mail and tenant
//! bind only addresses that have already failed themselves; an address that has not may always try.
//! The secrets are wide enough (≥ 80 bits) that one free try an address gives nothing away.
//!
//! **Invariant:** nobody is made to wait on an open connection; beyond a limit the answer is 429.

use crate::time::{SignedDuration, Timestamp};

/// Wrong tries are counted within a window of this length.
pub const ATTEMPT_WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Wrong tries in a window from one address (an IPv4 address, an IPv6 /64): a whole office may sit
/// behind one on its first Monday.
pub const ATTEMPTS_PER_ADDRESS_MAX: u32 = 30;
/// Wrong tries in a window at one e-mail address, binding addresses that have failed.
pub const ATTEMPTS_PER_EMAIL_MAX: u32 = 10;
/// Wrong tries in a window at one tenant, binding addresses that have failed.
pub const ATTEMPTS_PER_TENANT_MAX: u32 = 200;

/// Wrong tries in the present window.
#[derive(Debug, Clone, Copy, Default)]
pub struct AttemptCounts {
    /// From this address.
    pub address: u32,
    /// At this e-mail address.
    pub email: u32,
    /// At this tenant (or at this unknown code).
    pub tenant: u32,
}

/// Too many tries: come back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries; come back in {retry_after_seconds} seconds")]
pub struct TooManyAttempts {
    /// For the `Retry-After` field (RFC 9110 §10.2.3), in seconds.
    pub retry_after_seconds: u32,
}

/// The start of the window that `now` lies in.
pub fn window_start(now: Timestamp) -> Timestamp {
    let length = ATTEMPT_WINDOW.as_secs();
    Timestamp::from_second(now.as_second().div_euclid(length) * length).unwrap_or(now)
}

/// May another try be made?
pub fn admit(counts: AttemptCounts, now: Timestamp) -> Result<(), TooManyAttempts> {
    let suspect = counts.address > 0;
    let limited = counts.address >= ATTEMPTS_PER_ADDRESS_MAX
        || suspect && (counts.email >= ATTEMPTS_PER_EMAIL_MAX || counts.tenant >= ATTEMPTS_PER_TENANT_MAX);
    if !limited {
        return Ok(());
    }
    let elapsed = now.as_second() - window_start(now).as_second();
    let left = (ATTEMPT_WINDOW.as_secs() - elapsed).max(1);
    Err(TooManyAttempts { retry_after_seconds: u32::try_from(left).unwrap_or(u32::MAX) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_second(900 * 10 + 60).unwrap()
    }

    #[test]
    fn an_address_has_its_wrong_tries_and_no_more_in_a_window() {
        let counts = |address| AttemptCounts { address, ..AttemptCounts::default() };
        assert_eq!(admit(counts(ATTEMPTS_PER_ADDRESS_MAX - 1), now()), Ok(()));
        assert_eq!(
            admit(counts(ATTEMPTS_PER_ADDRESS_MAX), now()),
            Err(TooManyAttempts { retry_after_seconds: 840 })
        );
    }

    #[test]
    fn a_flood_at_a_tenant_does_not_lock_out_an_address_that_never_failed() {
        let flood = AttemptCounts { address: 0, email: 10_000, tenant: 10_000 };
        assert_eq!(admit(flood, now()), Ok(()));
        assert!(admit(AttemptCounts { address: 1, ..flood }, now()).is_err());
    }
}
