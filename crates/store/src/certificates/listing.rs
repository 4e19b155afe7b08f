//! Lists of a tenant's certificates, the newest first.

use super::{certificate_from, select};
use crate::{
    ListPage, PageRequest, StoreError, TenantReader,
    backend::{statements, values},
};
use domain::{
    certificate::{Access, CertificateRecord},
    id::{CertificateId, UserId},
    time::Timestamp,
};

/// The most certificates, the newest first, among which a present device is looked for.
const DEVICES_ASKED_MAX: u32 = 100;

#[derive(Debug, Clone, Copy, Default)]
pub enum CertificateFilter {
    #[default]
    All,
    /// Certificates of one user.
    User(UserId),
}

// $3 is the id of the last row read, or 16 bytes of 0xff: newest first.
statements! {
    BY_TENANT = shared(select!("WHERE tenant_id = $1 AND id < $3 ORDER BY id DESC LIMIT $2"));
    BY_USER = shared(select!("WHERE tenant_id = $1 AND user_id = $4 AND id < $3 ORDER BY id DESC LIMIT $2"));
}

impl TenantReader<'_> {
    /// Certificates, the newest first.
    pub async fn certificates(
        &mut self,
        filter: CertificateFilter,
        page: &PageRequest<CertificateId>,
    ) -> Result<ListPage<CertificateRecord>, StoreError> {
        let after = page.after.as_ref().map_or(&[0xff; 16], CertificateId::as_bytes).as_slice();
        let limit = page.limit_and_one();
        let rows = match filter {
            CertificateFilter::All => {
                self.connection.rows(&BY_TENANT, values![self.tenant, limit, after]).await?
            }
            CertificateFilter::User(user) => {
                self.connection.rows(&BY_USER, values![self.tenant, limit, after, user]).await?
            }
        };
        Ok(page.cut(rows.iter().map(certificate_from).collect::<Result<_, _>>()?))
    }

    /// Whether a person has a certificate on a device at `now`, so that an invitation is for another device.
    pub async fn has_device(&mut self, user: UserId, now: Timestamp) -> Result<bool, StoreError> {
        let newest = PageRequest::first(DEVICES_ASKED_MAX);
        let certificates = self.certificates(CertificateFilter::User(user), &newest).await?;
        let on_device = |one: &CertificateRecord| one.standing(Access::Admitted, now).is_on_device();
        Ok(certificates.rows.iter().any(on_device))
    }
}
