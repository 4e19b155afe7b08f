//! Invitations: one-time passwords by which a user may apply once, kept as keyed hashes.

use crate::{
    StoreError, TenantReader, TenantTransaction,
    backend::{Row, statements, values},
};
use domain::{
    id::{InvitationId, UserId},
    invitation::{Invitation, InvitationKind},
    time::Timestamp,
};

statements! {
    // Newest first; whoever issues an invitation spends the older ones, so there are very few.
    OPEN = shared(
        "SELECT id, tenant_id, user_id, kind, secret_hash, expires_at, spent_at FROM invitation
         WHERE tenant_id = $1 AND user_id = $2 AND spent_at IS NULL AND expires_at > $3 ORDER BY id DESC LIMIT 8"
    );
    INSERT = shared(
        "INSERT INTO invitation (tenant_id, id, user_id, kind, secret_hash, expires_at, spent_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)"
    );
    SPEND = shared("UPDATE invitation SET spent_at = $3 WHERE tenant_id = $1 AND id = $2 AND spent_at IS NULL");
    SPEND_OF_USER =
        shared("UPDATE invitation SET spent_at = $3 WHERE tenant_id = $1 AND user_id = $2 AND spent_at IS NULL");
}

fn invitation_from(row: &Row) -> Result<Invitation, StoreError> {
    Ok(Invitation {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        user: row.id("user_id")?,
        kind: row.named("kind", InvitationKind::ALL, InvitationKind::name)?,
        secret_hash: row.hash("secret_hash")?,
        expires_at: row.time("expires_at")?,
        spent_at: row.optional_time("spent_at")?,
    })
}

impl TenantReader<'_> {
    /// A user's invitations that are neither spent nor expired, the newest first.
    pub async fn open_invitations(
        &mut self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<Invitation>, StoreError> {
        let rows = self.connection.rows(&OPEN, values![self.tenant, user, now]).await?;
        rows.iter().map(invitation_from).collect()
    }
}

impl TenantTransaction<'_> {
    /// Keeps a new invitation.
    pub async fn insert_invitation(&mut self, invitation: &Invitation) -> Result<(), StoreError> {
        let values = values![
            self.tenant,
            invitation.id,
            invitation.user,
            invitation.kind.name(),
            &invitation.secret_hash,
            invitation.expires_at,
            invitation.spent_at,
        ];
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }

    /// Uses an invitation up; `false` if somebody else was first.
    pub async fn spend_invitation(&mut self, id: InvitationId, at: Timestamp) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, at];
        self.connection.applied(&SPEND, values).await
    }

    /// Makes all of a user's invitations useless, before a new one is issued; how many there were.
    pub async fn spend_invitations_of(&mut self, user: UserId, at: Timestamp) -> Result<u64, StoreError> {
        let values = values![self.tenant, user, at];
        self.connection.execute(&SPEND_OF_USER, values).await
    }
}
