//! All that the gate decides by, of all tenants: read whole at its start, then record by record as
//! [`crate::status_changes`] name them.
//!
//! A whole view is read in one [`snapshot`](crate::Store::snapshot): first
//! [`Reader::generation`], then everything; all of it stands at that generation.

use crate::{
    Reader, StoreError,
    backend::{Row, statements, values},
    certificates::key_from,
    users::user_from,
};
use domain::{
    certificate::{CertificateKey, CertificateState},
    id::{CertificateId, IssuerId, SiteId, TenantId, UserId},
    issuer::Issuer,
    site::Site,
    tenant::Tenant,
    user::User,
};

/// The most rows of one page of a whole view.
pub const STATUS_PAGE_ROWS_MAX: u32 = 10_000;

/// What the gate needs of a certificate. What it can read in the certificate itself is not repeated.
#[derive(Debug, Clone)]
pub struct CertificateStatus {
    /// Identity.
    pub id: CertificateId,
    /// Issuer and serial, by which the gate looks it up.
    pub key: CertificateKey,
    /// The company.
    pub tenant: TenantId,
    /// The person.
    pub user: UserId,
    /// Where it stands.
    pub state: CertificateState,
}

macro_rules! select_certificate {
    ($rest:literal) => {
        concat!("SELECT id, issuer_id, serial, tenant_id, user_id, state FROM certificate ", $rest)
    };
}

macro_rules! select_user {
    ($rest:literal) => {
        concat!(
            "SELECT id, tenant_id, role, login_name, display_name, reading, family_name, given_name, email, \
             group_keys, note, locale, state FROM user_account ",
            $rest
        )
    };
}

statements! {
    CERTIFICATE = shared(select_certificate!("WHERE id = $1"));
    CERTIFICATES = shared(select_certificate!("WHERE id > $1 ORDER BY id LIMIT $2"));
    USER = shared(select_user!("WHERE id = $1"));
    USERS = shared(select_user!("WHERE id > $1 ORDER BY id LIMIT $2"));
}

fn status_from(row: &Row) -> Result<CertificateStatus, StoreError> {
    Ok(CertificateStatus {
        id: row.id("id")?,
        key: key_from(row)?,
        tenant: row.id("tenant_id")?,
        user: row.id("user_id")?,
        state: row.named("state", CertificateState::ALL, CertificateState::name)?,
    })
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
    pub async fn tenants(&mut self) -> Result<Vec<Tenant>, StoreError> {
        self.reader.every_tenant().await
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
    pub async fn users_after(&mut self, after: Option<UserId>) -> Result<Vec<User>, StoreError> {
        let after = after.as_ref().map_or(&[][..], |id| id.as_bytes().as_slice());
        let rows = self.reader.connection.rows(&USERS, values![after, STATUS_PAGE_ROWS_MAX]).await?;
        rows.iter().map(user_from).collect()
    }

    /// Certificates in the order of their ids, after one, at most [`STATUS_PAGE_ROWS_MAX`]; none
    /// left: empty.
    pub async fn certificates_after(
        &mut self,
        after: Option<CertificateId>,
    ) -> Result<Vec<CertificateStatus>, StoreError> {
        let after = after.as_ref().map_or(&[][..], |id| id.as_bytes().as_slice());
        let rows = self.reader.connection.rows(&CERTIFICATES, values![after, STATUS_PAGE_ROWS_MAX]).await?;
        rows.iter().map(status_from).collect()
    }

    /// A certificate's present state.
    pub async fn certificate(&mut self, id: CertificateId) -> Result<Option<CertificateStatus>, StoreError> {
        let row = self.reader.connection.row(&CERTIFICATE, values![id]).await?;
        row.as_ref().map(status_from).transpose()
    }

    /// A user's present state.
    pub async fn user(&mut self, id: UserId) -> Result<Option<User>, StoreError> {
        let row = self.reader.connection.row(&USER, values![id]).await?;
        row.as_ref().map(user_from).transpose()
    }

    /// A tenant's present state.
    pub async fn tenant(&mut self, id: TenantId) -> Result<Option<Tenant>, StoreError> {
        self.reader.tenant(id).record().await
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
