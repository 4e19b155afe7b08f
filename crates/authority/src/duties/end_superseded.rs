//! Ends superseded certificates whose grace is over: a newer certificate of the same device was seen at the gate so many
//! days ago as the tenant's policy says. Published as superseded (RFC 5280 §5.3.1).

use super::{By, Duty, Plan, Run};
use crate::{
    Unavailable,
    core::Core,
    revocation::{RevokeError, Revoker},
    runner::Done,
};
use domain::{
    act::{self, Mandate},
    id::{CertificateId, TenantId},
    revocation::Request,
};
use pki::RevocationReason;
use std::time::Duration;

/// Certificates of one round.
const ROUND_MAX: u32 = 100;

pub(super) struct EndSuperseded {
    pub(super) core: Core,
    pub(super) revocation: Revoker,
}

#[async_trait::async_trait]
impl Duty for EndSuperseded {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "end-superseded", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        let mut ended = 0_u64;
        loop {
            let now = self.core.now();
            let due = self.core.read().await?.superseded_certificates(now, ROUND_MAX).await?;
            let mut progressed = false;
            for (tenant, certificate) in &due {
                if self.end(*tenant, *certificate).await? {
                    ended += 1;
                    progressed = true;
                }
            }
            if !progressed {
                return Ok(Run::of(ended));
            }
        }
    }
}

impl EndSuperseded {
    /// `false`, with nothing written, if the certificate was ended meanwhile, or lasts longer than it was read to.
    async fn end(&self, tenant: TenantId, id: CertificateId) -> Result<bool, Unavailable> {
        let mandate = Mandate::of_system(act::EndSuperseded);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let now = work.now;
            let certificate = work.records().lock_certificate(id).await?;
            let over = certificate.filter(|one| one.ends_at.is_some_and(|ends_at| ends_at <= now));
            let Some(certificate) = over else { return Ok::<_, Unavailable>(Done::nothing(false)) };
            let request = Request::Revoke(RevocationReason::Superseded);
            match self.revocation.decide_locked(&mut work, &certificate, request).await {
                Ok(detail) => Ok(work.done(id, detail, true)),
                Err(RevokeError::Refused(_)) => Ok(Done::nothing(false)),
                Err(error) => Err(error.into_unavailable()),
            }
        });
        done.await
    }
}
