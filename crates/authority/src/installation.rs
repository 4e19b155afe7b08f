//! The parts of an installation: its own keys, root, installation CA, and the operators' own tenant.
//!
//! Each part is made only if it is missing, so that the next start completes an installation that was half
//! made at a power failure.

use crate::{
    Unavailable,
    ca::{self, Ca, FIRST_GENERATION, NewIssuingAuthority, SigningIssuer, TenantIssuerMaker},
    core::Core,
    installation_key::KeptKey,
    profile_signing::ProfileSigning,
    reconciler::{UNSIGNED_AGE_MIN_MINUTES, left_at_start_before},
    unavailable::FirstFailure,
};
use domain::{
    act::{self, Mandate},
    certificate_text::CertificateText,
    id::{SiteId, TenantId},
    issuer::IssuerKind,
    site::{Site, SiteKind},
    slug::TenantSlug,
    status_change::StatusChange,
    tenant::{IdentificationCode, Tenant},
    time::Timestamp,
};

/// Makes the installation's own parts.
#[derive(Clone)]
pub struct Installer {
    core: Core,
    ca: Ca,
    issuers: TenantIssuerMaker,
    keys: [KeptKey; 2],
    profiles: ProfileSigning,
}

impl Installer {
    pub(crate) fn new(core: &Core, ca: &Ca, keys: [KeptKey; 2], profiles: &ProfileSigning) -> Self {
        let (core, ca, issuers) = (core.clone(), ca.clone(), TenantIssuerMaker::new(ca));
        Self { core, ca, issuers, keys, profiles: profiles.clone() }
    }

    /// Makes every missing part of the installation. Runs at every start, before anything is served.
    pub async fn ensure_installed(&self) -> Result<(), Unavailable> {
        // This check comes first, because nothing may change under a key of another installation.
        for key in &self.keys {
            key.ensure().await?;
        }
        self.ca.erase_unsigned_issuers(left_at_start_before(&self.core)).await?;
        let others_work = self.core.read().await?.unsigned_issuers(Timestamp::MAX).await?;
        if others_work.iter().any(|(_, tenant)| tenant.is_none()) {
            return Err(Unavailable::because(format!(
                "another process is just making this installation's CA; start again in {UNSIGNED_AGE_MIN_MINUTES} minutes"
            )));
        }
        let root = self.ensure_root().await?;
        self.ensure_installation_ca(&root).await?;
        self.profiles.ensure().await?;
        self.ensure_operator_tenant().await?;
        self.make_missing_issuers(Timestamp::MAX).await
    }

    /// Erases issuers that a crash left without their certificates, so that they can be made anew.
    pub(crate) async fn erase_unsigned_issuers(&self, recorded_before: Timestamp) -> Result<(), Unavailable> {
        self.ca.erase_unsigned_issuers(recorded_before).await
    }

    /// Makes issuers of tenants that have been without one since before a moment, because of a crash or an
    /// abandoned request.
    pub(crate) async fn make_missing_issuers(&self, since_before: Timestamp) -> Result<(), Unavailable> {
        let mut failure = FirstFailure::default();
        for tenant in self.core.read().await?.tenants_without_issuer(since_before).await? {
            failure.note(&tenant.slug, self.issuers.ensure(&tenant).await);
        }
        failure.into_result()
    }

    async fn ensure_root(&self) -> Result<SigningIssuer, Unavailable> {
        if let Some(root) = self.core.read().await?.newest_issuer(IssuerKind::Root).await? {
            return SigningIssuer::of(&root);
        }
        let (tenant, above, generation) = (None, None, FIRST_GENERATION);
        self.ca.make_issuer(&NewIssuingAuthority { profile: &ca::ROOT, tenant, above, generation }).await
    }

    async fn ensure_installation_ca(&self, root: &SigningIssuer) -> Result<(), Unavailable> {
        if self.core.read().await?.newest_issuer(IssuerKind::Installation).await?.is_some() {
            return Ok(());
        }
        let (tenant, above, generation) = (None, Some(root), FIRST_GENERATION);
        let new = NewIssuingAuthority { profile: &ca::INSTALLATION_CA, tenant, above, generation };
        self.ca.make_issuer(&new).await.map(drop)
    }

    async fn ensure_operator_tenant(&self) -> Result<(), Unavailable> {
        if self.core.read().await?.tenant_by_slug(&TenantSlug::console()).await?.is_some() {
            return Ok(());
        }
        let (now, rng) = (self.core.now(), &mut *self.core.rng());
        let organization = CertificateText::parse(&self.core.service().name_en)
            .map_err(|error| Unavailable::because(format!("english service name: {error}")))?;
        let (id, code) = (TenantId::new(now, rng), IdentificationCode::random(rng));
        let service = self.core.service();
        let tenant = Tenant {
            display_name: service.name_ja.clone(),
            support_contact: service.support_contact.clone(),
            ..Tenant::of_operators(id, code, organization)
        };
        let host = self.core.addresses().console_host()?;
        let site = Site {
            id: SiteId::new(now, rng),
            tenant: tenant.id,
            host,
            kind: SiteKind::Console,
            upstream: None,
        };
        let (tenant, site) = (&tenant, &site);
        let done = self.core.act(Mandate::of_system(act::AddOperatorTenant), |mut work| async move {
            let now = work.now;
            work.insert_tenant(tenant, now).await?;
            work.tenant(tenant.id).insert_site(site).await?;
            work.changed(StatusChange::Tenant(tenant.id));
            work.changed(StatusChange::Site(site.id));
            Ok(work.done(Some(tenant.id), &tenant.slug, "", ()))
        });
        done.await
    }
}
