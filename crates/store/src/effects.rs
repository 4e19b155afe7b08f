//! The outbox: effects written in the act's transaction, delivered afterwards, each at least once.
//!
//! A deliverer claims a due effect for a while (the lease); if the deliverer dies, the lease runs out and
//! another deliverer claims the effect. The number of the attempt identifies the claim of an outcome.
//!
//! An effect with a secret ([`NewEffect::opens_until`]) is not due while its tenant is shut out, nor after
//! the secret has ended.
//!
//! Effects leave by class, and within a class tenants take turns: each claim begins after the tenant that was
//! served last ([`Transaction::claim_effect`]). So a tenant with thousands of effects delays another tenant
//! by at most one.
//!
//! The standing of the newest mail to a person is kept beside the queue (`mail_delivery`) and outlives the
//! mail's row.
//!
//! Read next: `crate::mails`, the outbox as administrators read it.
//!
//! **Invariant:** the sealed payload, which may hold a secret, is erased once sent or given up.

use crate::{
    Reader, StoreError, TenantTransaction, Transaction,
    backend::{Row, statements, values},
};
use domain::{
    id::{ApplicationId, EffectId, TenantId, UserId},
    mail::{MailClass, MailPurpose, MailStanding, MailTrouble},
    time::Timestamp,
};

/// The most letters kept of an error.
const LAST_ERROR_LETTERS_MAX: usize = 500;

/// An effect to deliver after the act's commit.
#[derive(Clone, Copy)]
pub struct NewEffect<'a> {
    /// An idempotency key for the receiver, such as a mail's Message-ID.
    pub id: EffectId,
    pub tenant: TenantId,
    pub user: UserId,
    /// Such as `mail`.
    pub kind: &'a str,
    /// The queue.
    pub class: MailClass,
    pub purpose: MailPurpose,
    /// The application that the mailed PIN opens.
    pub application: Option<ApplicationId>,
    /// The end of the mailed one-time password or PIN; `None` if the mail has none.
    pub opens_until: Option<Timestamp>,
    /// All data for the deliverer, sealed under the key-encryption key.
    pub payload_sealed: &'a [u8],
}

/// An effect that this process may deliver until its lease ends.
pub struct ClaimedEffect {
    pub id: EffectId,
    pub tenant: TenantId,
    /// Such as `mail`.
    pub kind: String,
    /// The queue.
    pub class: MailClass,
    /// Whether the effect carries a secret that ends.
    pub opens: bool,
    pub payload_sealed: Vec<u8>,
    /// The attempt's number, from 1.
    pub attempt: u32,
    /// When the act was committed.
    pub created_at: Timestamp,
}

/// Why an effect was not delivered, in Sekisho's words and in the server's.
#[derive(Debug, Clone, Copy)]
pub struct Undelivered<'a> {
    /// The kind of trouble, in Sekisho's words.
    pub trouble: MailTrouble,
    /// The server's words, cut to the kept length.
    pub words: &'a str,
}

/// Waiting at $1, with its secret not ended, and its tenant not shut out with $2 days of grace (of 86,400,000
/// ms): the same rule as [`domain::tenant::TenantState::shut_out`].
macro_rules! waiting {
    () => {
        "state = 'waiting' AND (opens_until IS NULL OR opens_until > $1 AND EXISTS (
             SELECT 1 FROM tenant t
             WHERE t.id = effect.tenant_id AND t.state = 'active' AND t.valid_until + $2 * 86400000 > $1))"
    };
}

/// The first tenant after another one (`$behind`) that has an effect waiting in the queue $4.
macro_rules! next_tenant {
    ($behind:literal) => {
        concat!(
            "(SELECT effect.tenant_id FROM effect
              WHERE effect.state = 'waiting' AND effect.class = $4 AND effect.tenant_id > ",
            $behind,
            " ORDER BY effect.tenant_id LIMIT 1)"
        )
    };
}

/// Steps from tenant to tenant after $5, one index step each, to the first tenant with a due effect; takes
/// its oldest, unless another process holds it.
macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE effect SET lease_until = $3, attempts = attempts + 1
             WHERE state = 'waiting' AND (lease_until IS NULL OR lease_until <= $1) AND id = (
                 WITH RECURSIVE turn (tenant_id) AS (
                     SELECT ",
            next_tenant!("$5"),
            " UNION ALL SELECT ",
            next_tenant!("turn.tenant_id"),
            " FROM turn WHERE turn.tenant_id IS NOT NULL)
                 SELECT due.id FROM (
                     SELECT (
                         SELECT effect.id FROM effect
                         WHERE effect.class = $4 AND effect.tenant_id = turn.tenant_id AND ",
            waiting!(),
            " AND next_attempt_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
                         ORDER BY next_attempt_at, effect.id LIMIT 1",
            $lock,
            ") AS id
                     FROM turn WHERE turn.tenant_id IS NOT NULL) AS due
                 WHERE due.id IS NOT NULL LIMIT 1)
             RETURNING id, tenant_id, kind, class, payload_sealed, attempts, created_at, opens_until"
        )
    };
}

statements! {
    INSERT = shared(
        "INSERT INTO effect (id, tenant_id, user_id, kind, class, purpose, application_id, payload_sealed, state,
             attempts, next_attempt_at, created_at, opens_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9, $9, $10)"
    );
    NOTE_QUEUED = shared(
        "INSERT INTO mail_delivery (tenant_id, user_id, effect_id, purpose, standing, standing_since)
         VALUES ($1, $2, $3, $4, 'queued', $5)
         ON CONFLICT (user_id) DO UPDATE SET effect_id = $3, purpose = $4, standing = 'queued', standing_since = $5,
             last_error = NULL"
    );
    CLAIM = per_backend(claim!(""), claim!(" FOR UPDATE SKIP LOCKED"));
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
    // Effects that end or are replaced keep the server's last words.
    GIVE_UP_CLOSED = shared(
        "UPDATE effect SET state = 'given-up', payload_sealed = NULL, lease_until = NULL, trouble = 'closed',
             settled_at = $1
         WHERE state = 'waiting' AND opens_until <= $1"
    );
    NOTE_CLOSED = shared(
        "UPDATE mail_delivery SET standing = 'given-up', standing_since = $1
         WHERE effect_id IN (SELECT id FROM effect WHERE state = 'waiting' AND opens_until <= $1)"
    );
    NOTE = shared(
        "UPDATE mail_delivery SET standing = $2, standing_since = $3, last_error = $4 WHERE effect_id = $1"
    );
    CLOSE_PINS = shared(
        "UPDATE effect SET state = 'given-up', payload_sealed = NULL, lease_until = NULL, trouble = 'closed',
             settled_at = $3
         WHERE tenant_id = $1 AND user_id = $2 AND purpose = 'pin' AND state = 'waiting'
             AND (application_id = $4 OR $5 = 1)"
    );
    CLOSE_INVITATIONS = shared(
        "UPDATE effect SET state = 'given-up', payload_sealed = NULL, lease_until = NULL, trouble = 'closed',
             settled_at = $3
         WHERE tenant_id = $1 AND user_id = $2 AND purpose = 'invitation' AND state = 'waiting'"
    );
    NOTE_REPLACED = shared(
        "UPDATE mail_delivery SET standing = 'given-up', standing_since = $3
         WHERE tenant_id = $1 AND user_id = $2 AND effect_id IN (
             SELECT id FROM effect
             WHERE tenant_id = $1 AND user_id = $2 AND state = 'given-up' AND trouble = 'closed')"
    );
    NEXT_DUE = shared(concat!(
        "SELECT MIN(CASE WHEN lease_until > next_attempt_at THEN lease_until ELSE next_attempt_at END) AS due
         FROM effect WHERE ",
        waiting!()
    ));
    // SQLite has one process at a time, so a claim found at the start belongs to a dead process. On
    // PostgreSQL another process may be delivering the effect: there the lease runs out.
    TAKE_BACK = per_backend(
        "UPDATE effect SET lease_until = NULL WHERE state = 'waiting' AND lease_until IS NOT NULL",
        "UPDATE effect SET lease_until = NULL WHERE FALSE",
    );
    BRING_FORWARD = shared(
        "UPDATE effect SET next_attempt_at = $1
         WHERE state = 'waiting' AND trouble = 'server' AND next_attempt_at > $1 AND lease_until IS NULL"
    );
    RETRY_NOW = shared(
        "UPDATE effect SET next_attempt_at = $3
         WHERE tenant_id = $1 AND id = $2 AND state = 'waiting'"
    );
    ERASE = shared("DELETE FROM effect WHERE state = $1 AND settled_at < $2");
}

fn claimed_from(row: &Row) -> Result<ClaimedEffect, StoreError> {
    Ok(ClaimedEffect {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        kind: row.text("kind")?,
        class: row.named("class", MailClass::ALL, MailClass::name)?,
        opens: row.optional_integer("opens_until")?.is_some(),
        payload_sealed: row.bytes("payload_sealed")?,
        attempt: row.unsigned("attempts")?,
        created_at: row.time("created_at")?,
    })
}

fn shortened(error: &str) -> String {
    error.chars().take(LAST_ERROR_LETTERS_MAX).collect()
}

impl Reader {
    /// When the next waiting effect can be claimed, as of `now`; `None` if nothing waits except for tenants
    /// that are shut out. For an effect that is being delivered, this is the end of its lease.
    pub async fn next_effect_due(
        &mut self,
        contract_grace_days: u32,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = self.connection.row(&NEXT_DUE, values![now, contract_grace_days]).await?;
        Ok(row.map(|row| row.optional_time("due")).transpose()?.flatten())
    }
}

impl Transaction {
    /// Puts an effect into the outbox, due at once.
    pub async fn insert_effect(&mut self, effect: &NewEffect<'_>, now: Timestamp) -> Result<(), StoreError> {
        let NewEffect { id, tenant, user, kind, class, purpose, application, .. } = *effect;
        let values = values![
            id,
            tenant,
            user,
            kind,
            class.name(),
            purpose.name(),
            application,
            effect.payload_sealed,
            now,
            effect.opens_until
        ];
        self.connection.execute(&INSERT, values).await?;
        self.connection.execute(&NOTE_QUEUED, values![tenant, user, id, purpose.name(), now]).await?;
        Ok(())
    }

    /// Claims, until `lease_until`, the effect that is due longest. It belongs to the next tenant after
    /// `after` (`None`: the first tenant) with a due effect in this queue that no process is delivering.
    /// Commit before delivering.
    pub async fn claim_effect(
        &mut self,
        class: MailClass,
        after: Option<TenantId>,
        contract_grace_days: u32,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<Option<ClaimedEffect>, StoreError> {
        let after = after.map_or_else(Vec::new, |tenant| tenant.as_bytes().to_vec());
        let values = values![now, contract_grace_days, lease_until, class.name(), after];
        let row = self.connection.row(&CLAIM, values).await?;
        row.as_ref().map(claimed_from).transpose()
    }

    /// Takes back the claims of a dead process, where its death is certain; called at the start of a process,
    /// before it claims an effect. Returns how many.
    pub async fn take_back_effects(&mut self) -> Result<u64, StoreError> {
        self.connection.execute(&TAKE_BACK, values![]).await
    }

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

    /// Gives up waiting effects whose secret has ended and erases their payloads; returns how many.
    pub async fn give_up_closed_effects(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&NOTE_CLOSED, values![now]).await?;
        self.connection.execute(&GIVE_UP_CLOSED, values![now]).await
    }

    /// Makes the effects that waited for the mail server due at once, since it takes mail again; returns how many.
    pub async fn bring_effects_forward(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&BRING_FORWARD, values![now]).await
    }

    /// Erases effects sent or given up before these moments; returns how many.
    pub async fn erase_effects(
        &mut self,
        sent_before: Timestamp,
        given_up_before: Timestamp,
    ) -> Result<u64, StoreError> {
        let sent = self.connection.execute(&ERASE, values!["sent", sent_before]).await?;
        Ok(sent + self.connection.execute(&ERASE, values!["given-up", given_up_before]).await?)
    }
}

impl TenantTransaction<'_> {
    /// Gives up mails with a former PIN, since the person has a newer one for this application. `None` stands
    /// for all of the person's applications.
    pub async fn close_pin_mails(
        &mut self,
        user: UserId,
        application: Option<ApplicationId>,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        let (tenant, all) = (self.tenant, u32::from(application.is_none()));
        let closed =
            self.connection.execute(&CLOSE_PINS, values![tenant, user, now, application, all]).await?;
        self.note_replaced(user, now, closed).await
    }

    /// Gives up mails with a former invitation; a person has one invitation at a time.
    pub async fn close_invitation_mails(&mut self, user: UserId, now: Timestamp) -> Result<u64, StoreError> {
        let tenant = self.tenant;
        let closed = self.connection.execute(&CLOSE_INVITATIONS, values![tenant, user, now]).await?;
        self.note_replaced(user, now, closed).await
    }

    async fn note_replaced(&mut self, user: UserId, now: Timestamp, closed: u64) -> Result<u64, StoreError> {
        if closed > 0 {
            let tenant = self.tenant;
            self.connection.execute(&NOTE_REPLACED, values![tenant, user, now]).await?;
        }
        Ok(closed)
    }

    /// Makes a waiting mail due at once; `false` if it does not wait.
    pub async fn retry_mail_now(&mut self, id: EffectId, now: Timestamp) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, now];
        self.connection.applied(&RETRY_NOW, values).await
    }
}
