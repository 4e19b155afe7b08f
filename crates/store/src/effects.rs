//! The outbox: effects written in the act's transaction, delivered afterwards, each at least once.
//!
//! A deliverer claims what is due for a while (the lease); if it dies, the lease runs out and another
//! one claims it. The number of the attempt says whose claim an outcome belongs to.
//!
//! What brings something that opens ([`NewEffect::opens_until`]) is not due while its tenant is shut out, nor once
//! it opens nothing any more.
//!
//! **Invariant:** the sealed payload, which may hold a secret, is erased once sent or given up.

use crate::{
    Reader, StoreError, Transaction,
    backend::{Row, statements, values},
};
use domain::{
    id::{EffectId, TenantId},
    time::Timestamp,
};

/// The most letters of an error that is kept.
const LAST_ERROR_LETTERS_MAX: usize = 500;

/// An effect to leave once the act is committed.
#[derive(Clone, Copy)]
pub struct NewEffect<'a> {
    /// Identity; an idempotency key at the receiver, such as a mail's Message-ID.
    pub id: EffectId,
    /// Whose, if a tenant's.
    pub tenant: Option<TenantId>,
    /// What, such as `mail`.
    pub kind: &'a str,
    /// Until when does the one-time password or PIN in it open something? `None`: it has none.
    pub opens_until: Option<Timestamp>,
    /// All that the deliverer needs, sealed under the key-encryption key.
    pub payload_sealed: &'a [u8],
}

/// An effect that this process may deliver until its lease ends.
pub struct ClaimedEffect {
    /// Identity.
    pub id: EffectId,
    /// Whose.
    pub tenant: Option<TenantId>,
    /// What.
    pub kind: String,
    /// The payload, sealed.
    pub payload_sealed: Vec<u8>,
    /// The number of this attempt, from 1.
    pub attempt: u32,
    /// When the act was committed.
    pub created_at: Timestamp,
}

/// The outbox in numbers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OutboxCounts {
    /// Not yet sent.
    pub waiting: u64,
    /// Given up.
    pub given_up: u64,
}

/// Waiting at $1, neither past what it opens nor kept back for a tenant that is shut out with $2 days of grace (of
/// 86,400,000 ms): what [`domain::tenant::TenantState::shut_out`] says.
macro_rules! waiting {
    () => {
        "state = 'waiting' AND (opens_until IS NULL OR opens_until > $1 AND EXISTS (
             SELECT 1 FROM tenant t
             WHERE t.id = effect.tenant_id AND t.state = 'active' AND t.valid_until + $2 * 86400000 > $1))"
    };
}

macro_rules! claim {
    ($lock:literal) => {
        concat!(
            "UPDATE effect SET lease_until = $3, attempts = attempts + 1
             WHERE id IN (
                 SELECT id FROM effect WHERE ",
            waiting!(),
            " AND next_attempt_at <= $1 AND (lease_until IS NULL OR lease_until <= $1)
                 ORDER BY next_attempt_at, id LIMIT $4",
            $lock,
            ") RETURNING id, tenant_id, kind, payload_sealed, attempts, created_at"
        )
    };
}

statements! {
    INSERT = shared(
        "INSERT INTO effect (id, tenant_id, kind, payload_sealed, state, attempts, next_attempt_at, created_at,
             opens_until)
         VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $5, $6)"
    );
    CLAIM = per_backend(claim!(""), claim!(" FOR UPDATE SKIP LOCKED"));
    // Sent is sent, whoever's claim it was.
    SENT = shared(
        "UPDATE effect SET state = 'sent', payload_sealed = NULL, lease_until = NULL, last_error = NULL,
             settled_at = $2
         WHERE id = $1 AND state = 'waiting'"
    );
    RETRY = shared(
        "UPDATE effect SET lease_until = NULL, next_attempt_at = $3, last_error = $4
         WHERE id = $1 AND attempts = $2 AND state = 'waiting'"
    );
    GIVE_UP = shared(
        "UPDATE effect SET state = 'given-up', payload_sealed = NULL, lease_until = NULL, last_error = $4,
             settled_at = $3
         WHERE id = $1 AND attempts = $2 AND state = 'waiting'"
    );
    GIVE_UP_CLOSED = shared(
        "UPDATE effect SET state = 'given-up', payload_sealed = NULL, lease_until = NULL,
             last_error = 'opens nothing any more', settled_at = $1
         WHERE state = 'waiting' AND opens_until <= $1"
    );
    NEXT_DUE = shared(concat!(
        "SELECT MIN(CASE WHEN lease_until > next_attempt_at THEN lease_until ELSE next_attempt_at END) AS due
         FROM effect WHERE ",
        waiting!()
    ));
    // SQLite has one process at a time, so what is claimed at its start was claimed by a dead one. On
    // PostgreSQL another process may be delivering it: there the lease runs out.
    TAKE_BACK = per_backend(
        "UPDATE effect SET lease_until = NULL WHERE state = 'waiting' AND lease_until IS NOT NULL",
        "UPDATE effect SET lease_until = NULL WHERE FALSE",
    );
    COUNT = shared("SELECT COUNT(*) AS count FROM effect WHERE state = $1");
    ERASE = shared("DELETE FROM effect WHERE state <> 'waiting' AND settled_at < $1");
}

fn claimed_from(row: &Row) -> Result<ClaimedEffect, StoreError> {
    Ok(ClaimedEffect {
        id: row.id("id")?,
        tenant: row.optional_id("tenant_id")?,
        kind: row.text("kind")?,
        payload_sealed: row.bytes("payload_sealed")?,
        attempt: row.unsigned("attempts")?,
        created_at: row.time("created_at")?,
    })
}

fn shortened(error: &str) -> String {
    error.chars().take(LAST_ERROR_LETTERS_MAX).collect()
}

impl Reader {
    /// When the next waiting effect can be claimed, as things stand at `now`; `None`: nothing waits, but for
    /// tenants that are shut out. One that is being delivered can be when its lease ends.
    pub async fn next_effect_due(
        &mut self,
        contract_grace_days: u32,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let row = self.connection.row(&NEXT_DUE, values![now, contract_grace_days]).await?;
        Ok(row.map(|row| row.optional_time("due")).transpose()?.flatten())
    }

    /// The outbox in numbers, for metrics.
    pub async fn outbox_counts(&mut self) -> Result<OutboxCounts, StoreError> {
        Ok(OutboxCounts {
            waiting: self.connection.count(&COUNT, values!["waiting"]).await?,
            given_up: self.connection.count(&COUNT, values!["given-up"]).await?,
        })
    }
}

impl Transaction {
    /// Puts an effect into the outbox, due at once.
    pub async fn insert_effect(&mut self, effect: &NewEffect<'_>, now: Timestamp) -> Result<(), StoreError> {
        let values =
            values![effect.id, effect.tenant, effect.kind, effect.payload_sealed, now, effect.opens_until];
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }

    /// Takes what is due and nobody else is delivering, the longest due first, until `lease_until`.
    /// Commit before delivering.
    pub async fn claim_effects(
        &mut self,
        contract_grace_days: u32,
        now: Timestamp,
        lease_until: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<ClaimedEffect>, StoreError> {
        let values = values![now, contract_grace_days, lease_until, rows_max];
        let rows = self.connection.rows(&CLAIM, values).await?;
        let mut claimed = rows.iter().map(claimed_from).collect::<Result<Vec<_>, _>>()?;
        claimed.sort_by_key(|effect| (effect.created_at, effect.id));
        Ok(claimed)
    }

    /// At the start of a process, before it claims anything: takes back what a dead one has claimed, where
    /// that is certain; how many.
    pub async fn take_back_effects(&mut self) -> Result<u64, StoreError> {
        self.connection.execute(&TAKE_BACK, values![]).await
    }

    /// Delivered: erases the payload. `false` if it was settled already.
    pub async fn effect_sent(&mut self, id: EffectId, at: Timestamp) -> Result<bool, StoreError> {
        self.connection.applied(&SENT, values![id, at]).await
    }

    /// Not delivered: due again at `next_attempt_at`. `false` if the claim has passed to another.
    pub async fn retry_effect(
        &mut self,
        id: EffectId,
        attempt: u32,
        next_attempt_at: Timestamp,
        error: &str,
    ) -> Result<bool, StoreError> {
        self.connection.applied(&RETRY, values![id, attempt, next_attempt_at, shortened(error)]).await
    }

    /// Not delivered, for good: erases the payload. `false` if the claim has passed to another.
    pub async fn give_up_effect(
        &mut self,
        id: EffectId,
        attempt: u32,
        at: Timestamp,
        error: &str,
    ) -> Result<bool, StoreError> {
        self.connection.applied(&GIVE_UP, values![id, attempt, at, shortened(error)]).await
    }

    /// Gives up what waits and opens nothing any more: erases the payloads; how many.
    pub async fn give_up_closed_effects(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&GIVE_UP_CLOSED, values![now]).await
    }

    /// Erases effects settled before a moment; how many.
    pub async fn erase_effects(&mut self, settled_before: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&ERASE, values![settled_before]).await
    }
}
