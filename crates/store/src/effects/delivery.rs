//! What an attempt at an effect leads to: it is sent, due again, or given up.

use crate::{
    StoreError, TenantTransaction, Transaction,
    backend::{statements, values},
};
use domain::{
    id::EffectId,
    mail::{MailStanding, MailTrouble},
    time::Timestamp,
};

/// The most letters kept of an error.
const LAST_ERROR_LETTERS_MAX: usize = 500;

/// Why an effect was not delivered, in Sekisho's words and in the server's.
#[derive(Debug, Clone, Copy)]
pub struct Undelivered<'a> {
    /// The kind of trouble, in Sekisho's words.
    pub trouble: MailTrouble,
    /// The server's words, cut to the kept length.
    pub words: &'a str,
}

statements! {
    // A sent effect is sent, even if the claim was another process's.
    SENT = shared(
        "UPDATE effect SET state = 'sent', payload_sealed = NULL, lease_until = NULL, last_error = NULL,
             trouble = NULL, settled_at = $2
         WHERE id = $1 AND state = 'waiting'"
    );
    RETRY = shared(
        "UPDATE effect SET lease_until = NULL, next_attempt_at = $3, trouble = $4, last_error = $5
         WHERE id = $1 AND attempts = $2 AND state = 'waiting'"
    );
    GIVE_UP = shared(
        "UPDATE effect SET state = 'given-up', payload_sealed = NULL, lease_until = NULL, trouble = $4,
             last_error = $5, settled_at = $3
         WHERE id = $1 AND attempts = $2 AND state = 'waiting'"
    );
    NOTE = shared(
        "UPDATE mail_delivery SET standing = $2, standing_since = $3, last_error = $4 WHERE effect_id = $1"
    );
    BRING_FORWARD = shared(
        "UPDATE effect SET next_attempt_at = $1
         WHERE state = 'waiting' AND trouble = 'server' AND next_attempt_at > $1 AND lease_until IS NULL"
    );
    RETRY_NOW = shared(
        "UPDATE effect SET next_attempt_at = $3
         WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'"
    );
}

fn shortened(error: &str) -> String {
    error.chars().take(LAST_ERROR_LETTERS_MAX).collect()
}

impl Transaction {
    /// Delivered: erases the payload. `false` if the effect was settled already.
    pub async fn effect_sent(&mut self, id: EffectId, at: Timestamp) -> Result<bool, StoreError> {
        let applied = self.connection.applied(&SENT, values![id, at]).await?;
        self.note(applied, id, MailStanding::Sent, at, None).await
    }

    /// Not delivered: due again at `next_attempt_at`. `false` if the claim has passed to another.
    pub async fn retry_effect(
        &mut self,
        id: EffectId,
        attempt: u32,
        at: Timestamp,
        next_attempt_at: Timestamp,
        why: Undelivered<'_>,
    ) -> Result<bool, StoreError> {
        let words = shortened(why.words);
        let values = values![id, attempt, next_attempt_at, why.trouble.name(), words.as_str()];
        let applied = self.connection.applied(&RETRY, values).await?;
        self.note(applied, id, MailStanding::Delayed, at, Some(&words)).await
    }

    /// Not delivered, for good: erases the payload. `false` if the claim has passed to another.
    pub async fn give_up_effect(
        &mut self,
        id: EffectId,
        attempt: u32,
        at: Timestamp,
        why: Undelivered<'_>,
    ) -> Result<bool, StoreError> {
        let words = shortened(why.words);
        let values = values![id, attempt, at, why.trouble.name(), words.as_str()];
        let applied = self.connection.applied(&GIVE_UP, values).await?;
        self.note(applied, id, MailStanding::ended_by(why.trouble), at, Some(&words)).await
    }

    async fn note(
        &mut self,
        applied: bool,
        id: EffectId,
        standing: MailStanding,
        at: Timestamp,
        words: Option<&str>,
    ) -> Result<bool, StoreError> {
        if applied {
            self.connection.execute(&NOTE, values![id, standing.name(), at, words]).await?;
        }
        Ok(applied)
    }

    /// Makes the effects that waited for the mail server due at once, since it takes mail again; returns how many.
    pub async fn bring_effects_forward(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&BRING_FORWARD, values![now]).await
    }
}

impl TenantTransaction<'_> {
    /// Makes a waiting mail due at once; `false` if it does not wait.
    pub async fn retry_mail_now(&mut self, id: EffectId, now: Timestamp) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, now];
        self.connection.applied(&RETRY_NOW, values).await
    }
}
