//! The reconciler: puts right what a crash or an outage left half done, and erases what has had its
//! time.

use crate::{Authority, Unavailable, work::Work};
use domain::{
    application::StoredApplication,
    attempts::ATTEMPT_WINDOW,
    audit::AuditAct,
    certificate::CertificateState,
    grant::Actor,
    revocation::{self, Request},
    status_change::StatusChange,
    time::{DAY, SignedDuration, Timestamp},
};
use pki::RevocationReason;
use store::certificates::UnsignedCertificate;
use templates::mail::NewPinReason;

/// A recorded certificate that is not signed after this long never will be.
const UNSIGNED_AFTER: SignedDuration = SignedDuration::from_mins(2);
/// Put right in one round.
const ROUND_MAX: u32 = 100;
/// Settled effects and old status changes are kept this long.
const KEPT: SignedDuration = DAY;

impl Authority {
    /// At the start, before anything is served: whatever is recorded and unsigned was left by a crash, and
    /// so were mails on their way.
    pub async fn reconcile_at_start(&self) -> Result<usize, Unavailable> {
        let mut transaction = self.store().begin("take_back_effects").await?;
        transaction.take_back_effects().await?;
        transaction.commit().await?;
        let now = self.now();
        self.revoke_unsigned(now.checked_add(SignedDuration::from_secs(1)).unwrap_or(now)).await
    }

    /// One round of everything; call it every minute.
    pub async fn reconcile(&self) -> Result<(), Unavailable> {
        let now = self.now();
        self.revoke_unsigned(before(now, UNSIGNED_AFTER)).await?;
        let mut transaction = self.store().begin("erase_outdated").await?;
        transaction.erase_expired_pickups(now).await?;
        transaction.erase_expired_portal_sessions(now).await?;
        transaction.erase_attempts(before(now, ATTEMPT_WINDOW * 2)).await?;
        transaction.erase_effects(before(now, KEPT)).await?;
        transaction.erase_status_changes(before(now, KEPT)).await?;
        Ok(transaction.commit().await?)
    }

    /// Revokes each unsigned certificate and opens its pickup again with a new PIN.
    async fn revoke_unsigned(&self, recorded_before: Timestamp) -> Result<usize, Unavailable> {
        let unsigned = self.store().read().await?.unsigned_certificates(recorded_before, ROUND_MAX).await?;
        for left in &unsigned {
            let mut work = self.begin("reconcile_certificate").await?;
            if self.revoke_one(&mut work, left).await? {
                work.finish().await?;
            }
        }
        Ok(unsigned.len())
    }

    async fn revoke_one(&self, work: &mut Work, left: &UnsignedCertificate) -> Result<bool, Unavailable> {
        let UnsignedCertificate { id, tenant, application } = *left;
        let now = work.now;
        let Some(certificate) = work.tenant(tenant).lock_certificate(id).await? else { return Ok(false) };
        let request = Request::Revoke(RevocationReason::CessationOfOperation);
        let Ok((next, entry)) = revocation::decide(certificate.state, request, now) else { return Ok(false) };
        let expected = CertificateState::Recorded;
        if !work.tenant(tenant).set_certificate_state(id, expected, next, entry).await? {
            return Ok(false);
        }
        work.crl_changed(certificate.key.issuer).await?;
        work.changed(StatusChange::Certificate(id)).await?;
        let detail = format!("serial={}", certificate.key.serial.to_hex());
        work.audit(Actor::System, AuditAct::RevokeUnsigned, Some(tenant), id, detail).await?;
        if !work.tenant(tenant).reopen_application(application, now).await? {
            return Ok(true);
        }
        let record = work.tenant(tenant).record().await?;
        let user = work.tenant(tenant).user(certificate.user).await?;
        let reopened = work.tenant(tenant).lock_application(application).await?;
        let (Some(record), Some(user), Some(reopened)) = (record, user, reopened) else { return Ok(true) };
        if let StoredApplication::Approved(open) = &reopened.application {
            let reason = NewPinReason::PickupFailed;
            // Our own failure does not count against the PINs that may be mailed.
            let mails = reopened.pin_mails;
            self.mail_new_pin(work, &record, &user, open.particulars(), mails, reason).await?;
        }
        Ok(true)
    }
}

fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}
