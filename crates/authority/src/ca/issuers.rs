//! The installation's own authorities: each is made by key, record, signature and certificate, in this order.

use super::{
    Ca, SigningIssuer,
    prepare::{AuthorityOrder, Prepared},
    profile::AuthorityProfile,
};
use crate::{
    Unavailable,
    runner::Done,
    work::{Work, must_apply},
};
use domain::{
    act::{self, Mandate},
    id::{IssuerId, TenantId},
    status_change::StatusChange,
    tenant::Tenant,
    time::Timestamp,
};
use pki::Serial;
use store::issuers::NewIssuer;

/// A new authority.
pub(crate) struct NewIssuingAuthority<'a> {
    pub(crate) profile: &'a AuthorityProfile,
    /// The tenant whose people it will certify; `None` above the tenants.
    pub(crate) tenant: Option<&'a Tenant>,
    /// The authority that signs it; `None` if it signs itself.
    pub(crate) above: Option<&'a SigningIssuer>,
    /// 1 at first, and one more at each rotation.
    pub(crate) generation: u32,
}

impl Ca {
    /// Makes an authority; its first revocation list is due from then on.
    ///
    /// # Errors
    /// A conflict with `IssuerGeneration` if another process has made one of this generation.
    pub(crate) async fn make_issuer(
        &self,
        new: &NewIssuingAuthority<'_>,
    ) -> Result<SigningIssuer, Unavailable> {
        let NewIssuingAuthority { profile, tenant, above, generation } = *new;
        let id = IssuerId::new(self.core.now(), &mut *self.core.rng());
        let key = self.signer.new_key(id, profile.key)?;
        let tail = short(tenant.map_or(id.as_bytes(), |tenant| tenant.id.as_bytes()));
        let order = AuthorityOrder {
            profile,
            id,
            generation,
            organization: tenant
                .map_or(self.core.service().name_en.as_str(), |tenant| tenant.organization.as_str()),
            tail: &tail,
            above,
            key: &key.checked,
            serial: Serial::random(&mut *self.core.rng()),
        };
        let prepared = &Prepared::authority(&order, self.core.addresses(), self.core.now())?;
        let (kind, tenant, parent) =
            (profile.kind, tenant.map(|tenant| tenant.id), above.map(|above| above.id));
        let issuer = &NewIssuer { id, kind, tenant, parent, generation, key_sealed: &key.sealed };
        let recorded = self.core.act(Mandate::of_system(act::RecordIssuer), |mut work| async move {
            lock_owner(&mut work, tenant).await?;
            let now = work.now;
            let to_record = work.transaction.record_issuer(issuer, prepared.clone(), now).await?;
            let detail = format!("kind={}", kind.name());
            Ok::<_, Unavailable>(work.done_recording(to_record, tenant, id, detail, ()))
        });
        let (recorded, ()) = recorded.await?;
        let certificate = self.sign_certificate(recorded).await?;
        let der = certificate.as_der();
        let kept = self.core.upkeep("keep_issuer", |mut work| async move {
            lock_owner(&mut work, tenant).await?;
            must_apply(work.keep_signed_issuer(id, der).await?)?;
            work.changed(StatusChange::Issuer(id));
            Ok::<_, Unavailable>(work.kept(()))
        });
        kept.await?;
        Ok(SigningIssuer { id, certificate })
    }

    /// Erases issuers that a crash left without certificates, so that they can be made anew; such an issuer
    /// has issued nothing.
    pub(crate) async fn erase_unsigned_issuers(&self, recorded_before: Timestamp) -> Result<(), Unavailable> {
        for (id, tenant) in self.core.read().await?.unsigned_issuers(recorded_before).await? {
            let done = self.core.act(Mandate::of_system(act::EraseUnsignedIssuer), |mut work| async move {
                if work.erase_unsigned_issuer(id).await? {
                    Ok::<_, Unavailable>(work.done(tenant, id, "", ()))
                } else {
                    Ok(Done::nothing(()))
                }
            });
            done.await?;
        }
        Ok(())
    }
}

/// Makes issuers of one tenant one after the other. A second act waits here, and not for the tenant's row
/// after it has drawn a number (`store::commit_order`).
async fn lock_owner(work: &mut Work, tenant: Option<TenantId>) -> Result<(), Unavailable> {
    if let Some(tenant) = tenant {
        let _tenant = work.tenant(tenant).lock().await?;
    }
    Ok(())
}

/// The random end of an id, which distinguishes names.
fn short(id: &[u8; 16]) -> String {
    let [.., a, b, c, d] = id;
    format!("{:08X}", u32::from_be_bytes([*a, *b, *c, *d]))
}
