//! What an installation is made of: its own keys, root, installation CA, and the operators' own tenant.
//!
//! Each piece is made only if it is missing, so that an installation half made when the power went is
//! completed at the next start.

use crate::{
    Authority, Unavailable,
    ca::{self, NewIssuingAuthority, SigningIssuer},
    reconciler::UNSIGNED_AGE_MIN_MINUTES,
    unavailable::FirstFailure,
};
use domain::{
    act::{self, Mandate},
    certificate_text::CertificateText,
    id::{SiteId, TenantId},
    issuer::IssuerKind,
    license::{License, WITHOUT_END},
    locale::Locale,
    name_rules::NameRules,
    policy::Policy,
    site::{Site, SiteKind},
    slug::TenantSlug,
    status_change::StatusChange,
    tenant::{IdentificationCode, Tenant, TenantKind, TenantState},
    time::Timestamp,
};
use store::Constraint;

/// The generation of an issuer that replaces none.
const FIRST_GENERATION: u32 = 1;
/// Seats of the operators' tenant.
const OPERATOR_SEATS: u32 = 1000;

impl Authority {
    /// Makes whatever the installation still lacks. Run at every start, before anything is served.
    pub async fn ensure_installed(&self) -> Result<(), Unavailable> {
        // First, because nothing may be touched under a key of another installation.
        self.ensure_installation_keys().await?;
        self.erase_unsigned_issuers(self.left_at_start_before()).await?;
        let others_work = self.store().read().await?.unsigned_issuers(Timestamp::MAX).await?;
        if others_work.iter().any(|(_, tenant)| tenant.is_none()) {
            return Err(Unavailable::because(format!(
                "another process is just making this installation's CA; start again in {UNSIGNED_AGE_MIN_MINUTES} minutes"
            )));
        }
        let root = self.ensure_root().await?;
        self.ensure_installation_ca(&root).await?;
        self.ensure_operator_tenant().await?;
        self.make_missing_issuers(Timestamp::MAX).await
    }

    /// Makes issuers of tenants that have been without any since before a moment: a crash, or a request that was
    /// given up, left them so.
    pub(crate) async fn make_missing_issuers(&self, since_before: Timestamp) -> Result<(), Unavailable> {
        let mut failure = FirstFailure::default();
        for tenant in self.store().read().await?.tenants_without_issuer(since_before).await? {
            failure.note(&tenant.slug, self.ensure_tenant_issuer(&tenant).await);
        }
        failure.into_result()
    }

    async fn ensure_root(&self) -> Result<SigningIssuer, Unavailable> {
        if let Some(root) = self.store().read().await?.newest_issuer(IssuerKind::Root).await? {
            return SigningIssuer::of(&root);
        }
        let (tenant, above, generation) = (None, None, FIRST_GENERATION);
        self.make_issuer(&NewIssuingAuthority { profile: &ca::ROOT, tenant, above, generation }).await
    }

    async fn ensure_installation_ca(&self, root: &SigningIssuer) -> Result<(), Unavailable> {
        if self.store().read().await?.newest_issuer(IssuerKind::Installation).await?.is_some() {
            return Ok(());
        }
        let (tenant, above, generation) = (None, Some(root), FIRST_GENERATION);
        let new = NewIssuingAuthority { profile: &ca::INSTALLATION_CA, tenant, above, generation };
        self.make_issuer(&new).await.map(drop)
    }

    /// Makes the tenant's issuer if there is none. Of two processes that make it at the same time, the second one does
    /// nothing; the reconciler completes what the first one leaves half done.
    pub(crate) async fn ensure_tenant_issuer(&self, tenant: &Tenant) -> Result<(), Unavailable> {
        if !self.store().read().await?.tenant(tenant.id).issuers().await?.is_empty() {
            return Ok(());
        }
        let above = self.store().read().await?.newest_issuer(IssuerKind::Installation).await?;
        let above = above.ok_or_else(|| Unavailable::because("there is no installation CA"))?;
        let above = SigningIssuer::of(&above)?;
        let (tenant, above, generation) = (Some(tenant), Some(&above), FIRST_GENERATION);
        let new = NewIssuingAuthority { profile: &ca::TENANT_ISSUER, tenant, above, generation };
        match self.make_issuer(&new).await {
            Ok(_) => Ok(()),
            Err(error) if error.conflict() == Some(Constraint::IssuerGeneration) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn ensure_operator_tenant(&self) -> Result<(), Unavailable> {
        let slug = TenantSlug::console();
        if self.store().read().await?.tenant_by_slug(&slug).await?.is_some() {
            return Ok(());
        }
        let (now, rng) = (self.now(), &mut *self.rng());
        let organization = CertificateText::parse(&self.service().name_en)
            .map_err(|error| Unavailable::because(format!("english service name: {error}")))?;
        let tenant = Tenant {
            id: TenantId::new(now, rng),
            kind: TenantKind::Operator,
            slug,
            display_name: self.service().name_ja.clone(),
            organization,
            organizational_unit: None,
            identification_code: IdentificationCode::random(rng),
            contract_number: String::new(),
            license: License { seats: OPERATOR_SEATS, valid_until: WITHOUT_END },
            names: NameRules::default(),
            policy: Policy::default(),
            support_contact: self.service().support_contact.clone(),
            locale: Locale::Ja,
            state: TenantState::Active,
        };
        let host = self.addresses().console_host()?;
        let site = Site {
            id: SiteId::new(now, rng),
            tenant: tenant.id,
            host,
            kind: SiteKind::Console,
            upstream: None,
        };
        let (tenant, site) = (&tenant, &site);
        self.act(Mandate::of_system(act::AddOperatorTenant), |mut work| async move {
            let now = work.now;
            work.insert_tenant(tenant, now).await?;
            work.tenant(tenant.id).insert_site(site).await?;
            work.changed(StatusChange::Tenant(tenant.id));
            work.changed(StatusChange::Site(site.id));
            Ok(work.done(Some(tenant.id), &tenant.slug, "", ()))
        })
        .await
    }
}
