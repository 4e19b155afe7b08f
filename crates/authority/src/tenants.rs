//! Tenants: added, handed over, suspended, resumed; their contracts changed.

use crate::{
    Authority, Unavailable,
    invitation::{Issued, NewInvitation},
    sharing,
    sheet::{HandOver, sheet_lifetime},
    unavailable::unavailable_in,
    users::forget_former_address,
    work::{Work, must_apply},
};
use domain::{
    act::Act,
    conduct::Conduct,
    email::EmailAddress,
    grant::{Actor, Grant, ManageTenants},
    host_name::HostName,
    id::{InvitationId, SiteId, TenantId, UserId},
    invitation::InvitationKind,
    license::{License, LicenseChangeRefusal, end_of_day},
    name_rules::EmailDomains,
    sharing::SharingRefusal,
    site::{Site, SiteKind, Upstream},
    status_change::StatusChange,
    tenant::{IdentificationCode, Tenant, TenantKind, TenantState},
    tenant_form::{NewTenant, TenantFieldError, TenantForm, TenantSettings},
    user::{Role, User, UserState},
};
use store::{Constraint, PAGE_ROWS_MAX, PageRequest, TenantReader, certificates::CertificateFilter};

/// What a contract is changed to; `None` stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContractChange {
    /// How many certificates may be in force at a time.
    pub seats: Option<u32>,
    /// Last day of the contract, in the service's time zone.
    pub valid_until: Option<jiff::civil::Date>,
}

/// To whom a tenant's contract sheet belongs: its first administrator.
#[derive(Debug)]
pub struct SheetRecipient {
    /// The administrator.
    pub user: User,
    /// Has he or she picked up a certificate? Only then the address is known to be read.
    pub established: bool,
}

/// Why a tenant was not added or changed.
#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    /// Another tenant has this slug.
    #[error("tenant {0:?} exists already; choose another slug")]
    SlugTaken(String),
    /// The form was sent before: this tenant has the invitation of its id.
    #[error("this was done before; nothing was changed")]
    SentBefore(TenantId),
    /// The form was sent before, with another wish.
    #[error("this form was used for something else; open it anew")]
    FormUsed,
    /// Its site would have the public site's name.
    #[error("{0} is the public site's own name; choose another slug")]
    PublicHost(HostName),
    /// It is not as it was when the edit began.
    #[error("the tenant was changed meanwhile; nothing was saved")]
    Changed,
    /// There is no such tenant.
    #[error("there is no such tenant")]
    NotFound,
    /// The state does not allow it.
    #[error("the tenant is {}; nothing was changed", .0.name())]
    State(TenantState),
    /// The installation's own tenant is set up by the configuration.
    #[error(
        "the operators' own tenant is no customer; to shut out one operator, use \"sekisho user suspend\""
    )]
    OperatorTenant,
    /// The contract cannot be changed like that: all reasons.
    #[error("{}", told(.0))]
    Contract(Vec<LicenseChangeRefusal>),
    /// The first administrator has a certificate, so the address is no typing error.
    #[error(
        "the first administrator has picked up a certificate; change the address at the tenant's desk, or add \
         another administrator there"
    )]
    AdministratorEstablished,
    /// Another user of the tenant has the address.
    #[error("another user of the tenant has this e-mail address; choose another one")]
    EmailTaken,
    /// The first administrator's address is not at the tenant's domains.
    #[error("the tenant's addresses are at {0}")]
    EmailElsewhere(EmailDomains),
    /// Another tenant's application could take their people for each other.
    #[error(transparent)]
    Sharing(SharingRefusal),
    /// The settings cannot be like that: all that is wrong.
    #[error("the settings cannot be like that")]
    Settings(Vec<TenantFieldError>),
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
        self.add_tenant_once(grant, new, self.new_invitation_id()).await
    }

    /// The same for a form that carried the id of the sheet's invitation: [`TenantError::SentBefore`] if that
    /// has been done already.
    pub async fn add_tenant_once(
        &self,
        grant: &Grant<ManageTenants>,
        new: NewTenant,
        sheet: InvitationId,
    ) -> Result<HandOver, TenantError> {
        let slug = new.slug.clone();
        let added = self.insert_customer(grant, new, sheet).await;
        if !matches!(added, Err(TenantError::SlugTaken(_))) {
            return added;
        }
        let mut reader = self.store().read().await?;
        let Some(other) = reader.tenant_by_slug(&slug).await? else { return added };
        if reader.tenant(other.id).invitation(sheet).await?.is_none() {
            return added;
        }
        drop(reader);
        // The first time may have been given up in between.
        self.ensure_tenant_issuer(&other).await?;
        Err(TenantError::SentBefore(other.id))
    }

    async fn insert_customer(
        &self,
        grant: &Grant<ManageTenants>,
        new: NewTenant,
        sheet: InvitationId,
    ) -> Result<HandOver, TenantError> {
        let mut work = self.begin("add_tenant").await?;
        let now = work.now;
        let rng = &mut *self.rng();
        let tenant = self.tenant_record(&new, TenantId::new(now, rng), IdentificationCode::random(rng));
        let administrator = first_administrator(&new, &tenant, UserId::new(now, rng));
        let host = self.addresses().application_host(&tenant.slug)?;
        if self.addresses().is_public_host(&host) {
            return Err(TenantError::PublicHost(host));
        }
        let behind = new.upstream.clone();
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
        work.changed(StatusChange::Tenant(tenant.id));
        must_apply(work.tenant(tenant.id).insert_user(&administrator, now).await?)?;
        work.changed(StatusChange::User(administrator.id));
        for site in &sites {
            work.tenant(tenant.id).insert_site(site).await?;
            work.changed(StatusChange::Site(site.id));
        }
        let invitation = sheet_invitation(sheet, administrator.id, grant.actor());
        let Issued::Now(_, password) = self.issue(&mut work, tenant.id, invitation).await? else {
            return Err(TenantError::FormUsed);
        };
        if let Some(upstream) = &behind {
            work.be_alone().await?;
            sharing::judge(&mut work, &tenant, None, upstream).await?.map_err(TenantError::Sharing)?;
        }
        work.audit(grant, Act::AddTenant, Some(tenant.id), &tenant.slug, format!("seats={}", new.seats))
            .await?;
        work.finish().await?;
        self.ensure_tenant_issuer(&tenant).await?;
        Ok(self.hand_over(tenant, administrator.email, password, now).await?)
    }

    /// To whom a new sheet would belong; `None`: the tenant has no administrator.
    pub async fn sheet_recipient(&self, id: TenantId) -> Result<Option<SheetRecipient>, Unavailable> {
        sheet_recipient(&mut self.store().read().await?.tenant(id)).await
    }

    /// Makes a new sheet with a new password; the old one opens nothing from then on.
    ///
    /// `address` corrects a mistyped address of the first administrator, as long as nobody has picked up
    /// a certificate with it.
    pub async fn new_sheet(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        address: Option<EmailAddress>,
    ) -> Result<HandOver, TenantError> {
        self.new_sheet_once(grant, id, address, self.new_invitation_id()).await
    }

    /// The same for a form that carried the id of the sheet's invitation: [`TenantError::SentBefore`] if that
    /// has been done already.
    pub async fn new_sheet_once(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        address: Option<EmailAddress>,
        sheet: InvitationId,
    ) -> Result<HandOver, TenantError> {
        let mut work = self.begin("new_sheet").await?;
        let now = work.now;
        let tenant = lock_customer(&mut work, id).await?;
        let recipient = sheet_recipient(&mut work.tenant(id)).await?.ok_or(TenantError::NoAdministrator)?;
        let mut administrator = recipient.user;
        let mut detail = String::new();
        let corrected = address.filter(|address| *address != administrator.email);
        let is_corrected = corrected.is_some();
        if let Some(address) = corrected {
            if recipient.established {
                return Err(TenantError::AdministratorEstablished);
            }
            if !tenant.names.fit_email(&address) {
                return Err(TenantError::EmailElsewhere(tenant.names.email_domains));
            }
            administrator.email = address;
            detail = readdress(&mut work, &administrator).await?;
        }
        let invitation = sheet_invitation(sheet, administrator.id, grant.actor());
        let password = match self.issue(&mut work, id, invitation).await? {
            Issued::Now(_, password) => password,
            Issued::Before if !is_corrected => return Err(TenantError::SentBefore(id)),
            // An address other than that of the sheet that was made is another wish, too.
            Issued::Before | Issued::OtherWish => return Err(TenantError::FormUsed),
        };
        if is_corrected {
            work.changed(StatusChange::User(administrator.id));
        }
        work.audit(grant, Act::NewSheet, Some(id), &tenant.slug, detail).await?;
        work.finish().await?;
        Ok(self.hand_over(tenant, administrator.email, password, now).await?)
    }

    /// Shuts the whole tenant out, from the next request on; its imports rest.
    pub async fn suspend_tenant(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
    ) -> Result<(), TenantError> {
        let (from, to) = (TenantState::Active, TenantState::Suspended);
        self.move_tenant(grant, id, from, to, Act::SuspendTenant).await
    }

    /// Lets a suspended tenant in again; what was held or revoked on its own stays so.
    pub async fn resume_tenant(&self, grant: &Grant<ManageTenants>, id: TenantId) -> Result<(), TenantError> {
        let (from, to) = (TenantState::Suspended, TenantState::Active);
        self.move_tenant(grant, id, from, to, Act::ResumeTenant).await?;
        self.inner.imports.notify_one();
        Ok(())
    }

    /// Ends a suspended tenant for good: nobody of it gets in again, and nothing of it can be changed any more.
    /// Its certificates are listed as revoked (cessationOfOperation); its records and its slug stay.
    pub async fn end_tenant(&self, grant: &Grant<ManageTenants>, id: TenantId) -> Result<(), TenantError> {
        let (from, to) = (TenantState::Suspended, TenantState::Ended);
        self.move_tenant(grant, id, from, to, Act::EndTenant).await
    }

    async fn move_tenant(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        from: TenantState,
        to: TenantState,
        act: Act,
    ) -> Result<(), TenantError> {
        let mut work = self.begin(act.name()).await?;
        let now = work.now;
        let tenant = lock_customer(&mut work, id).await?;
        if !work.tenant(id).set_tenant_state(from, to, now).await? {
            return Err(TenantError::State(tenant.state));
        }
        // The tenant's certificates are listed as held while it is suspended, and as revoked once it has ended.
        work.tenant_crls_changed(id).await?;
        work.changed(StatusChange::Tenant(id));
        work.audit(grant, act, Some(id), &tenant.slug, "").await?;
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
        self.change_contract_if(grant, id, change, |_| true).await
    }

    /// The same for a form: [`TenantError::Changed`] unless the record, locked, is still what the edit began on.
    pub async fn change_contract_if(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        change: ContractChange,
        is_unchanged: impl FnOnce(&Tenant) -> bool + Send,
    ) -> Result<Tenant, TenantError> {
        let mut work = self.begin("change_contract").await?;
        let tenant = lock_customer(&mut work, id).await?;
        if !is_unchanged(&tenant) {
            return Err(TenantError::Changed);
        }
        let present = tenant.license;
        let valid_until = change.valid_until.map(|day| end_of_day(day, &self.service().time_zone));
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
        work.changed(StatusChange::Tenant(id));
        let detail = format!("seats={} valid_until={}", license.seats, self.last_day(&tenant));
        work.audit(grant, Act::ChangeContract, Some(id), &tenant.slug, detail).await?;
        work.finish().await?;
        Ok(tenant)
    }

    /// Changes what stands in no certificate: name, contact, language, policy. What was not entered stays.
    pub async fn edit_tenant(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        entered: TenantForm,
    ) -> Result<Tenant, TenantError> {
        self.edit_tenant_if(grant, id, entered, |_| true).await
    }

    /// The same for a form: [`TenantError::Changed`] unless the record, locked, is still what the edit began on.
    pub async fn edit_tenant_if(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        entered: TenantForm,
        is_unchanged: impl FnOnce(&Tenant) -> bool + Send,
    ) -> Result<Tenant, TenantError> {
        let mut work = self.begin("edit_tenant").await?;
        let tenant = lock_customer(&mut work, id).await?;
        if !is_unchanged(&tenant) {
            return Err(TenantError::Changed);
        }
        let settings = TenantForm::of_settings(&tenant).overlaid(entered).settings();
        let former = tenant.clone();
        let tenant = self.with_settings(tenant, settings.map_err(TenantError::Settings)?);
        if tenant.names != former.names {
            work.be_alone().await?;
            sharing::judge_rules(&mut work, &former, &tenant).await?.map_err(TenantError::Sharing)?;
        }
        must_apply(work.tenant(id).update_tenant(&tenant).await?)?;
        work.changed(StatusChange::Tenant(id));
        work.audit(
            grant,
            Act::EditTenant,
            Some(id),
            &tenant.slug,
            format!("{} {}", tenant.policy, tenant.names),
        )
        .await?;
        work.finish().await?;
        Ok(tenant)
    }

    fn with_settings(&self, tenant: Tenant, settings: TenantSettings) -> Tenant {
        let TenantSettings { display_name, support_contact, locale, policy, names } = settings;
        let support_contact = match support_contact.as_str() {
            "" => self.service().support_contact.clone(),
            _ => support_contact,
        };
        Tenant { display_name, support_contact, locale, policy, names, ..tenant }
    }

    /// Puts an application behind the tenant's site, or the built-in portal for `None`.
    pub async fn set_upstream(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        upstream: Option<Upstream>,
    ) -> Result<(), TenantError> {
        self.set_upstream_if(grant, id, upstream, |_| true).await
    }

    /// The same for a form: [`TenantError::Changed`] unless the record, locked, is still what the edit began on.
    pub async fn set_upstream_if(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        upstream: Option<Upstream>,
        is_unchanged: impl FnOnce(Option<&Upstream>) -> bool + Send,
    ) -> Result<(), TenantError> {
        let mut work = self.begin("set_upstream").await?;
        let tenant = lock_customer(&mut work, id).await?;
        let sites = work.tenant(id).sites().await?;
        let site =
            sites.iter().find(|site| site.kind == SiteKind::Application).ok_or(TenantError::NotFound)?;
        if !is_unchanged(site.upstream.as_ref()) {
            return Err(TenantError::Changed);
        }
        if let Some(upstream) = &upstream {
            work.be_alone().await?;
            let judged = sharing::judge(&mut work, &tenant, site.upstream.as_ref(), upstream).await?;
            judged.map_err(TenantError::Sharing)?;
        }
        must_apply(work.tenant(id).set_upstream(site.id, upstream.as_ref()).await?)?;
        work.changed(StatusChange::Site(site.id));
        let detail = upstream.map_or_else(|| "portal".to_owned(), |upstream| detail_of(&upstream));
        work.audit(grant, Act::SetUpstream, Some(id), &tenant.slug, detail).await?;
        Ok(work.finish().await?)
    }

    fn tenant_record(&self, new: &NewTenant, id: TenantId, code: IdentificationCode) -> Tenant {
        let settings = new.settings.clone();
        let tenant = Tenant {
            id,
            kind: TenantKind::Customer,
            slug: new.slug.clone(),
            display_name: String::new(),
            organization: new.organization.clone(),
            organizational_unit: new.organizational_unit.clone(),
            identification_code: code,
            contract_number: new.contract_number.to_string(),
            license: License {
                seats: new.seats,
                valid_until: end_of_day(new.valid_until, &self.service().time_zone),
            },
            policy: settings.policy,
            names: settings.names.clone(),
            support_contact: String::new(),
            locale: settings.locale,
            state: TenantState::Active,
        };
        self.with_settings(tenant, settings)
    }
}

/// What of an application's record is told in the log: what differs from an ordinary one, beside the headers that are set.
fn detail_of(upstream: &Upstream) -> String {
    let (conduct, ordinary) = (&upstream.conduct, Conduct::default());
    let mut detail = format!("address={}", upstream.address);
    let mut tell = |text: String| {
        detail.push(' ');
        detail.push_str(&text);
    };
    if !upstream.removed.is_empty() {
        tell(format!("removed={}", upstream.removed.join(",")));
    }
    if conduct.answer_wait_seconds != ordinary.answer_wait_seconds {
        tell(format!("answer-wait={}s", conduct.answer_wait_seconds));
    }
    if conduct.encoded_slashes {
        tell("encoded-slashes".to_owned());
    }
    if conduct.own_connections {
        tell("own-connections".to_owned());
    }
    if conduct.apple_401 {
        tell("apple-401".to_owned());
    }
    if let Some(most) = conduct.requests_max {
        tell(format!("requests-max={most}"));
    }
    if let Some(most) = conduct.tunnels_max {
        tell(format!("websockets-max={most}"));
    }
    detail
}

fn sheet_invitation(id: InvitationId, user: UserId, maker: Actor) -> NewInvitation {
    let (kind, lifetime) = (InvitationKind::Sheet, sheet_lifetime());
    NewInvitation { id, user, kind, lifetime, shown_to: Some(maker) }
}

fn first_administrator(new: &NewTenant, tenant: &Tenant, id: UserId) -> User {
    User {
        id,
        tenant: tenant.id,
        role: Role::Administrator,
        login_name: tenant.names.suggested_login(&new.administrator_email),
        display_name: new.administrator_name.clone(),
        reading: String::new(),
        roman_name: None,
        email: new.administrator_email.clone(),
        proved_email: None,
        groups: Vec::new(),
        note: String::new(),
        locale: new.settings.locale,
        state: UserState::Active,
    }
}

/// A customer that can be changed: not the installation's own tenant, which the configuration sets up and which has
/// no contract, and none that has ended.
async fn lock_customer(work: &mut Work, id: TenantId) -> Result<Tenant, TenantError> {
    let tenant = work.tenant(id).lock().await?.ok_or(TenantError::NotFound)?;
    match (tenant.kind, tenant.state) {
        (TenantKind::Operator, _) => Err(TenantError::OperatorTenant),
        (_, TenantState::Ended) => Err(TenantError::State(TenantState::Ended)),
        (_, TenantState::Active | TenantState::Suspended) => Ok(tenant),
    }
}

/// The tenant's first administrator.
async fn sheet_recipient(tenant: &mut TenantReader<'_>) -> Result<Option<SheetRecipient>, Unavailable> {
    let administrators = tenant.users_with_role(Role::Administrator).await?;
    let Some(user) = administrators.into_iter().min_by_key(|user| user.id) else { return Ok(None) };
    let first = PageRequest::first(PAGE_ROWS_MAX);
    let certificates = tenant.certificates(CertificateFilter::User(user.id), &first).await?;
    // What a crash left unsigned has reached nobody.
    let established = certificates.rows.iter().any(|certificate| certificate.picked_up_at.is_some());
    Ok(Some(SheetRecipient { user, established }))
}

/// Writes the first administrator's corrected address; in words for the audit log.
async fn readdress(work: &mut Work, administrator: &User) -> Result<String, TenantError> {
    let detail = forget_former_address(work, administrator).await?;
    let updated = work.tenant(administrator.tenant).update_user(administrator).await;
    must_apply(updated.map_err(|error| match error.conflict() {
        Some(Constraint::UserEmail) => TenantError::EmailTaken,
        _ => error.into(),
    })?)?;
    Ok(detail)
}
