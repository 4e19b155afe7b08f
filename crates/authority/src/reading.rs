//! The read door: lists and records for people who may see them.
//!
//! **Invariant:** nothing of a tenant is read without a grant that reaches it, or a permit for what is the person's
//! own; what is read through here cannot be written.
//!
//! The store itself is not handed out, and another permission opens no records:
//!
//! ```compile_fail,E0599
//! async fn everything(authority: &authority::Authority) {
//!     let _ = authority.store();
//! }
//! ```
//!
//! ```compile_fail,E0308
//! use domain::{grant::{EditPortal, Grant}, id::TenantId};
//!
//! async fn records(authority: &authority::Authority, grant: &Grant<EditPortal>, tenant: TenantId) {
//!     let _ = authority.reading().records_of(grant, tenant).await;
//! }
//! ```

use crate::{Unavailable, core::Core};
use domain::{
    application::Reference,
    certificate::CertificateRecord,
    grant::{Grant, ManageTenants, Permission, ViewTenant},
    id::{CertificateId, DeviceId, TenantId, UserId},
    mail::MailClass,
    mailed_code::MailedCode,
    permit::Permit,
    tenant::Tenant,
    user::User,
};
use store::{
    PageRequest, Reader, TenantReader, applications::ApplicationRecord, certificates::CertificateFilter,
    mails::OutboxCounts,
};

/// One tenant's records, for a grant that reaches it.
pub struct TenantRecords {
    reader: Reader,
    tenant: TenantId,
}

impl TenantRecords {
    /// Reads within the tenant.
    pub fn records(&mut self) -> TenantReader<'_> {
        self.reader.tenant(self.tenant)
    }

    /// An application of the tenant's.
    pub async fn application_by_reference(
        &mut self,
        reference: &Reference,
    ) -> Result<Option<ApplicationRecord>, Unavailable> {
        let found = self.reader.application_by_reference(reference).await?;
        Ok(found.filter(|record| record.application.particulars().tenant == self.tenant))
    }
}

/// What one person may read: the own records, and the own tenant's.
pub struct OwnRecords {
    reader: Reader,
    tenant: TenantId,
    user: UserId,
}

impl OwnRecords {
    fn records(&mut self) -> TenantReader<'_> {
        self.reader.tenant(self.tenant)
    }

    /// The person's tenant.
    pub async fn tenant(&mut self) -> Result<Option<Tenant>, Unavailable> {
        Ok(self.records().record().await?)
    }

    /// The person.
    pub async fn user(&mut self) -> Result<Option<User>, Unavailable> {
        let user = self.user;
        Ok(self.records().user(user).await?)
    }

    /// The code that was mailed to the person last.
    pub async fn email_proof(&mut self) -> Result<Option<MailedCode>, Unavailable> {
        let user = self.user;
        Ok(self.records().email_proof(user).await?)
    }

    /// The person's newest certificates, so many at most.
    pub async fn certificates(&mut self, max: u32) -> Result<Vec<CertificateRecord>, Unavailable> {
        let mine = CertificateFilter::User(self.user);
        Ok(self.records().certificates(mine, &PageRequest::first(max)).await?.rows)
    }

    /// The certificates of a device of the person's.
    pub async fn line(&mut self, device: DeviceId) -> Result<Vec<CertificateRecord>, Unavailable> {
        let user = self.user;
        let mut line = self.records().certificates_of_device(device).await?;
        line.retain(|certificate| certificate.user == user);
        Ok(line)
    }

    /// What waits for a device of the person's.
    pub async fn open_application_of(
        &mut self,
        device: DeviceId,
    ) -> Result<Option<ApplicationRecord>, Unavailable> {
        let user = self.user;
        let found = self.records().open_application_of(device).await?;
        Ok(found.filter(|record| record.application.particulars().user == user))
    }

    /// The reference of the newest application for a device of the person's.
    pub async fn newest_reference_of(&mut self, device: DeviceId) -> Result<Option<Reference>, Unavailable> {
        let user = self.user;
        let found = self.records().newest_application_of(device).await?;
        let stated = found.map(|record| record.application.particulars().clone());
        Ok(stated.filter(|stated| stated.user == user).map(|stated| stated.reference))
    }

    /// A certificate of the person's; somebody else's is not found.
    pub async fn certificate(&mut self, id: CertificateId) -> Result<Option<CertificateRecord>, Unavailable> {
        let user = self.user;
        let found = self.records().certificate(id).await?;
        Ok(found.filter(|certificate| certificate.user == user))
    }
}

impl Core {
    /// A tenant's records; `None`: the grant does not reach it.
    pub(crate) async fn read_in<P: Permission>(
        &self,
        grant: &Grant<P>,
        tenant: TenantId,
    ) -> Result<Option<TenantRecords>, Unavailable> {
        let Some(seen) = grant.sees(tenant) else { return Ok(None) };
        Ok(Some(TenantRecords { reader: self.read().await?, tenant: seen.id() }))
    }
}

/// Lists and records for people who may see them.
#[derive(Clone)]
pub struct ReadDoor(Core);

impl ReadDoor {
    pub(crate) fn new(core: &Core) -> Self {
        Self(core.clone())
    }

    /// A tenant's records; `None`: the grant does not reach it.
    pub async fn records_of(
        &self,
        grant: &Grant<ViewTenant>,
        tenant: TenantId,
    ) -> Result<Option<TenantRecords>, Unavailable> {
        self.0.read_in(grant, tenant).await
    }

    /// Every tenant's records, for an operator.
    pub async fn every_record(&self, _grant: &Grant<ManageTenants>) -> Result<Reader, Unavailable> {
        self.0.read().await
    }

    /// What is the person's own.
    pub async fn own_records(&self, permit: &Permit) -> Result<OwnRecords, Unavailable> {
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        Ok(OwnRecords { reader: self.0.read().await?, tenant, user })
    }

    /// The number of mails in each state of the outbox, for metrics.
    pub async fn outbox_counts(&self) -> Result<[(MailClass, OutboxCounts); 2], Unavailable> {
        Ok(self.0.read().await?.outbox_counts().await?)
    }

    /// How often transactions of each name met another one, since the start.
    pub fn conflicts(&self) -> Vec<(&'static str, u64)> {
        self.0.store().conflicts()
    }

    /// Does the database answer?
    pub async fn is_ready(&self) -> Result<(), Unavailable> {
        let _reader = self.0.read().await?;
        Ok(())
    }
}
