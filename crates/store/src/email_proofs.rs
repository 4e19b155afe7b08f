//! Codes that prove an e-mail address: one at a time for each person.

use crate::{
    StoreError, TenantReader, TenantTransaction,
    backend::{
        statements,
        table::{table, upsert},
        values,
    },
};
use domain::{email::EmailAddress, id::UserId, mailed_code::MailedCode};

table! {
    "email_proof" holds MailedCode as proof, read by proof_from;
    under { tenant_id, user_id }
    key {}
    changed { email, hash (code_hash), expires_at, wrong_tries, mails, mails_since }
    fixed {}
    seen {}
}

statements! {
    BY_USER = shared(concat!("SELECT ", columns!(), " FROM email_proof WHERE tenant_id = $1 AND user_id = $2"));
    PUT = shared(upsert!("user_id", " WHERE email_proof.tenant_id = $1"));
    COUNT_WRONG_TRY = shared(
        "UPDATE email_proof SET wrong_tries = wrong_tries + 1 WHERE tenant_id = $1 AND user_id = $2"
    );
    // The statement compares the address, so that the proof of one address never proves another.
    SET_PROVED = shared(
        "UPDATE user_account SET proved_email = email WHERE tenant_id = $1 AND id = $2 AND email_folded = $3
             AND (proved_email IS NULL OR proved_email <> email)"
    );
    ERASE = shared("DELETE FROM email_proof WHERE tenant_id = $1 AND user_id = $2");
}

impl TenantReader<'_> {
    /// The code mailed to a user last. It changes under the user's lock only.
    pub async fn email_proof(&mut self, user: UserId) -> Result<Option<MailedCode>, StoreError> {
        let row = self.connection.row(&BY_USER, values![self.tenant, user]).await?;
        row.as_ref().map(proof_from).transpose()
    }
}

impl TenantTransaction<'_> {
    /// Replaces the code with a freshly mailed one.
    pub async fn put_email_proof(&mut self, user: UserId, proof: &MailedCode) -> Result<bool, StoreError> {
        let values = inserted_values(values![self.tenant, user], proof)?;
        self.connection.applied(&PUT, values).await
    }

    /// Counts a wrong try; `false` if there is no code.
    pub async fn count_wrong_email_code(&mut self, user: UserId) -> Result<bool, StoreError> {
        let values = values![self.tenant, user];
        self.connection.applied(&COUNT_WRONG_TRY, values).await
    }

    /// Notes that an address reaches its user, and uses the code up. `false` if the address is no longer on
    /// record, or is proved in the same letters already.
    pub async fn prove_email(&mut self, user: UserId, email: &EmailAddress) -> Result<bool, StoreError> {
        let values = values![self.tenant, user, email.folded()];
        let proved = self.connection.applied(&SET_PROVED, values).await?;
        if proved {
            let values = values![self.tenant, user];
            self.connection.execute(&ERASE, values).await?;
        }
        Ok(proved)
    }
}
