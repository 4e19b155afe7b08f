//! What a start puts right that a crash has left. What goes on being put right is a duty ([`crate::duties`]).

use crate::{Authority, Unavailable, delivery::MAKING_SECONDS_MAX};
use domain::time::{SignedDuration, Timestamp};

/// How old a recorded, unsigned certificate (or issuer, or a tenant without one) is at least, in minutes, before
/// it is revoked (or its issuer made) where somebody may still be at work on it. Beyond what a pickup can take:
/// `MAKING_SECONDS_MAX`, a transaction before and one after it, which the store's time limits bound, and what the
/// clocks of two nodes may differ.
pub(crate) const UNSIGNED_AGE_MIN_MINUTES: i64 = 5;
const _: () = assert!(UNSIGNED_AGE_MIN_MINUTES * 60 >= 2 * MAKING_SECONDS_MAX.cast_signed());

impl Authority {
    /// At the start, before anything is served; how many certificates were revoked.
    ///
    /// In a database of this process alone, whatever is recorded and unsigned was left by a crash, and so were
    /// mails on their way and duties that are held. In a shared one, another process may be about to sign what is
    /// young: that is left to the duties.
    pub async fn reconcile_at_start(&self) -> Result<u32, Unavailable> {
        self.upkeep("take_back", |mut work| async move {
            let now = work.now;
            work.take_back_effects().await?;
            // Perhaps because the mail server's settings were mended.
            work.bring_effects_forward(now).await?;
            work.take_back_duties().await?;
            Ok::<_, Unavailable>(work.kept(()))
        })
        .await?;
        self.mend_moments().await?;
        self.revoke_unsigned(self.left_at_start_before()).await
    }

    /// What was recorded before that moment and is unsigned at the start of this process is nobody's work any
    /// more.
    pub(crate) fn left_at_start_before(&self) -> Timestamp {
        if self.store().is_shared() { left_unsigned_before(self.now()) } else { Timestamp::MAX }
    }
}

/// What was recorded before that moment and is still unsigned at `now` is nobody's work any more.
pub(crate) fn left_unsigned_before(now: Timestamp) -> Timestamp {
    now.checked_sub(SignedDuration::from_mins(UNSIGNED_AGE_MIN_MINUTES)).unwrap_or(Timestamp::MIN)
}
