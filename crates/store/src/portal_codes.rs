//! Codes by which a password of the portal is chosen: one at a time for each person.

use crate::{
    StoreError, TenantReader, TenantTransaction,
    backend::{
        statements,
        table::{table, upsert},
        values,
    },
};
use domain::{id::UserId, mailed_code::MailedCode, time::Timestamp};

table! {
    "portal_code" holds MailedCode as code, read by code_from;
    under { tenant_id, user_id }
    key {}
    changed { email, hash (code_hash), expires_at, wrong_tries, mails, mails_since }
    fixed {}
    seen {}
}

statements! {
    BY_USER = shared(concat!("SELECT ", columns!(), " FROM portal_code WHERE tenant_id = $1 AND user_id = $2"));
    PUT = shared(upsert!("user_id", " WHERE portal_code.tenant_id = $1"));
    COUNT_WRONG_TRY = shared(
        "UPDATE portal_code SET wrong_tries = wrong_tries + 1 WHERE tenant_id = $1 AND user_id = $2"
    );
    // The row stays, because it counts the mails of the day.
    USE_UP = shared("UPDATE portal_code SET expires_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND expires_at > $3");
}

impl TenantReader<'_> {
    /// The code mailed to a user last. It changes under the user's lock only.
    pub async fn portal_code(&mut self, user: UserId) -> Result<Option<MailedCode>, StoreError> {
        let row = self.connection.row(&BY_USER, values![self.tenant, user]).await?;
        row.as_ref().map(code_from).transpose()
    }
}

impl TenantTransaction<'_> {
    /// Replaces the code with a freshly mailed one.
    pub async fn put_portal_code(&mut self, user: UserId, code: &MailedCode) -> Result<bool, StoreError> {
        let values = inserted_values(values![self.tenant, user], code)?;
        self.connection.applied(&PUT, values).await
    }

    /// Counts a wrong try; `false` if there is no code.
    pub async fn count_wrong_portal_code(&mut self, user: UserId) -> Result<bool, StoreError> {
        let values = values![self.tenant, user];
        self.connection.applied(&COUNT_WRONG_TRY, values).await
    }

    /// Ends the code; `false` if none is valid.
    pub async fn use_portal_code_up(&mut self, user: UserId, at: Timestamp) -> Result<bool, StoreError> {
        let values = values![self.tenant, user, at];
        self.connection.applied(&USE_UP, values).await
    }
}
