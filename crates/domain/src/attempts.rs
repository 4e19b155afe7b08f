//! Limits on tries at public forms: per address, e-mail and tenant, kept in the store.
//!
//! **Invariant:** an attacker cannot lock a tenant or a person out. The limits of e-mail and tenant bind only
//! addresses that have already failed themselves; an address that has not failed may always try. The secrets
//! are wide enough (≥ 80 bits) that one free try per address gives nothing away. Challenge phrases are
//! weaker, because people choose them: see [`PHRASES_PER_PERSON_MAX`], the one exception.
//!
//! **Invariant:** no visitor waits on an open connection; beyond a limit the answer is 429.

use crate::{
    refusal::Problem,
    time::{SignedDuration, Timestamp},
};

/// Wrong tries are counted within a window of this length.
pub const ATTEMPT_WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Wrong tries in a window from one address (an IPv4 address, an IPv6 /64): a whole office may share one
/// address on its first Monday.
pub const ATTEMPTS_PER_ADDRESS_MAX: u32 = 30;
/// Wrong tries in a window at one e-mail address, binding addresses that have failed.
pub const ATTEMPTS_PER_EMAIL_MAX: u32 = 10;
/// Wrong tries in a window at one tenant, binding addresses that have failed.
pub const ATTEMPTS_PER_TENANT_MAX: u32 = 200;

/// Wrong challenge phrases are counted within a window of this length.
pub const PHRASE_WINDOW: SignedDuration = SignedDuration::from_hours(6);
/// Wrong challenge phrases in a [`PHRASE_WINDOW`] at one person, from all addresses together, and binding all
/// of them: otherwise each of the 65,536 networks of an IPv6 customer would have a free guess.
///
/// That makes 40 guesses a day and some 15,000 a year, too few to guess a phrase that is not among the most
/// common ones. The price: ten wrong guesses by anybody close this form for the owner as well, for six hours
/// at most. The form opens only the owner's own revocation, and two other ways to it stay open: the desk for
/// a person who still holds a certificate, and the administrator, whom no count binds.
pub const PHRASES_PER_PERSON_MAX: u32 = 10;

/// Wrong tries in the present window.
#[derive(Debug, Clone, Copy, Default)]
pub struct AttemptCounts {
    /// From this address.
    pub address: u32,
    /// At this e-mail address.
    pub email: u32,
    /// At this tenant (or at this unknown code).
    pub tenant: u32,
    /// At this person's challenge phrase; 0 at other forms.
    pub phrase: u32,
}

/// Too many tries: the visitor may come back later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries; come back in {retry_after_seconds} seconds")]
pub struct TooManyAttempts {
    /// For the `Retry-After` field (RFC 9110 §10.2.3), in seconds.
    pub retry_after_seconds: u32,
}

impl From<TooManyAttempts> for Problem {
    fn from(limit: TooManyAttempts) -> Self {
        let seconds = limit.retry_after_seconds;
        Self::TooManyTries { minutes: seconds.div_ceil(60), seconds }
    }
}

/// The start of the window of this length that `now` lies in.
pub fn window_start(window: SignedDuration, now: Timestamp) -> Timestamp {
    let length = window.as_secs();
    Timestamp::from_second(now.as_second().div_euclid(length) * length).unwrap_or(now)
}

/// Whether another try may be made.
pub fn admit(counts: AttemptCounts, now: Timestamp) -> Result<(), TooManyAttempts> {
    let suspect = counts.address > 0;
    let limited = counts.address >= ATTEMPTS_PER_ADDRESS_MAX
        || suspect && (counts.email >= ATTEMPTS_PER_EMAIL_MAX || counts.tenant >= ATTEMPTS_PER_TENANT_MAX);
    let window = if counts.phrase >= PHRASES_PER_PERSON_MAX {
        PHRASE_WINDOW
    } else if limited {
        ATTEMPT_WINDOW
    } else {
        return Ok(());
    };
    let elapsed = now.as_second() - window_start(window, now).as_second();
    let left = (window.as_secs() - elapsed).max(1);
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
        let flood = AttemptCounts { email: 10_000, tenant: 10_000, ..AttemptCounts::default() };
        assert_eq!(admit(flood, now()), Ok(()));
        assert!(admit(AttemptCounts { address: 1, ..flood }, now()).is_err());
    }

    #[test]
    fn a_persons_phrase_has_its_wrong_tries_from_wherever_they_come() {
        let counts = |phrase| AttemptCounts { phrase, ..AttemptCounts::default() };
        assert_eq!(admit(counts(PHRASES_PER_PERSON_MAX - 1), now()), Ok(()));
        assert_eq!(
            admit(counts(PHRASES_PER_PERSON_MAX), now()),
            Err(TooManyAttempts { retry_after_seconds: 6 * 3600 - 9060 })
        );
    }
}
