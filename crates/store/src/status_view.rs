//! All records that the gate decides by, of all tenants. The gate reads the whole view at its start, then the
//! single records that [`crate::status_changes`] name.
//!
//! A whole view is read in one [`snapshot`](crate::Store::snapshot): first [`Reader::generation`], then all
//! records; they all belong to that generation.

use crate::{
    Reader, StoreError, TenantReader,
    backend::{Row, statements, values},
    tenants::{select as select_tenant, tenant_from},
    users::{select as select_user, user_from},
};
use domain::{
    certificate::{CertificateState, LeafTag},
    id::{CertificateId, IssuerId, SiteId, TenantId, UserId},
    issuer::Issuer,
    site::Site,
    tenant::Tenant,
    time::Timestamp,
    user::User,
};

/// The most rows of one page of a whole view.
pub const STATUS_PAGE_ROWS_MAX: u32 = 10_000;

/// The part of a certificate's record that the gate needs. Facts in the certificate itself are not repeated.
#[derive(Debug, Clone)]
pub struct CertificateStatus {
    pub id: CertificateId,
    /// The tag by which the gate finds the certificate; `None` while it is unsigned, or if release 0.1.0
    /// signed it and it is not tagged yet (see [`crate::leaf_tags`]).
    pub tag: Option<LeafTag>,
    pub tenant: TenantId,
    pub user: UserId,
    pub state: CertificateState,
    /// When it was revoked or put on hold; `None` in any other state.
    pub revoked_at: Option<Timestamp>,
}

/// A tenant, and when it entered its state.
#[derive(Debug, Clone)]
pub struct TenantStatus {
    pub tenant: Tenant,
    /// When the tenant entered its state.
    pub state_since: Timestamp,
}

/// A user, and when the user entered the present state.
#[derive(Debug, Clone)]
pub struct UserStatus {
    pub user: User,
    /// When the user entered the present state.
    pub state_since: Timestamp,
}

macro_rules! select_certificate {
    ($rest:literal) => {
        concat!("SELECT id, leaf_tag, tenant_id, user_id, state, revoked_at FROM certificate ", $rest)
    };
}

statements! {
    CERTIFICATE = shared(select_certificate!("WHERE id = $1"));
    CERTIFICATES = shared(select_certificate!("WHERE id > $1 ORDER BY id LIMIT $2"));
    TENANT = shared(select_tenant!(", state_since", "WHERE id = $1"));
    TENANTS = shared(select_tenant!(", state_since", "ORDER BY id"));
    USER = shared(select_user!(", state_since", "WHERE id = $1"));
    USERS = shared(select_user!(", state_since", "WHERE id > $1 ORDER BY id LIMIT $2"));
}

fn certificate_status_from(row: &Row) -> Result<CertificateStatus, StoreError> {
    Ok(CertificateStatus {
        id: row.id("id")?,
        tag: row.optional_leaf_tag("leaf_tag")?,
        tenant: row.id("tenant_id")?,
        user: row.id("user_id")?,
        state: row.named("state", CertificateState::ALL, CertificateState::name)?,
        revoked_at: row.optional_time("revoked_at")?,
    })
}

fn tenant_status_from(row: &Row) -> Result<TenantStatus, StoreError> {
    Ok(TenantStatus { tenant: tenant_from(row)?, state_since: row.time("state_since")? })
}

fn user_status_from(row: &Row) -> Result<UserStatus, StoreError> {
    Ok(UserStatus { user: user_from(row)?, state_since: row.time("state_since")? })
}

impl Reader {
    /// The door to the view. The view crosses tenants on purpose and is for the gate alone; all other reads
    /// go through [`Reader::tenant`].
    pub fn status_view(&mut self) -> StatusView<'_> {
        StatusView { reader: self }
    }
}

/// Reads for the gate, across tenants.
pub struct StatusView<'a> {
    reader: &'a mut Reader,
}

impl StatusView<'_> {
    /// Every tenant; there are few of them.
    pub async fn tenants(&mut self) -> Result<Vec<TenantStatus>, StoreError> {
        let rows = self.reader.connection.rows(&TENANTS, values![]).await?;
        rows.iter().map(tenant_status_from).collect()
    }

    /// Every issuer with a certificate.
    pub async fn issuers(&mut self) -> Result<Vec<Issuer>, StoreError> {
        self.reader.every_issuer().await
    }

    pub async fn sites(&mut self) -> Result<Vec<Site>, StoreError> {
        self.reader.every_site().await
    }

    /// Users in the order of their ids, after the id `after`, at most [`STATUS_PAGE_ROWS_MAX`]; empty at the end.
    pub async fn users_after(&mut self, after: Option<UserId>) -> Result<Vec<UserStatus>, StoreError> {
        let after = after.as_ref().map_or(&[][..], |id| id.as_bytes().as_slice());
        let rows = self.reader.connection.rows(&USERS, values![after, STATUS_PAGE_ROWS_MAX]).await?;
        rows.iter().map(user_status_from).collect()
    }

    /// Certificates in the order of their ids, after the id `after`, at most [`STATUS_PAGE_ROWS_MAX`]; empty
    /// at the end.
    pub async fn certificates_after(
        &mut self,
        after: Option<CertificateId>,
    ) -> Result<Vec<CertificateStatus>, StoreError> {
        let after = after.as_ref().map_or(&[][..], |id| id.as_bytes().as_slice());
        let rows = self.reader.connection.rows(&CERTIFICATES, values![after, STATUS_PAGE_ROWS_MAX]).await?;
        rows.iter().map(certificate_status_from).collect()
    }

    /// A certificate's present state.
    pub async fn certificate(&mut self, id: CertificateId) -> Result<Option<CertificateStatus>, StoreError> {
        let row = self.reader.connection.row(&CERTIFICATE, values![id]).await?;
        row.as_ref().map(certificate_status_from).transpose()
    }

    /// A user's present state.
    pub async fn user(&mut self, id: UserId) -> Result<Option<UserStatus>, StoreError> {
        let row = self.reader.connection.row(&USER, values![id]).await?;
        row.as_ref().map(user_status_from).transpose()
    }

    /// A tenant's present state.
    pub async fn tenant(&mut self, id: TenantId) -> Result<Option<TenantStatus>, StoreError> {
        self.reader.tenant(id).status().await
    }

    /// An issuer, if it is signed.
    pub async fn issuer(&mut self, id: IssuerId) -> Result<Option<Issuer>, StoreError> {
        self.reader.issuer(id).await
    }

    pub async fn site(&mut self, id: SiteId) -> Result<Option<Site>, StoreError> {
        self.reader.site(id).await
    }
}

impl TenantReader<'_> {
    /// The tenant's own record, and when it entered its state.
    pub async fn status(&mut self) -> Result<Option<TenantStatus>, StoreError> {
        let row = self.connection.row(&TENANT, values![self.tenant]).await?;
        row.as_ref().map(tenant_status_from).transpose()
    }
}
