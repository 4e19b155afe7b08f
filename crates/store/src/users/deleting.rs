//! Deletes a user's record with all that hangs on it.

use crate::{
    StoreError, TenantReader, TenantTransaction,
    backend::{statements, values},
};
use domain::id::UserId;

/// Deletes a user's rows of one table.
macro_rules! delete_from {
    ($table:literal) => {
        concat!("DELETE FROM ", $table, " WHERE tenant_id = $1 AND user_id = $2")
    };
}

statements! {
    A_CERTIFICATE = shared("SELECT id FROM certificate WHERE tenant_id = $1 AND user_id = $2 LIMIT 1");
    DELETE_SESSIONS = shared(delete_from!("portal_session"));
    DELETE_PASSWORD = shared(delete_from!("portal_password"));
    DELETE_PORTAL_CODE = shared(delete_from!("portal_code"));
    DELETE_PROOF = shared(delete_from!("email_proof"));
    DELETE_DELIVERY = shared(delete_from!("mail_delivery"));
    DELETE_APPLICATIONS = shared(delete_from!("application"));
    DELETE_INVITATIONS = shared(delete_from!("invitation"));
    DELETE = shared("DELETE FROM user_account WHERE tenant_id = $1 AND id = $2");
}

impl TenantReader<'_> {
    /// Whether a certificate was ever made for this user, in force or not.
    pub async fn has_had_certificate(&mut self, user: UserId) -> Result<bool, StoreError> {
        let values = values![self.tenant, user];
        Ok(self.connection.row(&A_CERTIFICATE, values).await?.is_some())
    }
}

impl TenantTransaction<'_> {
    /// Deletes a user without certificates; `false` if there is no such user. The audit log keeps its rows.
    pub async fn delete_user(&mut self, user: UserId) -> Result<bool, StoreError> {
        // What points to another row goes before that row.
        for rows in [
            &DELETE_SESSIONS,
            &DELETE_PASSWORD,
            &DELETE_PORTAL_CODE,
            &DELETE_PROOF,
            &DELETE_DELIVERY,
            &DELETE_APPLICATIONS,
            &DELETE_INVITATIONS,
        ] {
            let values = values![self.tenant, user];
            self.connection.execute(rows, values).await?;
        }
        let values = values![self.tenant, user];
        self.connection.applied(&DELETE, values).await
    }
}
