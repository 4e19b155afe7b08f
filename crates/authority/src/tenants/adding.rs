//! Adds a customer: tenant, issuer, site, desk, first administrator, and the documents of the contract.

use super::{TenantError, Tenants, sheets::sheet_invitation};
use crate::{
    invitation::Issued,
    sharing,
    sheet::HandOver,
    work::{Work, must_apply},
};
use domain::{
    act,
    grant::{Grant, ManageTenants},
    id::{InvitationId, SiteId, TenantId, UserId},
    site::{Site, SiteKind},
    status_change::StatusChange,
    tenant::{IdentificationCode, Tenant},
    tenant_form::NewTenant,
    user::{Role, User, UserState},
};
use store::Constraint;

/// The records of a new customer.
struct Customer {
    tenant: Tenant,
    administrator: User,
    sites: [Site; 2],
}

impl Tenants {
    /// Adds a customer. `sheet` is the id of the sheet's invitation, from the form.
    ///
    /// # Errors
    /// [`TenantError::SentBefore`] for a form that was sent before.
    pub async fn add_tenant(
        &self,
        grant: &Grant<ManageTenants>,
        new: NewTenant,
        sheet: InvitationId,
    ) -> Result<HandOver, TenantError> {
        let slug = new.slug.clone();
        let added = self.insert_customer(grant, &new, sheet).await;
        if !matches!(added, Err(TenantError::SlugTaken(_))) {
            return added;
        }
        let mut reader = self.core.read().await?;
        let Some(other) = reader.tenant_by_slug(&slug).await? else { return added };
        if reader.tenant(other.id).invitation(sheet).await?.is_none() {
            return added;
        }
        drop(reader);
        // The first attempt may have been abandoned in between.
        self.issuers.ensure(&other).await?;
        Err(TenantError::SentBefore(other.id))
    }

    async fn insert_customer(
        &self,
        grant: &Grant<ManageTenants>,
        new: &NewTenant,
        sheet: InvitationId,
    ) -> Result<HandOver, TenantError> {
        let records = self.customer_of(new)?;
        let customer = &records;
        let Customer { tenant, administrator, .. } = customer;
        let inserted = self.core.act(grant.to(act::AddTenant), |mut work| async move {
            let now = work.now;
            insert(&mut work, customer).await?;
            let invitation = sheet_invitation(sheet, administrator.id, grant.actor());
            let Issued::Now(_, password) = self.invitations.issue(&mut work, tenant.id, invitation).await?
            else {
                return Err(TenantError::FormUsed);
            };
            if let Some(upstream) = &new.upstream {
                work.be_alone().await?;
                let judged = sharing::judge(&mut work, tenant, None, upstream).await?;
                judged.map_err(TenantError::Sharing)?;
            }
            let detail = format!("seats={}", new.seats);
            Ok(work.done(Some(tenant.id), &tenant.slug, detail, (password, now)))
        });
        let (password, now) = inserted.await?;
        let Customer { tenant, administrator, .. } = records;
        self.issuers.ensure(&tenant).await?;
        Ok(self.sheets.hand_over(tenant, administrator.email, password, now).await?)
    }

    fn customer_of(&self, new: &NewTenant) -> Result<Customer, TenantError> {
        let (now, rng) = (self.core.now(), &mut *self.core.rng());
        let (id, code) = (TenantId::new(now, rng), IdentificationCode::random(rng));
        let service = self.core.service();
        let tenant = new.record(id, code, &service.time_zone, &service.support_contact);
        let administrator = first_administrator(new, &tenant, UserId::new(now, rng));
        let host = self.core.addresses().application_host(&tenant.slug)?;
        if self.core.addresses().is_public_host(&host) {
            return Err(TenantError::PublicHost(host));
        }
        let sites = [
            (SiteKind::Application, host, new.upstream.clone()),
            (SiteKind::Desk, self.core.addresses().desk_host(&tenant.slug)?, None),
        ];
        let sites = sites.map(|(kind, host, upstream)| {
            let (id, tenant) = (SiteId::new(now, rng), tenant.id);
            Site { id, tenant, host, kind, upstream }
        });
        Ok(Customer { tenant, administrator, sites })
    }
}

async fn insert(work: &mut Work, customer: &Customer) -> Result<(), TenantError> {
    let (now, Customer { tenant, administrator, sites }) = (work.now, customer);
    work.insert_tenant(tenant, now).await.map_err(|error| match error.conflict() {
        Some(Constraint::TenantSlug) => TenantError::SlugTaken(tenant.slug.to_string()),
        _ => error.into(),
    })?;
    work.changed(StatusChange::Tenant(tenant.id));
    must_apply(work.tenant(tenant.id).insert_user(administrator, now).await?)?;
    work.changed(StatusChange::User(administrator.id));
    for site in sites {
        work.tenant(tenant.id).insert_site(site).await?;
        work.changed(StatusChange::Site(site.id));
    }
    Ok(())
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
        suspend_at: None,
    }
}
