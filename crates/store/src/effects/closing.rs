//! Effects whose secret ends or is replaced: they are given up, and keep the server's last words.

use crate::{
    StoreError, TenantTransaction, Transaction,
    backend::{statements, values},
};
use domain::{
    id::{ApplicationId, UserId},
    time::Timestamp,
};

statements! {
    GIVE_UP_CLOSED = shared(
        "UPDATE effect SET state = 'given-up', payload_sealed = NULL, lease_until = NULL, trouble = 'closed',
             settled_at = $1
         WHERE state = 'waiting' AND opens_until <= $1"
    );
    NOTE_CLOSED = shared(
        "UPDATE mail_delivery SET standing = 'given-up', standing_since = $1
         WHERE effect_id IN (SELECT id FROM effect WHERE state = 'waiting' AND opens_until <= $1)"
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
}

impl Transaction {
    /// Gives up waiting effects whose secret has ended and erases their payloads; returns how many.
    pub async fn give_up_closed_effects(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&NOTE_CLOSED, values![now]).await?;
        self.connection.execute(&GIVE_UP_CLOSED, values![now]).await
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
}
