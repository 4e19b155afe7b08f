//! Tenants: added, handed over, suspended, resumed; their contracts changed.

use crate::{
    Authority, Unavailable, installation::without_end, sheet::HandOver, unavailable::unavailable_in,
    work::must_apply,
};
use domain::{
    audit::AuditAct,
    certificate_text::CertificateText,
    email::EmailAddress,
    grant::{Grant, ManageTenants},
    host_name::HostName,
    id::{InvitationId, SiteId, TenantId, UserId},
    invitation::{Invitation, InvitationKind},
    license::{License, LicenseChangeRefusal},
    locale::Locale,
    login_name::LoginName,
    password::OneTimePassword,
    policy::Policy,
    site::{Site, SiteKind, Upstream},
    slug::TenantSlug,
    status_change::StatusChange,
    tenant::{IdentificationCode, Tenant, TenantKind, TenantState},
    time::{SignedDuration, Timestamp},
    user::{Role, User, UserState},
};
use store::Constraint;

/// How long a contract sheet's password may be used, in days.
const SHEET_DAYS: i64 = 90;

/// A tenant to be added.
#[derive(Debug, Clone)]
pub struct NewTenant {
    /// First label of its host names.
    pub slug: TenantSlug,
    /// Name as people write it.
    pub display_name: String,
    /// Organisation as written into certificates.
    pub organization: CertificateText,
    /// Unit as written into certificates.
    pub organizational_unit: Option<CertificateText>,
    /// Number of the contract.
    pub contract_number: CertificateText,
    /// How many certificates may be in force at a time.
    pub seats: u32,
    /// Last day of the contract, in the service's time zone.
    pub valid_until: jiff::civil::Date,
    /// The first administrator's name as people write it.
    pub administrator_name: String,
    /// The first administrator's address.
    pub administrator_email: EmailAddress,
    /// Language of mails.
    pub locale: Locale,
    /// Whom refused visitors may ask; the service's contact if empty.
    pub support_contact: String,
    /// The tenant's choices.
    pub policy: Policy,
    /// The application behind the site; `None`: the built-in portal.
    pub upstream: Option<Upstream>,
}

/// What a contract is changed to; `None` stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContractChange {
    /// How many certificates may be in force at a time.
    pub seats: Option<u32>,
    /// Last day of the contract, in the service's time zone.
    pub valid_until: Option<jiff::civil::Date>,
}

/// Why a tenant was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    /// Another tenant has this slug.
    #[error("tenant {0:?} exists already; choose another slug")]
    SlugTaken(String),
    /// Its site would have the public site's name.
    #[error("{0} is the public site's own name; choose another slug")]
    PublicHost(HostName),
    /// There is no such tenant.
    #[error("there is no such tenant")]
    NotFound,
    /// The state does not allow it.
    #[error("the tenant is {}; nothing was changed", .0.name())]
    State(TenantState),
    /// The contract cannot be changed like that: all reasons.
    #[error("{}", told(.0))]
    Contract(Vec<LicenseChangeRefusal>),
    /// It has no administrator to hand a sheet to.
    #[error("the tenant has no administrator to hand a sheet to")]
    NoAdministrator,
    /// Store or signer.
    #[error(transparent)]
    Unavailable(Unavailable),
}

unavailable_in!(TenantError);

fn told(refusals: &[LicenseChangeRefusal]) -> String {
    refusals.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl Authority {
    /// Adds a customer: tenant, issuer, site, desk, first administrator, and what is handed over.
    pub async fn add_tenant(
        &self,
        grant: &Grant<ManageTenants>,
        new: NewTenant,
    ) -> Result<HandOver, TenantError> {
        let mut work = self.begin("add_tenant").await?;
        let now = work.now;
        let rng = &mut *self.rng();
        let tenant = self.tenant_record(&new, TenantId::new(now, rng), IdentificationCode::random(rng))?;
        let administrator = first_administrator(&new, &tenant, UserId::new(now, rng));
        let host = self.addresses().application_host(&tenant.slug)?;
        if self.addresses().is_public_host(&host) {
            return Err(TenantError::PublicHost(host));
        }
        let sites = [
            (SiteKind::Application, host, new.upstream),
            (SiteKind::Desk, self.addresses().desk_host(&tenant.slug)?, None),
        ]
        .map(|(kind, host, upstream)| Site {
            id: SiteId::new(now, rng),
            tenant: tenant.id,
            host,
            kind,
            upstream,
        });

        work.insert_tenant(&tenant, now).await.map_err(|error| match error.conflict() {
            Some(Constraint::TenantSlug) => TenantError::SlugTaken(tenant.slug.to_string()),
            _ => error.into(),
        })?;
        work.changed(StatusChange::Tenant(tenant.id)).await?;
        work.tenant(tenant.id).insert_user(&administrator, now).await?;
        work.changed(StatusChange::User(administrator.id)).await?;
        for site in &sites {
            work.tenant(tenant.id).insert_site(site).await?;
            work.changed(StatusChange::Site(site.id)).await?;
        }
        let password = OneTimePassword::random(rng);
        let invitation = self.sheet_invitation(&tenant, administrator.id, &password, now)?;
        work.tenant(tenant.id).insert_invitation(&invitation).await?;
        work.audit(
            grant.actor(),
            AuditAct::AddTenant,
            Some(tenant.id),
            &tenant.slug,
            format!("seats={}", new.seats),
        )
        .await?;
        work.finish().await?;
        let _issuer = self.ensure_tenant_issuer(&tenant).await?;
        Ok(self.hand_over(tenant, administrator.email, password).await?)
    }

    /// Makes a new sheet with a new password; the old one opens nothing from then on.
    pub async fn new_sheet(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
    ) -> Result<HandOver, TenantError> {
        let mut work = self.begin("new_sheet").await?;
        let now = work.now;
        let tenant = work.tenant(id).lock().await?.ok_or(TenantError::NotFound)?;
        let administrators = work.tenant(id).users_with_role(Role::Administrator).await?;
        let administrator =
            administrators.into_iter().min_by_key(|user| user.id).ok_or(TenantError::NoAdministrator)?;
        let password = OneTimePassword::random(&mut *self.rng());
        let invitation = self.sheet_invitation(&tenant, administrator.id, &password, now)?;
        let _former = work.tenant(id).spend_invitations_of(administrator.id, now).await?;
        work.tenant(id).insert_invitation(&invitation).await?;
        work.audit(grant.actor(), AuditAct::NewSheet, Some(id), &tenant.slug, "").await?;
        work.finish().await?;
        Ok(self.hand_over(tenant, administrator.email, password).await?)
    }

    /// Shuts the whole tenant out, from the next request on; its imports rest.
    pub async fn suspend_tenant(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
    ) -> Result<(), TenantError> {
        self.move_tenant(grant, id, TenantState::Active, TenantState::Suspended, AuditAct::SuspendTenant)
            .await
    }

    /// Lets a suspended tenant in again; what was held or revoked on its own stays so.
    pub async fn resume_tenant(&self, grant: &Grant<ManageTenants>, id: TenantId) -> Result<(), TenantError> {
        let (from, to) = (TenantState::Suspended, TenantState::Active);
        self.move_tenant(grant, id, from, to, AuditAct::ResumeTenant).await?;
        self.inner.imports.notify_one();
        Ok(())
    }

    async fn move_tenant(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        from: TenantState,
        to: TenantState,
        act: AuditAct,
    ) -> Result<(), TenantError> {
        let mut work = self.begin(act.name()).await?;
        let now = work.now;
        let tenant = work.tenant(id).lock().await?.ok_or(TenantError::NotFound)?;
        if !work.tenant(id).set_tenant_state(from, to, now).await? {
            return Err(TenantError::State(tenant.state));
        }
        // The tenant's certificates are listed as held while it is suspended.
        work.tenant_crls_changed(id).await?;
        work.changed(StatusChange::Tenant(id)).await?;
        work.audit(grant.actor(), act, Some(id), &tenant.slug, "").await?;
        Ok(work.finish().await?)
    }

    /// Gives the contract other seats or another end. What had ended with the contract alone is let in
    /// again from the next request on; a tenant that was suspended by an act stays so. A `data_entry.txt`
    /// that was handed over stays good.
    pub async fn change_contract(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        change: ContractChange,
    ) -> Result<Tenant, TenantError> {
        let mut work = self.begin("change_contract").await?;
        let tenant = work.tenant(id).lock().await?;
        // The installation's own tenant has no contract.
        let tenant = tenant.filter(|tenant| tenant.kind == TenantKind::Customer);
        let tenant = tenant.ok_or(TenantError::NotFound)?;
        if tenant.state == TenantState::Ended {
            return Err(TenantError::State(tenant.state));
        }
        let present = tenant.license;
        let valid_until = change.valid_until.map(|day| self.end_of(day)).transpose()?;
        let next = License {
            seats: change.seats.unwrap_or(present.seats),
            valid_until: valid_until.unwrap_or(present.valid_until),
        };
        let now = work.now;
        let seats_used = work.tenant(id).seats_used(now).await?;
        let license = present.changed(next, seats_used, now).map_err(TenantError::Contract)?;
        let tenant = Tenant { license, ..tenant };
        // Sent twice: nothing is left to do.
        if license == present {
            return Ok(tenant);
        }
        must_apply(work.tenant(id).update_tenant(&tenant).await?)?;
        // The tenant's certificates are listed as held once its days of grace are over.
        work.tenant_crls_changed(id).await?;
        work.changed(StatusChange::Tenant(id)).await?;
        let detail = format!("seats={} valid_until={}", license.seats, self.last_day(&tenant));
        work.audit(grant.actor(), AuditAct::ChangeContract, Some(id), &tenant.slug, detail).await?;
        work.finish().await?;
        Ok(tenant)
    }

    /// Puts an application behind the tenant's site, or the built-in portal for `None`.
    pub async fn set_upstream(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        upstream: Option<Upstream>,
    ) -> Result<(), TenantError> {
        let mut work = self.begin("set_upstream").await?;
        let tenant = work.tenant(id).lock().await?.ok_or(TenantError::NotFound)?;
        let sites = work.tenant(id).sites().await?;
        let site =
            sites.iter().find(|site| site.kind == SiteKind::Application).ok_or(TenantError::NotFound)?;
        must_apply(work.tenant(id).set_upstream(site.id, upstream.as_ref()).await?)?;
        work.changed(StatusChange::Site(site.id)).await?;
        let detail =
            upstream.map_or_else(|| "portal".to_owned(), |upstream| format!("address={}", upstream.address));
        work.audit(grant.actor(), AuditAct::SetUpstream, Some(id), &tenant.slug, detail).await?;
        Ok(work.finish().await?)
    }

    fn tenant_record(
        &self,
        new: &NewTenant,
        id: TenantId,
        code: IdentificationCode,
    ) -> Result<Tenant, Unavailable> {
        let support_contact = match new.support_contact.trim() {
            "" => self.service().support_contact.clone(),
            contact => contact.to_owned(),
        };
        Ok(Tenant {
            id,
            kind: TenantKind::Customer,
            slug: new.slug.clone(),
            display_name: new.display_name.clone(),
            organization: new.organization.clone(),
            organizational_unit: new.organizational_unit.clone(),
            identification_code: code,
            contract_number: new.contract_number.to_string(),
            license: License { seats: new.seats, valid_until: self.end_of(new.valid_until)? },
            policy: new.policy,
            support_contact,
            locale: new.locale,
            state: TenantState::Active,
        })
    }

    /// The end of a contract's last day, in the service's time zone; for the last days that a calendar
    /// has, no end.
    fn end_of(&self, day: jiff::civil::Date) -> Result<Timestamp, Unavailable> {
        let next = day.tomorrow().and_then(|next| next.to_zoned(self.service().time_zone.clone()));
        next.map(|end| end.timestamp()).or_else(|_| without_end())
    }

    fn sheet_invitation(
        &self,
        tenant: &Tenant,
        user: UserId,
        password: &OneTimePassword,
        now: Timestamp,
    ) -> Result<Invitation, Unavailable> {
        let lifetime = SignedDuration::from_hours(24 * SHEET_DAYS);
        self.invitation(tenant.id, user, InvitationKind::Sheet, password, now, lifetime)
    }

    pub(crate) fn invitation(
        &self,
        tenant: TenantId,
        user: UserId,
        kind: InvitationKind,
        password: &OneTimePassword,
        now: Timestamp,
        lifetime: SignedDuration,
    ) -> Result<Invitation, Unavailable> {
        let secret_hash = self.one_time_password_hash(user, password)?;
        let expires_at = now.checked_add(lifetime).map_err(Unavailable::because)?;
        let id = InvitationId::new(now, &mut *self.rng());
        Ok(Invitation { id, tenant, user, kind, secret_hash, expires_at, spent_at: None })
    }
}

fn first_administrator(new: &NewTenant, tenant: &Tenant, id: UserId) -> User {
    User {
        id,
        tenant: tenant.id,
        role: Role::Administrator,
        login_name: LoginName::suggested_by(&new.administrator_email),
        display_name: new.administrator_name.clone(),
        reading: String::new(),
        roman_name: None,
        email: new.administrator_email.clone(),
        groups: Vec::new(),
        note: String::new(),
        locale: new.locale,
        state: UserState::Active,
    }
}
