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
//! Read next: `claiming` (whose effect is next), `delivery` (what an attempt leads to), `closing` (secrets that end), and
//! `crate::mails`, the outbox as administrators read it.
//!
//! **Invariant:** the sealed payload, which may hold a secret, is erased once sent or given up.

pub(crate) mod claiming;
pub(crate) mod closing;
pub(crate) mod delivery;

pub use claiming::ClaimedEffect;
pub use delivery::Undelivered;

use crate::{
    StoreError, Transaction,
    backend::{statements, values},
};
use domain::{
    id::{ApplicationId, EffectId, TenantId, UserId},
    mail::{MailClass, MailPurpose},
    time::Timestamp,
};

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
    ERASE = shared("DELETE FROM effect WHERE state = $1 AND settled_at < $2");
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
