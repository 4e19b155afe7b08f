//! The CRL issuer: a signed list per issuer, made anew when something changed or its time runs out.

use crate::{
    Unavailable,
    ca::CrlSigner,
    core::Core,
    publication::Publications,
    runner::ActError,
    unavailable::{FirstFailure, unavailable_in},
};
use domain::{
    act,
    grant::{Grant, ManageTenants},
    id::IssuerId,
    issuer::Issuer,
    refusal::{Problem, Refusal, Refuses},
    tenant::{ShutOut, TenantState},
    time::{SignedDuration, Timestamp},
};
use pki::{Certificate, CrlBuilder, RevocationReason, Serial};
use std::sync::Arc;
use store::{
    crls::{DueCrl, PublishedCrl, RevokedSerial},
    status_view::TenantStatus,
};

/// How long a list is good for: its nextUpdate.
const CRL_LIFE: SignedDuration = SignedDuration::from_hours(7 * 24);
/// A list is made anew this long before its nextUpdate.
const CRL_RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(3 * 24);
/// Lists made in one round.
const LISTS_AT_ONCE: u32 = 100;
/// Entries read at a time.
const ENTRIES_AT_ONCE: u32 = 10_000;

/// Why no list was called for.
#[derive(Debug, thiserror::Error)]
pub enum PublishCrlsError {
    /// There is no such issuer.
    #[error("there is no such issuer")]
    NotFound,
    /// Store or signer.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for PublishCrlsError {
    fn refusals(&self) -> Vec<Refusal> {
        match self {
            Self::NotFound => vec![Problem::NotFound.into()],
            Self::Unavailable(cause) => cause.refusals(),
        }
    }
}

unavailable_in!(PublishCrlsError);

impl ActError for PublishCrlsError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

/// Makes revocation lists.
#[derive(Clone)]
pub struct CrlIssuer {
    core: Core,
    signer: CrlSigner,
    published: Arc<Publications>,
}

impl CrlIssuer {
    pub(crate) fn new(core: &Core, signer: CrlSigner, published: &Arc<Publications>) -> Self {
        Self { core: core.clone(), signer, published: Arc::clone(published) }
    }

    /// Makes new lists now, of one issuer or of every one, whether or not something has changed; how
    /// many issuers were meant.
    pub async fn publish_crls(
        &self,
        grant: &Grant<ManageTenants>,
        issuer: Option<IssuerId>,
    ) -> Result<usize, PublishCrlsError> {
        let meant = self
            .core
            .act(grant.to(act::PublishCrls), |mut work| async move {
                let meant = match issuer {
                    Some(id) => vec![work.issuer(id).await?.ok_or(PublishCrlsError::NotFound)?],
                    None => work.every_issuer().await?,
                };
                for issuer in &meant {
                    work.crl_changed(issuer.id).await?;
                }
                let (tenant, subject) = match &meant[..] {
                    [issuer] => (issuer.tenant, issuer.id.to_string()),
                    _ => (None, "every-issuer".to_owned()),
                };
                Ok::<_, PublishCrlsError>(work.done(tenant, subject, "", meant.len()))
            })
            .await?;
        self.publish_due_crls().await?;
        Ok(meant)
    }

    /// Makes every list that is due; the number of lists made. One that cannot be made keeps none of the others
    /// waiting, and is the error at the end. No act tells when a contract's days of grace are over: call it now and
    /// then.
    pub async fn publish_due_crls(&self) -> Result<usize, Unavailable> {
        let (now, grace_days) = (self.core.now(), self.core.service().contract_grace_days);
        let by = now.checked_add(CRL_RENEW_BEFORE).map_err(Unavailable::because)?;
        let (mut made, mut failure) = (0, FirstFailure::default());
        loop {
            let due = self.core.read().await?.due_crls(by, grace_days, now, LISTS_AT_ONCE).await?;
            let before = made;
            for list in &due {
                let kept = failure.note(list.issuer, self.publish_crl(list, now).await);
                made += usize::from(kept == Some(true));
            }
            if due.is_empty() || made == before {
                return failure.into_result().map(|()| made);
            }
        }
    }

    /// Resolves when something has changed that lists must tell.
    pub async fn crl_due(&self) {
        self.core.calls().revoked.notified().await;
    }

    async fn publish_crl(&self, due: &DueCrl, now: Timestamp) -> Result<bool, Unavailable> {
        let Some(issuer) = self.core.read().await?.issuer(due.issuer).await? else { return Ok(false) };
        let certificate = Certificate::from_der(&issuer.certificate_der)?;
        if let Some(this_update) = due.begins_later {
            tracing::warn!(issuer = %due.issuer, %this_update, %now, "a revocation list that was signed while the clock was ahead is replaced");
        }
        let number = due.number + 1;
        let next_update = now.checked_add(CRL_LIFE).map_err(Unavailable::because)?;
        let mut builder = CrlBuilder::new(
            &certificate.issuer_identity(),
            number,
            now.as_second(),
            next_update.as_second(),
        )?;
        self.push_entries(&mut builder, &issuer, now).await?;
        let list = self.signer.sign(due.issuer, &builder.to_tbs()?).await?;
        let published = PublishedCrl { number, der: list.as_der().to_vec(), this_update: now, next_update };
        let list = &published;
        let kept = self
            .core
            .upkeep("publish_crl", |mut work| async move {
                let kept = work.publish_crl(due, list).await?;
                Ok::<_, Unavailable>(work.kept(kept))
            })
            .await?;
        if kept {
            self.published.published(due.issuer, published, now);
        }
        Ok(kept)
    }

    /// Revoked and held certificates, then those whose user or tenant is shut out (as held). Of a tenant that
    /// has ended, nothing is merely held any more.
    async fn push_entries(
        &self,
        builder: &mut CrlBuilder,
        issuer: &Issuer,
        now: Timestamp,
    ) -> Result<(), Unavailable> {
        let mut reader = self.core.store().snapshot().await?;
        let tenant = match issuer.tenant {
            Some(tenant) => reader.tenant(tenant).status().await?,
            None => None,
        };
        let tenant_since = tenant.as_ref().and_then(|status| self.shut_out_since(status, now));
        let held = match tenant {
            Some(status) if status.tenant.state == TenantState::Ended => {
                RevocationReason::CessationOfOperation
            }
            _ => RevocationReason::CertificateHold,
        };
        let mut after: Option<Serial> = None;
        loop {
            let page = reader.revoked_serials(issuer.id, now, after, ENTRIES_AT_ONCE).await?;
            after = push_page(builder, &page, held, now)?;
            if after.is_none() {
                break;
            }
        }
        loop {
            let page = reader.suspended_serials(issuer.id, now, tenant_since, after, ENTRIES_AT_ONCE).await?;
            after = push_page(builder, &page, held, now)?;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Since when all people of a tenant are shut out at `now`, if they are.
    fn shut_out_since(&self, status: &TenantStatus, now: Timestamp) -> Option<Timestamp> {
        let TenantStatus { tenant, state_since } = status;
        let grace_days = self.core.service().contract_grace_days;
        tenant.shut_out(grace_days, now).map(|by| match by {
            ShutOut::ByAct => *state_since,
            ShutOut::ByContract => tenant.license.suspended_from(grace_days),
        })
    }
}

/// Adds a page of entries, those on hold with the reason `held`; the last serial. What was revoked while the clock was
/// ahead is revoked since `now` at the latest: a list tells nothing that begins after itself.
fn push_page(
    builder: &mut CrlBuilder,
    page: &[RevokedSerial],
    held: RevocationReason,
    now: Timestamp,
) -> Result<Option<Serial>, Unavailable> {
    for entry in page {
        let RevokedSerial { serial, revocation } = entry;
        let reason = match revocation.reason {
            RevocationReason::CertificateHold => held,
            reason => reason,
        };
        builder.push(serial, revocation.at.min(now).as_second(), Some(reason))?;
    }
    Ok(page.last().map(|entry| entry.serial))
}
