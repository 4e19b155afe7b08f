//! All that the gate decides by, of all tenants: read whole at its start, then record by record as
//! [`crate::status_changes`] name them.
//!
//! A whole view is read in one [`snapshot`](crate::Store::snapshot): first
//! [`Reader::generation`], then everything; all of it stands at that generation.

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

/// What the gate needs of a certificate. What it can read in the certificate itself is not repeated.
#[derive(Debug, Clone)]
pub struct CertificateStatus {
    /// Identity.
    pub id: CertificateId,
    /// Under which the gate finds it; `None` while it is not signed, or if it was signed by release 0.1.0 and is not
    /// tagged yet (see [`crate::leaf_tags`]).
    pub tag: Option<LeafTag>,
    /// The company.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// Where it stands.
    pub state: CertificateState,
    /// When it was revoked or put on hold; `None` while it is neither.
    pub revoked_at: Option<Timestamp>,
}

/// A tenant, and since when it is in its state.
#[derive(Debug, Clone)]
pub struct TenantStatus {
    /// The record.
    pub tenant: Tenant,
    /// Since when it stands as it does.
    pub state_since: Timestamp,
}

/// A user, and since when this person is in their state.
#[derive(Debug, Clone)]
pub struct UserStatus {
    /// The record.
    pub user: User,
    /// Since when the person stands as they do.
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
    /// The door to the view. It crosses tenants on purpose and is for the gate alone; whatever a
    /// person sees or does goes through [`Reader::tenant`].
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

    /// Every site.
    pub async fn sites(&mut self) -> Result<Vec<Site>, StoreError> {
        self.reader.every_site().await
    }

    /// Users in the order of their ids, after one, at most [`STATUS_PAGE_ROWS_MAX`]; none left: empty.
    pub async fn users_after(&mut self, after: Option<UserId>) -> Result<Vec<UserStatus>, StoreError> {
        let after = after.as_ref().map_or(&[][..], |id| id.as_bytes().as_slice());
        let rows = self.reader.connection.rows(&USERS, values![after, STATUS_PAGE_ROWS_MAX]).await?;
        rows.iter().map(user_status_from).collect()
    }

    /// Certificates in the order of their ids, after one, at most [`STATUS_PAGE_ROWS_MAX`]; none
    /// left: empty.
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

    /// A site as it is now.
    pub async fn site(&mut self, id: SiteId) -> Result<Option<Site>, StoreError> {
        self.reader.site(id).await
    }
}

impl TenantReader<'_> {
    /// The tenant's own record, and since when it stands as it does.
    pub async fn status(&mut self) -> Result<Option<TenantStatus>, StoreError> {
        let row = self.connection.row(&TENANT, values![self.tenant]).await?;
        row.as_ref().map(tenant_status_from).transpose()
    }
}
