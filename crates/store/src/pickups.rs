//! Pickups: the encrypted PKCS#12, sealed a second time, for the minutes in which it may be downloaded again.

use crate::{
    Reader, StoreError, TenantTransaction, Transaction,
    backend::{
        column::named,
        statements,
        table::{table, upsert},
        values,
    },
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

named! { SealedUnder: name; }

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

table! {
    "pickup" holds Pickup as pickup, read by pickup_from;
    key { tenant (tenant_id), application (application_id) }
    changed {
        certificate (certificate_id),
        token_hash,
        modern_sealed,
        compat_sealed,
        sealed_under,
        expires_at,
    } beside {
        passwords_tried: 0_u32,
    }
    fixed {}
    seen {}
}

statements! {
    BY_TOKEN = shared(concat!("SELECT ", columns!(), " FROM pickup WHERE token_hash = $1 AND expires_at > $2"));
    INSERT = shared(upsert!("application_id", " WHERE pickup.tenant_id = $1"));
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
        let values = inserted_values(values![self.tenant, pickup.application], pickup)?;
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
