//! The reconciler: puts right what a crash or an outage left half done, and erases what has had its
//! time.

use crate::{
    Authority, Unavailable,
    delivery::{MAKING_SECONDS_MAX, REPEAT_MINUTES},
    invitation::HAND_OVER_MINUTES,
    outbox,
    portal::PORTAL_SESSION_HOURS,
    revocation::RevokeError,
    runner::Done,
    tries::Scope,
    unavailable::FirstFailure,
    work::Work,
};
use domain::{
    act::{self, Mandate},
    application::StoredApplication,
    certificate::{Certificate, CertificateState},
    revocation::Request,
    time::{DAY, SignedDuration, Timestamp},
};
use pki::RevocationReason;
use std::sync::atomic::Ordering;
use store::{certificates::UnsignedCertificate, clock_steps::LongestLives};
use templates::mail::NewPinReason;

/// How old a recorded, unsigned certificate (or issuer, or a tenant without one) is at least, in minutes, before
/// it is revoked (or its issuer made) where somebody may still be at work on it. Beyond what a pickup can take:
/// `MAKING_SECONDS_MAX`, a transaction before and one after it, which the store's time limits bound, and what the
/// clocks of two nodes may differ.
pub(crate) const UNSIGNED_AGE_MIN_MINUTES: i64 = 5;
const _: () = assert!(UNSIGNED_AGE_MIN_MINUTES * 60 >= 2 * MAKING_SECONDS_MAX.cast_signed());
/// Put right in one round.
const ROUND_MAX: u32 = 100;
/// Settled effects, old status changes, told pickups, and imports that were judged and not begun are kept this long.
const KEPT: SignedDuration = DAY;
/// Mails that were given up are kept this long, without their contents, so that somebody sees them.
const GIVEN_UP_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Authority {
    /// At the start, before anything is served; how many certificates were revoked.
    ///
    /// In a database of this process alone, whatever is recorded and unsigned was left by a crash, and so were
    /// mails on their way and duties that are held. In a shared one, another process may be about to sign what is
    /// young: that is left to [`Authority::reconcile`].
    pub async fn reconcile_at_start(&self) -> Result<u32, Unavailable> {
        let mut transaction = self.store().begin("take_back").await?;
        transaction.take_back_effects().await?;
        // Perhaps because the mail server's settings were mended.
        transaction.bring_effects_forward(self.now()).await?;
        transaction.take_back_duties().await?;
        transaction.commit().await?;
        self.mend_moments(self.now()).await?;
        let recorded_before = self.left_at_start_before();
        let mut revoked = 0;
        loop {
            let round = self.revoke_unsigned(recorded_before).await?;
            revoked += round;
            if round < ROUND_MAX {
                return Ok(revoked);
            }
        }
    }

    /// What was recorded before that moment and is unsigned at the start of this process is nobody's work any
    /// more.
    pub(crate) fn left_at_start_before(&self) -> Timestamp {
        if self.store().is_shared() { left_unsigned_before(self.now()) } else { Timestamp::MAX }
    }

    /// One round of everything; call it every minute. What cannot be done keeps nothing else waiting, and is the
    /// error at the end.
    pub async fn reconcile(&self) -> Result<(), Unavailable> {
        let now = self.now();
        let left_before = left_unsigned_before(now);
        let mut failure = FirstFailure::default();
        failure.note("unsigned certificates", self.revoke_unsigned(left_before).await);
        failure.note("unsigned issuers", self.erase_unsigned_issuers(left_before).await);
        failure.note("untagged certificates", self.tag_certificates().await);
        failure.note("missing issuers", self.make_missing_issuers(left_before).await);
        failure.note("pickups to be told", self.tell_pickups_together().await);
        failure.note("imports that nobody began", self.erase_unstarted_imports(now).await);
        failure.note("outdated records", self.erase_outdated(now).await);
        failure.note("the log of what was erased", self.forget_erased().await);
        failure.into_result()
    }

    /// After the clock was set: moments that were written while it was ahead are put right, and waiting workers look
    /// at the clock again.
    pub async fn clock_was_set(&self) -> Result<(), Unavailable> {
        let mended = self.mend_moments(self.now()).await;
        self.inner.posted.notify_one();
        self.inner.revoked.notify_one();
        mended
    }

    /// After the clock was ahead: ends and turns that it set come when they would have come.
    async fn mend_moments(&self, now: Timestamp) -> Result<(), Unavailable> {
        let minutes = SignedDuration::from_mins;
        let lives = LongestLives {
            mail_lease: outbox::LEASE,
            mail_pause: outbox::WAIT_MAX,
            pickup: minutes(REPEAT_MINUTES),
            resting_password: minutes(HAND_OVER_MINUTES),
            session: SignedDuration::from_hours(PORTAL_SESSION_HOURS),
        };
        let mut transaction = self.store().begin("mend_moments").await?;
        let mended = transaction.mend_moments(now, &lives).await?;
        transaction.commit().await?;
        if mended > 0 {
            tracing::warn!(mended, %now, "moments that were set while the clock was ahead are brought back");
        }
        Ok(())
    }

    async fn erase_outdated(&self, now: Timestamp) -> Result<(), Unavailable> {
        let mut transaction = self.store().begin("erase_outdated").await?;
        let files = transaction.erase_expired_pickups(now).await?;
        let passwords = transaction.erase_resting_passwords(now).await?;
        transaction.erase_expired_portal_sessions(now).await?;
        for scope in Scope::ALL {
            transaction.erase_attempts(scope.name(), before(now, scope.window() * 2)).await?;
        }
        transaction.give_up_closed_effects(now).await?;
        transaction.erase_told_pickups(before(now, KEPT)).await?;
        transaction.erase_effects(before(now, KEPT), before(now, GIVEN_UP_KEPT)).await?;
        transaction.erase_status_changes(before(now, KEPT)).await?;
        transaction.commit().await?;
        if files + passwords > 0 {
            self.inner.log_keeps_erased.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// What was erased leaves the database's log as well; where somebody reads from it, in the next round.
    async fn forget_erased(&self) -> Result<(), Unavailable> {
        let keeps = &self.inner.log_keeps_erased;
        if keeps.load(Ordering::Relaxed) && self.store().empty_log().await? {
            keeps.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// A transaction of its own: there may be many rows.
    async fn erase_unstarted_imports(&self, now: Timestamp) -> Result<(), Unavailable> {
        let mut transaction = self.store().begin("erase_unstarted_imports").await?;
        transaction.erase_unstarted_imports(before(now, KEPT)).await?;
        Ok(transaction.commit().await?)
    }

    /// Revokes unsigned certificates, [`ROUND_MAX`] at most, and opens their pickups again with new PINs; how
    /// many.
    async fn revoke_unsigned(&self, recorded_before: Timestamp) -> Result<u32, Unavailable> {
        let unsigned = self.store().read().await?.unsigned_certificates(recorded_before, ROUND_MAX).await?;
        let mut revoked = 0;
        for left in &unsigned {
            if self.revoke_one(left).await? {
                revoked += 1;
            }
        }
        Ok(revoked)
    }

    /// `false`, having written nothing: it was signed or revoked in the meantime.
    async fn revoke_one(&self, left: &UnsignedCertificate) -> Result<bool, Unavailable> {
        let UnsignedCertificate { id, tenant, application } = *left;
        self.act_in(Mandate::of_system(act::RevokeUnsigned), tenant, |mut work| async move {
            let now = work.now;
            let certificate = work.records().lock_certificate(id).await?;
            let Some(certificate) = certificate.filter(|found| found.state == CertificateState::Recorded)
            else {
                return Ok::<_, Unavailable>(Done::nothing(false));
            };
            let request = Request::Revoke(RevocationReason::CessationOfOperation);
            let detail = self.decide_locked(&mut work, &certificate, request).await;
            let detail = detail.map_err(RevokeError::into_unavailable)?;
            if work.records().reopen_application(application, now).await? {
                self.mail_pin_again(&mut work, &certificate).await?;
            }
            Ok(work.done(id, detail, true))
        })
        .await
    }

    /// For the application of a certificate that was never delivered.
    async fn mail_pin_again(&self, work: &mut Work, certificate: &Certificate) -> Result<(), Unavailable> {
        let (tenant, application) = (certificate.tenant, certificate.application);
        let record = work.tenant(tenant).record().await?;
        let user = work.tenant(tenant).user(certificate.user).await?;
        let reopened = work.tenant(tenant).lock_application(application).await?;
        let (Some(record), Some(user), Some(reopened)) = (record, user, reopened) else { return Ok(()) };
        if let StoredApplication::Approved(open) = &reopened.application {
            let reason = NewPinReason::PickupFailed;
            // Our own failure does not count against the PINs that may be mailed.
            let mails = reopened.pin_mails;
            self.mail_new_pin(work, &record, &user, open.particulars(), mails, reason).await?;
        }
        Ok(())
    }
}

/// What was recorded before that moment and is still unsigned at `now` is nobody's work any more.
fn left_unsigned_before(now: Timestamp) -> Timestamp {
    before(now, SignedDuration::from_mins(UNSIGNED_AGE_MIN_MINUTES))
}

fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}
