//! Lists for the operator's command line, with names beside the ids, and lookups by serial number.
//!
//! The lists show who a record belongs to and open nothing; a decision about a record goes through
//! [`Reader::tenant`].

use crate::{
    ListPage, PageRequest, Reader, StoreError, TenantReader,
    applications::{ApplicationRecord, record_from, select as select_application},
    audit::{row_from as audit_row_from, select as select_audit},
    backend::{Row, column::InColumn, statements, values},
    certificates::{certificate_from, select as select_certificate},
};
use domain::{
    application::{ApplicationState, Reference},
    audit::AuditRow,
    certificate::CertificateRecord,
    id::{ApplicationId, CertificateId, TenantId, UserId},
    slug::TenantSlug,
    user::UserState,
};
use pki::Serial;

/// The most certificates shown for one serial number: issuers draw serials at random, 128 bits each.
const WITH_SERIAL_MAX: u32 = 20;

/// A certificate and its person.
#[derive(Debug, Clone)]
pub struct NamedCertificate {
    pub certificate: CertificateRecord,
    pub login_name: String,
    /// The person's state, which decides with the certificate's own.
    pub user_state: UserState,
}

/// An application and its person.
#[derive(Debug)]
pub struct NamedApplication {
    pub record: ApplicationRecord,
    pub login_name: String,
}

/// A row of the audit log, with the names of its actor and tenant.
#[derive(Debug, Clone)]
pub struct NamedAuditRow {
    /// The row as it is sealed.
    pub row: AuditRow,
    /// The actor's present login name.
    pub actor_login_name: Option<String>,
    pub tenant_slug: Option<TenantSlug>,
}

/// The person and device behind an id or a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    /// The person's present login name.
    pub login_name: String,
    /// The device, if the id names one.
    pub device_name: Option<String>,
}

macro_rules! login_of {
    ($table:literal) => {
        concat!(
            ", (SELECT u.login_name FROM user_account u WHERE u.tenant_id = ",
            $table,
            ".tenant_id AND u.id = ",
            $table,
            ".user_id) AS login_name"
        )
    };
}

statements! {
    // $3 is the id of the last row read, or 16 bytes of 0xff: newest first.
    CERTIFICATES = shared(select_certificate!(
        concat!(
            login_of!("certificate"),
            ", (SELECT u.state FROM user_account u WHERE u.tenant_id = certificate.tenant_id
                 AND u.id = certificate.user_id) AS user_state"
        ),
        "WHERE tenant_id = $1 AND id < $3 ORDER BY id DESC LIMIT $2"
    ));
    APPLICATIONS = shared(select_application!(
        login_of!("application"),
        "WHERE tenant_id = $1 AND state = $2 AND id > $3 ORDER BY id LIMIT $4"
    ));
    // One step into the unique index of issuer and serial for each issuer, because the serial has no index of
    // its own.
    WITH_SERIAL = per_backend(
        "SELECT c.tenant_id, c.id FROM issuer i CROSS JOIN certificate c ON c.issuer_id = i.id AND c.serial = $1
         ORDER BY c.id LIMIT $2",
        "SELECT c.tenant_id, c.id FROM certificate c
         WHERE c.issuer_id = ANY (ARRAY(SELECT id FROM issuer)) AND c.serial = $1 ORDER BY c.id LIMIT $2",
    );
    TENANT_OF_CERTIFICATE = shared("SELECT tenant_id FROM certificate WHERE id = $1");
    AUDIT = shared(select_audit!(
        ", (SELECT u.login_name FROM user_account u WHERE u.id = audit.actor_user_id) AS actor_login_name,
         (SELECT t.slug FROM tenant t WHERE t.id = audit.tenant_id) AS tenant_slug",
        "WHERE seq < $1 ORDER BY seq DESC LIMIT $2"
    ));
    USER = shared("SELECT login_name, NULL AS device_name FROM user_account WHERE tenant_id = $1 AND id = $2");
    CERTIFICATE = shared(
        "SELECT u.login_name, c.device_name FROM certificate c
         JOIN user_account u ON u.tenant_id = c.tenant_id AND u.id = c.user_id WHERE c.tenant_id = $1 AND c.id = $2"
    );
    APPLICATION = shared(
        "SELECT u.login_name, a.device_name FROM application a
         JOIN user_account u ON u.tenant_id = a.tenant_id AND u.id = a.user_id
         WHERE a.tenant_id = $1 AND a.reference = $2"
    );
}

fn whose_from(row: &Row) -> Result<Whose, StoreError> {
    Ok(Whose { login_name: row.text("login_name")?, device_name: row.optional_text("device_name")? })
}

impl Reader {
    /// The certificates with a serial number, of every issuer: normally one; two occur with a chance of 1 in 2^128.
    pub async fn certificates_with_serial(
        &mut self,
        serial: &Serial,
    ) -> Result<Vec<(TenantId, CertificateId)>, StoreError> {
        let rows = self.connection.rows(&WITH_SERIAL, values![serial.as_bytes(), WITH_SERIAL_MAX]).await?;
        rows.iter().map(|row| Ok((row.id("tenant_id")?, row.id("id")?))).collect()
    }

    pub async fn tenant_of_certificate(&mut self, id: CertificateId) -> Result<Option<TenantId>, StoreError> {
        let row = self.connection.row(&TENANT_OF_CERTIFICATE, values![id]).await?;
        row.map(|row| row.id("tenant_id")).transpose()
    }

    /// [`Reader::audit_rows`] with names.
    pub async fn named_audit_rows(
        &mut self,
        page: &PageRequest<i64>,
    ) -> Result<ListPage<NamedAuditRow>, StoreError> {
        let below = page.after.unwrap_or(i64::MAX);
        let rows = self.connection.rows(&AUDIT, values![below, page.limit_and_one()]).await?;
        let named = rows.iter().map(|row| {
            Ok(NamedAuditRow {
                row: audit_row_from(row)?,
                actor_login_name: row.optional_text("actor_login_name")?,
                tenant_slug: InColumn::read(row, "tenant_slug")?,
            })
        });
        Ok(page.cut(named.collect::<Result<_, _>>()?))
    }
}

impl TenantReader<'_> {
    /// Certificates, the newest first.
    pub async fn named_certificates(
        &mut self,
        page: &PageRequest<CertificateId>,
    ) -> Result<ListPage<NamedCertificate>, StoreError> {
        let after = page.after.as_ref().map_or(&[0xff; 16], CertificateId::as_bytes).as_slice();
        let rows =
            self.connection.rows(&CERTIFICATES, values![self.tenant, page.limit_and_one(), after]).await?;
        let named = rows.iter().map(|row| {
            Ok(NamedCertificate {
                certificate: certificate_from(row)?,
                login_name: row.text("login_name")?,
                user_state: row.named("user_state", UserState::ALL, UserState::name)?,
            })
        });
        Ok(page.cut(named.collect::<Result<_, _>>()?))
    }

    /// Applications in a state, the oldest first.
    pub async fn named_applications_in(
        &mut self,
        state: ApplicationState,
        page: &PageRequest<ApplicationId>,
    ) -> Result<ListPage<NamedApplication>, StoreError> {
        let after = page.after.as_ref().map_or(&[0; 16], ApplicationId::as_bytes);
        let values = values![self.tenant, state.name(), after.as_slice(), page.limit_and_one()];
        let rows = self.connection.rows(&APPLICATIONS, values).await?;
        let named = rows.iter().map(|row| {
            Ok(NamedApplication { record: record_from(row)?, login_name: row.text("login_name")? })
        });
        Ok(page.cut(named.collect::<Result<_, _>>()?))
    }

    /// The person behind a user id.
    pub async fn whose_user(&mut self, id: UserId) -> Result<Option<Whose>, StoreError> {
        let row = self.connection.row(&USER, values![self.tenant, id]).await?;
        row.as_ref().map(whose_from).transpose()
    }

    /// The person and device behind a certificate.
    pub async fn whose_certificate(&mut self, id: CertificateId) -> Result<Option<Whose>, StoreError> {
        let row = self.connection.row(&CERTIFICATE, values![self.tenant, id]).await?;
        row.as_ref().map(whose_from).transpose()
    }

    /// The person and device behind an application.
    pub async fn whose_application(&mut self, reference: &Reference) -> Result<Option<Whose>, StoreError> {
        let row = self.connection.row(&APPLICATION, values![self.tenant, reference.as_str()]).await?;
        row.as_ref().map(whose_from).transpose()
    }
}
