//! The built-in portal's passwords and sessions.

use crate::{
    StoreError, TenantReader, TenantTransaction, Transaction,
    backend::{Row, statements, values},
};
use domain::{id::UserId, portal_password::KeptPassword, secret::Secret, time::Timestamp};

statements! {
    PASSWORD = shared("SELECT phc, erased_at FROM portal_password WHERE tenant_id = $1 AND user_id = $2");
    LOCK_PASSWORD = per_backend(
        "SELECT phc, erased_at FROM portal_password WHERE tenant_id = $1 AND user_id = $2",
        "SELECT phc, erased_at FROM portal_password WHERE tenant_id = $1 AND user_id = $2 FOR NO KEY UPDATE",
    );
    INSERT_PASSWORD = shared(
        "INSERT INTO portal_password (tenant_id, user_id, phc, set_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING"
    );
    PUT_PASSWORD = shared(
        "INSERT INTO portal_password (tenant_id, user_id, phc, set_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (user_id) DO UPDATE SET phc = $3, set_at = $4, erased_at = NULL
         WHERE portal_password.tenant_id = $1"
    );
    ERASE_PASSWORD = shared(
        "UPDATE portal_password SET phc = '', erased_at = $3
         WHERE tenant_id = $1 AND user_id = $2 AND erased_at IS NULL"
    );
    SESSION = shared(
        "SELECT user_id FROM portal_session WHERE tenant_id = $1 AND token_hash = $2 AND expires_at > $3"
    );
    INSERT_SESSION = shared(
        "INSERT INTO portal_session (tenant_id, token_hash, user_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)"
    );
    ERASE_SESSION = shared("DELETE FROM portal_session WHERE tenant_id = $1 AND token_hash = $2");
    ERASE_SESSIONS_OF_USER = shared("DELETE FROM portal_session WHERE tenant_id = $1 AND user_id = $2");
    ERASE_EXPIRED_SESSIONS = shared("DELETE FROM portal_session WHERE expires_at <= $1");
}

fn password_from(row: Option<&Row>) -> Result<KeptPassword, StoreError> {
    Ok(match row {
        None => KeptPassword::Never,
        Some(row) if row.optional_time("erased_at")?.is_some() => KeptPassword::Erased,
        Some(row) => KeptPassword::Set(Secret::new(row.text("phc")?)),
    })
}

impl TenantReader<'_> {
    /// A user's password.
    pub async fn portal_password(&mut self, user: UserId) -> Result<KeptPassword, StoreError> {
        let row = self.connection.row(&PASSWORD, values![self.tenant, user]).await?;
        password_from(row.as_ref())
    }

    /// The user of a session that is open at `now`, by the keyed hash of its token.
    pub async fn portal_session(
        &mut self,
        token_hash: &[u8; 32],
        now: Timestamp,
    ) -> Result<Option<UserId>, StoreError> {
        let row = self.connection.row(&SESSION, values![self.tenant, token_hash, now]).await?;
        row.map(|row| row.id("user_id")).transpose()
    }
}

impl TenantTransaction<'_> {
    /// [`TenantReader::portal_password`], which no other act changes until this act ends.
    pub async fn lock_portal_password(&mut self, user: UserId) -> Result<KeptPassword, StoreError> {
        let values = values![self.tenant, user];
        let row = self.connection.row(&LOCK_PASSWORD, values).await?;
        password_from(row.as_ref())
    }

    /// Sets the first password, an Argon2id PHC string; `false`, with nothing written, if there was one before.
    pub async fn insert_portal_password(
        &mut self,
        user: UserId,
        phc: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, user, phc, at];
        self.connection.applied(&INSERT_PASSWORD, values).await
    }

    /// Sets a password in place of any other.
    pub async fn put_portal_password(
        &mut self,
        user: UserId,
        phc: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, user, phc, at];
        self.connection.applied(&PUT_PASSWORD, values).await
    }

    /// Erases the password: the next one is chosen by a mailed code. `false` if there was none.
    pub async fn erase_portal_password(&mut self, user: UserId, at: Timestamp) -> Result<bool, StoreError> {
        let values = values![self.tenant, user, at];
        self.connection.applied(&ERASE_PASSWORD, values).await
    }

    pub async fn insert_portal_session(
        &mut self,
        token_hash: &[u8; 32],
        user: UserId,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let values = values![self.tenant, token_hash, user, now, expires_at];
        self.connection.execute(&INSERT_SESSION, values).await?;
        Ok(())
    }

    /// Signs out; `false` if there is no such session.
    pub async fn erase_portal_session(&mut self, token_hash: &[u8; 32]) -> Result<bool, StoreError> {
        let values = values![self.tenant, token_hash];
        self.connection.applied(&ERASE_SESSION, values).await
    }

    /// Ends all sessions of a user; returns how many.
    pub async fn erase_portal_sessions_of(&mut self, user: UserId) -> Result<u64, StoreError> {
        let values = values![self.tenant, user];
        self.connection.execute(&ERASE_SESSIONS_OF_USER, values).await
    }
}

impl Transaction {
    /// Erases all sessions whose time is over; returns how many.
    pub async fn erase_expired_portal_sessions(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&ERASE_EXPIRED_SESSIONS, values![now]).await
    }
}
