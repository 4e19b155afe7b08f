//! A tenant's contract and settings are changed: what stands in no certificate.

use super::{TenantError, Tenants, must_be_customer};
use crate::{runner::Done, sharing, work::must_apply};
use domain::{
    act,
    grant::{ChangeSettings, Grant, ManageTenants},
    id::TenantId,
    license::{License, end_of_day},
    status_change::StatusChange,
    tenant::Tenant,
    tenant_form::TenantForm,
};

/// What a contract is changed to; `None` stays as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct ContractChange {
    /// How many certificates may be in force at a time.
    pub seats: Option<u32>,
    /// Last day of the contract, in the service's time zone.
    pub valid_until: Option<jiff::civil::Date>,
}

impl Tenants {
    /// Gives the contract other seats or another end. What had ended with the contract alone is let in
    /// again from the next request on; a tenant that was suspended by an act stays so. A `data_entry.txt`
    /// that was handed over stays good. `is_unchanged` is asked of the locked record.
    ///
    /// # Errors
    /// [`TenantError::Changed`] where the record is not what the edit began on.
    pub async fn change_contract(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        change: ContractChange,
        is_unchanged: impl Fn(&Tenant) -> bool + Send + Sync,
    ) -> Result<Tenant, TenantError> {
        let is_unchanged = &is_unchanged;
        let done = self.core.act_in(grant.to(act::ChangeContract), id, |mut work| async move {
            must_be_customer(&work.tenant)?;
            if !is_unchanged(&work.tenant) {
                return Err(TenantError::Changed);
            }
            let (now, present) = (work.now, work.tenant.license);
            let valid_until = change.valid_until.map(|day| end_of_day(day, &self.core.service().time_zone));
            let next = License {
                seats: change.seats.unwrap_or(present.seats),
                valid_until: valid_until.unwrap_or(present.valid_until),
            };
            let seats_used = work.records().seats_used(now).await?;
            let license = present.changed(next, seats_used, now).map_err(TenantError::Contract)?;
            let tenant = Tenant { license, ..work.tenant.clone() };
            // Sent twice: nothing is left to do.
            if license == present {
                return Ok(Done::nothing(tenant));
            }
            must_apply(work.records().update_tenant(&tenant).await?)?;
            // The tenant's certificates are listed as held once its days of grace are over.
            work.tenant_crls_changed(id).await?;
            work.changed(StatusChange::Tenant(id));
            let detail =
                format!("seats={} valid_until={}", license.seats, self.core.service().last_day(&tenant));
            Ok(work.done(tenant.slug.clone(), detail, tenant))
        });
        done.await
    }

    /// Changes what stands in no certificate: name, contact, language, policy. What was not entered stays.
    /// `is_unchanged` is asked of the locked record.
    ///
    /// # Errors
    /// [`TenantError::Changed`] where the record is not what the edit began on.
    pub async fn edit_tenant(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
        entered: TenantForm,
        is_unchanged: impl Fn(&Tenant) -> bool + Send + Sync,
    ) -> Result<Tenant, TenantError> {
        let (entered, is_unchanged) = (&entered, &is_unchanged);
        let done = self.core.act_in(grant.to(act::EditTenant), id, |mut work| async move {
            must_be_customer(&work.tenant)?;
            if !is_unchanged(&work.tenant) {
                return Err(TenantError::Changed);
            }
            let former = work.tenant.clone();
            let settings = TenantForm::of_settings(&former).overlaid(entered.clone()).settings();
            let settings = settings.map_err(TenantError::Settings)?;
            let tenant = settings.changed_in(former.clone(), &self.core.service().support_contact);
            if tenant.names != former.names {
                work.be_alone().await?;
                let judged = sharing::judge_rules(&mut work, &former, &tenant).await?;
                judged.map_err(TenantError::Rules)?;
            }
            must_apply(work.records().update_tenant(&tenant).await?)?;
            work.changed(StatusChange::Tenant(id));
            let detail = format!("{} {}", tenant.policy, tenant.names);
            Ok(work.done(tenant.slug.clone(), detail, tenant))
        });
        done.await
    }

    /// Changes what is an administrator's to choose ([`domain::tenant_form::TenantField::OF_ADMINISTRATOR`]); whatever
    /// else was entered is not looked at. `is_unchanged` is asked of the locked record.
    ///
    /// # Errors
    /// [`TenantError::Changed`] where the record is not what the edit began on.
    pub async fn change_settings(
        &self,
        grant: &Grant<ChangeSettings>,
        id: TenantId,
        entered: &TenantForm,
        is_unchanged: impl Fn(&Tenant) -> bool + Send + Sync,
    ) -> Result<(), TenantError> {
        let (entered, is_unchanged) = (&entered.of_administrator(), &is_unchanged);
        let done = self.core.act_in(grant.to(act::ChangeSettings), id, |mut work| async move {
            must_be_customer(&work.tenant)?;
            if !is_unchanged(&work.tenant) {
                return Err(TenantError::Changed);
            }
            let former = TenantForm::of_settings(&work.tenant);
            let settings = former.clone().overlaid(entered.clone()).settings();
            let settings = settings.map_err(TenantError::Settings)?;
            let tenant = settings.changed_in(work.tenant.clone(), &self.core.service().support_contact);
            let changes = former.changes_to(&TenantForm::of_settings(&tenant));
            // Sent twice, or nothing was changed.
            if changes.is_empty() {
                return Ok(Done::nothing(()));
            }
            must_apply(work.records().update_tenant(&tenant).await?)?;
            work.changed(StatusChange::Tenant(id));
            Ok(work.done(tenant.slug.clone(), changes, ()))
        });
        done.await
    }
}
