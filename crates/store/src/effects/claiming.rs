//! Claims: the next effect to deliver, and when there is one.

use crate::{
    Reader, StoreError, Transaction,
    backend::{Row, statements, values},
};
use domain::{
    id::{EffectId, TenantId},
    mail::MailClass,
    time::Timestamp,
};

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
    CLAIM = per_backend(claim!(""), claim!(" FOR UPDATE SKIP LOCKED"));
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
}
