//! Suspends, resumes and ends tenants.

use super::{TenantError, Tenants, must_be_customer};
use domain::{
    act::{self, Mandate},
    grant::{Grant, ManageTenants},
    id::TenantId,
    status_change::StatusChange,
    tenant::TenantState,
};

impl Tenants {
    /// Shuts the whole tenant out, from the next request on; its imports rest.
    pub async fn suspend_tenant(
        &self,
        grant: &Grant<ManageTenants>,
        id: TenantId,
    ) -> Result<(), TenantError> {
        let (from, to) = (TenantState::Active, TenantState::Suspended);
        self.move_tenant(grant.to(act::SuspendTenant), id, from, to).await
    }

    /// Lets a suspended tenant in again; certificates that were held or revoked separately stay so.
    pub async fn resume_tenant(&self, grant: &Grant<ManageTenants>, id: TenantId) -> Result<(), TenantError> {
        let (from, to) = (TenantState::Suspended, TenantState::Active);
        self.move_tenant(grant.to(act::ResumeTenant), id, from, to).await?;
        self.core.calls().imports.notify_one();
        Ok(())
    }

    /// Ends a suspended tenant for good: none of its people gets in again, and no record of it can be changed
    /// any more. Its certificates are listed as revoked (cessationOfOperation); its records and its slug
    /// stay.
    pub async fn end_tenant(&self, grant: &Grant<ManageTenants>, id: TenantId) -> Result<(), TenantError> {
        let (from, to) = (TenantState::Suspended, TenantState::Ended);
        self.move_tenant(grant.to(act::EndTenant), id, from, to).await
    }

    async fn move_tenant(
        &self,
        mandate: Mandate,
        id: TenantId,
        from: TenantState,
        to: TenantState,
    ) -> Result<(), TenantError> {
        let done = self.core.act_in(mandate, id, |mut work| async move {
            must_be_customer(&work.tenant)?;
            let now = work.now;
            if !work.records().set_tenant_state(from, to, now).await? {
                return Err(TenantError::State(work.tenant.state));
            }
            // The tenant's certificates are listed as held while it is suspended, and as revoked once it has ended.
            work.tenant_crls_changed(id).await?;
            work.changed(StatusChange::Tenant(id));
            let slug = work.tenant.slug.clone();
            Ok(work.done(slug, "", ()))
        });
        done.await
    }
}
