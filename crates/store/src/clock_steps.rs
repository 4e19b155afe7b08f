//! Corrects times written while the clock was ahead, once the clock is right: ends and due times that lie
//! later than an act can set at the present moment. Certificates with a notice of their end from then are looked at anew.
//!
//! **Invariant:** every statement only makes a time earlier, and only a time that lies beyond the longest
//! that an act at `now` may set. So nothing that has ended becomes open again, and no time set by a right
//! clock changes.

use crate::{
    StoreError, Transaction,
    backend::{statements, values},
};
use domain::{
    email_proof::EMAIL_CODE_HOURS,
    policy::{INVITATION_DAYS_MAX, PIN_LIFETIME_HOURS_MAX, RENEWAL_GRACE_DAYS_MAX},
    portal_password::PORTAL_CODE_MINUTES,
    time::{DAY, SignedDuration, Timestamp},
};

/// How far the clocks of two nodes may differ before one counts as ahead.
pub const CLOCKS_DIFFER_MAX: SignedDuration = SignedDuration::from_secs(10);

/// The longest durations that this installation's acts set, besides those of a tenant's policy.
#[derive(Debug, Clone, Copy)]
pub struct LongestLives {
    /// From a claim of a mail to the end of its lease.
    pub mail_lease: SignedDuration,
    /// From one attempt at a mail to the next.
    pub mail_pause: SignedDuration,
    /// From a pickup to the erasing of the file.
    pub pickup: SignedDuration,
    /// From the making of a sheet or slip to the erasing of its password or PIN.
    pub resting_password: SignedDuration,
    /// From a sign-in at the portal to its end.
    pub session: SignedDuration,
}

statements! {
    // A mail with no attempt yet is due at once.
    TURNS = shared(
        "UPDATE effect SET next_attempt_at = $1
         WHERE state = 'waiting' AND lease_until IS NULL
             AND (next_attempt_at > $3 OR (attempts = 0 AND next_attempt_at > $2))"
    );
    LEASES = shared("UPDATE effect SET lease_until = NULL WHERE state = 'waiting' AND lease_until > $1");
    PICKUPS = shared("UPDATE pickup SET expires_at = $1 WHERE expires_at > $1");
    RESTING_PASSWORDS = shared("UPDATE invitation SET readable_until = $1 WHERE readable_until > $1");
    RESTING_PINS = shared("UPDATE application SET pin_readable_until = $1 WHERE pin_readable_until > $1");
    SESSIONS = shared("UPDATE portal_session SET expires_at = $1 WHERE expires_at > $1");
    PINS = shared("UPDATE application SET pin_expires_at = $1 WHERE pin_expires_at > $1");
    INVITATIONS = shared("UPDATE invitation SET expires_at = $1 WHERE expires_at > $1 AND spent_at IS NULL");
    EMAIL_CODES = shared("UPDATE email_proof SET expires_at = $1 WHERE expires_at > $1");
    PORTAL_CODES = shared("UPDATE portal_code SET expires_at = $1 WHERE expires_at > $1");
    GRACES = shared(
        "UPDATE certificate SET ends_at = CASE WHEN not_after < $1 THEN not_after ELSE $1 END
         WHERE ends_at > $1 AND ends_at < not_after AND state IN ('valid', 'on-hold')"
    );
    // The next look says whether a notice is due, and which ones were sent.
    NOTICES = shared(
        "UPDATE certificate SET noticed_days = 0 WHERE noticed_days <> 0 AND state = 'valid'
             AND id IN (SELECT certificate_id FROM certificate_notice WHERE sent_at > $1)"
    );
    TRIES = shared("DELETE FROM attempt WHERE window_start > $1");
    DUTIES = shared("DELETE FROM duty_lease WHERE lease_until > $1");
}

fn after(now: Timestamp, life: SignedDuration) -> Timestamp {
    now.checked_add(life).and_then(|end| end.checked_add(CLOCKS_DIFFER_MAX)).unwrap_or(Timestamp::MAX)
}

impl Transaction {
    /// Brings every time that lies too far ahead of `now` back to the longest that an act at `now` could set;
    /// returns the number of records. If the clock was never ahead, it finds none.
    pub async fn mend_moments(&mut self, now: Timestamp, lives: &LongestLives) -> Result<u64, StoreError> {
        let tolerated = after(now, SignedDuration::ZERO);
        let turns = values![now, tolerated, after(now, lives.mail_pause)];
        let mut mended = self.connection.execute(&LEASES, values![after(now, lives.mail_lease)]).await?;
        mended += self.connection.execute(&TURNS, turns).await?;
        let pin = SignedDuration::from_hours(i64::from(PIN_LIFETIME_HOURS_MAX));
        let invitation = DAY * i32::try_from(INVITATION_DAYS_MAX).unwrap_or(i32::MAX);
        let grace = DAY * i32::try_from(RENEWAL_GRACE_DAYS_MAX).unwrap_or(i32::MAX);
        for (statement, life) in [
            (&PICKUPS, lives.pickup),
            (&RESTING_PASSWORDS, lives.resting_password),
            (&RESTING_PINS, lives.resting_password),
            (&SESSIONS, lives.session),
            (&PINS, pin),
            (&INVITATIONS, invitation),
            (&GRACES, grace),
            (&EMAIL_CODES, SignedDuration::from_hours(EMAIL_CODE_HOURS)),
            (&PORTAL_CODES, SignedDuration::from_mins(i64::from(PORTAL_CODE_MINUTES))),
        ] {
            mended += self.connection.execute(statement, values![after(now, life)]).await?;
        }
        mended += self.connection.execute(&NOTICES, values![tolerated]).await?;
        mended += self.connection.execute(&TRIES, values![tolerated]).await?;
        Ok(mended)
    }

    /// Frees duties whose leases end later than a lease taken at `now`.
    pub async fn mend_duties(&mut self, now: Timestamp, longest: SignedDuration) -> Result<u64, StoreError> {
        self.connection.execute(&DUTIES, values![after(now, longest)]).await
    }
}
