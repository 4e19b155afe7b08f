//! Pickups: the encrypted PKCS#12, sealed a second time, for the minutes in which it may be downloaded again.

use crate::{
    Reader, StoreError, TenantTransaction, Transaction,
    backend::{Row, statements, values},
};
use domain::{
    id::{ApplicationId, CertificateId, TenantId},
    time::Timestamp,
};

/// The key that opens a resting file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedUnder {
    /// A key derived from the installation's key and the cookie's token.
    Token,
    /// The installation's key alone: for files that release 0.1.0 made, in their last minutes.
    Installation,
}

impl SealedUnder {
    const ALL: [Self; 2] = [Self::Token, Self::Installation];

    fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Installation => "installation",
        }
    }
}

/// A PKCS#12 file that the browser with its token may download.
pub struct Pickup {
    pub application: ApplicationId,
    pub tenant: TenantId,
    pub certificate: CertificateId,
    /// Keyed hash of the token in the browser's cookie.
    pub token_hash: [u8; 32],
    /// The file in modern encryption, sealed, if it was made.
    pub modern_sealed: Option<Vec<u8>>,
    /// The file in the older encryption, sealed, if it was made.
    pub compat_sealed: Option<Vec<u8>>,
    /// The key that opens both files.
    pub sealed_under: SealedUnder,
    /// After this time the file is gone.
    pub expires_at: Timestamp,
}

statements! {
    BY_TOKEN = shared(
        "SELECT application_id, tenant_id, certificate_id, token_hash, modern_sealed, compat_sealed, sealed_under,
             expires_at
         FROM pickup WHERE token_hash = $1 AND expires_at > $2"
    );
    INSERT = shared(
        "INSERT INTO pickup (tenant_id, application_id, certificate_id, token_hash, modern_sealed, compat_sealed,
             sealed_under, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (application_id) DO UPDATE SET certificate_id = $3, token_hash = $4, modern_sealed = $5,
             compat_sealed = $6, sealed_under = $7, passwords_tried = 0, expires_at = $8
         WHERE pickup.tenant_id = $1"
    );
    TRY_PASSWORD = shared(
        "UPDATE pickup SET passwords_tried = passwords_tried + 1
         WHERE tenant_id = $1 AND application_id = $2 AND token_hash = $3 AND passwords_tried < $4"
    );
    ADD_FILE = shared(
        "UPDATE pickup SET modern_sealed = COALESCE($4, modern_sealed), compat_sealed = COALESCE($5, compat_sealed)
         WHERE tenant_id = $1 AND application_id = $2 AND token_hash = $3"
    );
    ERASE_EXPIRED = shared("DELETE FROM pickup WHERE expires_at <= $1");
}

fn pickup_from(row: &Row) -> Result<Pickup, StoreError> {
    Ok(Pickup {
        application: row.id("application_id")?,
        tenant: row.id("tenant_id")?,
        certificate: row.id("certificate_id")?,
        token_hash: row.hash("token_hash")?,
        modern_sealed: row.optional_bytes("modern_sealed")?,
        compat_sealed: row.optional_bytes("compat_sealed")?,
        sealed_under: row.named("sealed_under", SealedUnder::ALL, SealedUnder::name)?,
        expires_at: row.time("expires_at")?,
    })
}

impl Reader {
    /// The pickup that a token opens at `now`, of any tenant; it names its tenant.
    pub async fn pickup_by_token(
        &mut self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<Pickup>, StoreError> {
        let row = self.connection.row(&BY_TOKEN, values![token_hash, now]).await?;
        row.as_ref().map(pickup_from).transpose()
    }
}

impl TenantTransaction<'_> {
    /// Keeps a file for its minutes, and replaces the application's former file.
    pub async fn insert_pickup(&mut self, pickup: &Pickup) -> Result<(), StoreError> {
        let values = values![
            self.tenant,
            pickup.application,
            pickup.certificate,
            &pickup.token_hash,
            pickup.modern_sealed.as_deref(),
            pickup.compat_sealed.as_deref(),
            pickup.sealed_under.name(),
            pickup.expires_at,
        ];
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }

    /// Counts a password typed for the other encryption; `false` if there were `max` already, or if the
    /// pickup does not belong to this token any more.
    pub async fn try_file_password(&mut self, pickup: &Pickup, max: u32) -> Result<bool, StoreError> {
        let values = values![self.tenant, pickup.application, &pickup.token_hash, max];
        self.connection.applied(&TRY_PASSWORD, values).await
    }

    /// Adds the pickup's newly made file to the record; `false` if the pickup does not belong to this token any more.
    pub async fn add_pickup_file(&mut self, pickup: &Pickup) -> Result<bool, StoreError> {
        let values = values![
            self.tenant,
            pickup.application,
            &pickup.token_hash,
            pickup.modern_sealed.as_deref(),
            pickup.compat_sealed.as_deref(),
        ];
        self.connection.applied(&ADD_FILE, values).await
    }
}

impl Transaction {
    /// Erases all files whose time is over; returns how many.
    pub async fn erase_expired_pickups(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&ERASE_EXPIRED, values![now]).await
    }
}
