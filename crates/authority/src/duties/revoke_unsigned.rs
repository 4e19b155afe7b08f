//! Revokes certificates that were recorded and never signed, and opens their pickups again, which need new PINs.

use super::{By, Duty, Plan, Run};
use crate::{
    Unavailable,
    core::Core,
    pins::Pins,
    reconciler::left_unsigned_before,
    revocation::{RevokeError, Revoker},
    runner::{Done, TenantWork},
};
use domain::{
    act::{self, Mandate},
    application::StoredApplication,
    certificate::{CertificateRecord, CertificateState},
    revocation::Request,
    time::Timestamp,
};
use pki::RevocationReason;
use std::time::Duration;
use store::{certificates::UnsignedCertificate, pickup_makings::MakingState};
use templates::mail::NewPinReason;

/// Certificates of one round.
const ROUND_MAX: u32 = 100;

pub(super) struct RevokeUnsigned {
    pub(super) core: Core,
    pub(super) revocation: Revoker,
    pub(super) pins: Pins,
}

#[async_trait::async_trait]
impl Duty for RevokeUnsigned {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "revoke-unsigned", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        Ok(Run::of(self.revoke(left_unsigned_before(self.core.now())).await?))
    }
}

impl RevokeUnsigned {
    /// Revokes every unsigned certificate recorded before a moment; returns how many.
    pub(super) async fn revoke(&self, recorded_before: Timestamp) -> Result<u32, Unavailable> {
        let mut revoked = 0;
        loop {
            let round = self.revoke_some(recorded_before).await?;
            revoked += round;
            if round < ROUND_MAX {
                return Ok(revoked);
            }
        }
    }

    /// Like `revoke`, for at most [`ROUND_MAX`] certificates.
    async fn revoke_some(&self, recorded_before: Timestamp) -> Result<u32, Unavailable> {
        let unsigned = self.core.read().await?.unsigned_certificates(recorded_before, ROUND_MAX).await?;
        let mut revoked = 0;
        for left in &unsigned {
            if self.revoke_one(left).await? {
                revoked += 1;
            }
        }
        Ok(revoked)
    }

    /// Revokes one certificate; `false`, with nothing written, if it was signed or revoked meanwhile.
    async fn revoke_one(&self, left: &UnsignedCertificate) -> Result<bool, Unavailable> {
        let UnsignedCertificate { id, tenant, application } = *left;
        let done = self.core.act_in(Mandate::of_system(act::RevokeUnsigned), tenant, |mut work| async move {
            let now = work.now;
            let certificate = work.records().lock_certificate(id).await?;
            let Some(certificate) = certificate.filter(|found| found.state == CertificateState::Recorded)
            else {
                return Ok::<_, Unavailable>(Done::nothing(false));
            };
            let request = Request::Revoke(RevocationReason::CessationOfOperation);
            let detail = self.revocation.decide_locked(&mut work, &certificate, request).await;
            let detail = detail.map_err(RevokeError::into_unavailable)?;
            // A browser that still waits for it reads that it failed.
            work.records().set_pickup_making(id, MakingState::Failed, now).await?;
            if work.records().reopen_application(application, now).await? {
                self.renew_pin(&mut work, &certificate).await?;
            }
            Ok(work.done(id, detail, true))
        });
        done.await
    }

    /// Sees to a new PIN for the application of a certificate that was never delivered.
    async fn renew_pin(
        &self,
        work: &mut TenantWork,
        certificate: &CertificateRecord,
    ) -> Result<(), Unavailable> {
        let user = work.records().user(certificate.user).await?;
        let reopened = work.records().lock_application(certificate.application).await?;
        let (Some(user), Some(reopened)) = (user, reopened) else { return Ok(()) };
        if let StoredApplication::Approved(open) = &reopened.application {
            let reason = NewPinReason::PickupFailed;
            // The service's own failure does not count against the PINs that may be mailed.
            let mails = reopened.pin_mails;
            self.pins.renew(work, &user, open.particulars(), mails, reason).await?;
        }
        Ok(())
    }
}
