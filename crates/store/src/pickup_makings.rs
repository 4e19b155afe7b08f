//! Files that are being made, by the token of the browser that waits for one.

use crate::{
    Reader, StoreError, TenantTransaction, Transaction,
    backend::{statements, values},
};
use domain::{certificate::CertificateRecord, id::CertificateId, time::Timestamp};

/// The state of a file that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MakingState {
    /// The certificate is recorded; its file does not exist yet.
    Preparing,
    /// The file exists; the gates may not know its certificate yet.
    Kept,
    /// The making failed.
    Failed,
}

impl MakingState {
    const ALL: [Self; 3] = [Self::Preparing, Self::Kept, Self::Failed];

    fn name(self) -> &'static str {
        match self {
            Self::Preparing => "preparing",
            Self::Kept => "kept",
            Self::Failed => "failed",
        }
    }
}

/// A file that is being made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PickupMaking {
    pub state: MakingState,
    /// When it entered its state.
    pub since: Timestamp,
}

statements! {
    BY_TOKEN = shared("SELECT state, state_since FROM pickup_making WHERE token_hash = $1");
    BEGIN = shared(
        "INSERT INTO pickup_making (tenant_id, token_hash, application_id, certificate_id, state, state_since)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (token_hash) DO UPDATE SET application_id = $3, certificate_id = $4, state = $5, state_since = $6
         WHERE pickup_making.tenant_id = $1"
    );
    GO_ON = shared(
        "UPDATE pickup_making SET state = $3, state_since = $4
         WHERE tenant_id = $1 AND certificate_id = $2 AND state = 'preparing'"
    );
    END = shared("DELETE FROM pickup_making WHERE tenant_id = $1 AND certificate_id = $2");
    ERASE = shared("DELETE FROM pickup_making WHERE state_since <= $1");
}

impl Reader {
    /// The file that a token's browser waits for, of any tenant.
    pub async fn pickup_making(&mut self, token_hash: &[u8; 32]) -> Result<Option<PickupMaking>, StoreError> {
        let row = self.connection.row(&BY_TOKEN, values![token_hash]).await?;
        row.map(|row| {
            let state = row.named("state", MakingState::ALL, MakingState::name)?;
            Ok(PickupMaking { state, since: row.time("state_since")? })
        })
        .transpose()
    }
}

impl TenantTransaction<'_> {
    /// Notes that the file of a recorded certificate is being made for a token; `false` if the token is
    /// another tenant's.
    pub async fn begin_pickup_making(
        &mut self,
        token_hash: &[u8; 32],
        record: &CertificateRecord,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let preparing = MakingState::Preparing.name();
        let values = values![self.tenant, token_hash, record.application, record.id, preparing, now];
        self.connection.applied(&BEGIN, values).await
    }

    /// Moves a file from being prepared to kept or failed; `false` if no file of this certificate is being prepared.
    pub async fn set_pickup_making(
        &mut self,
        certificate: CertificateId,
        state: MakingState,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, certificate, state.name(), now];
        self.connection.applied(&GO_ON, values).await
    }

    /// Erases the making, because the file exists and the gates know its certificate.
    pub async fn end_pickup_making(&mut self, certificate: CertificateId) -> Result<(), StoreError> {
        let values = values![self.tenant, certificate];
        self.connection.execute(&END, values).await?;
        Ok(())
    }
}

impl Transaction {
    /// Erases makings whose state has not changed for long: no browser waits for them any more.
    pub async fn erase_pickup_makings(&mut self, since_before: Timestamp) -> Result<(), StoreError> {
        self.connection.execute(&ERASE, values![since_before]).await?;
        Ok(())
    }
}
