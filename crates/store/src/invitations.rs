//! Invitations: one-time passwords by which a user may apply once, kept as keyed hashes.
//!
//! **Invariant:** the password of a sheet or slip rests sealed beside its hash for the minutes in which its
//! maker may open the page again. The statement that spends or replaces the invitation erases the password,
//! too.

use crate::{
    StoreError, TenantReader, TenantTransaction, Transaction,
    backend::{
        Row, statements,
        table::{insert, table},
        values,
    },
};
use domain::{
    id::{InvitationId, UserId},
    invitation::{Invitation, InvitationKind},
    time::Timestamp,
};

/// A one-time password, kept for the minutes in which its maker may open its page again.
pub struct RestingPassword {
    pub invitation: Invitation,
    pub sealed: Vec<u8>,
    /// After this time nobody may open the page.
    pub readable_until: Timestamp,
}

/// How the invitation came that a person applied with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UsedInvitation {
    pub kind: InvitationKind,
    /// Unknown for invitations of former releases.
    pub issued_at: Option<Timestamp>,
    /// Printed, not mailed; unknown for invitations of former releases.
    pub on_paper: Option<bool>,
}

table! {
    "invitation" holds Invitation as invitation, read by invitation_from,
        inserted with on_paper: bool, issued_at: Timestamp;
    key { tenant (tenant_id), id }
    changed {}
    fixed { user (user_id), kind, secret_hash, expires_at, spent_at } beside {
        issued_at: issued_at,
        on_paper: u32::from(on_paper),
    }
    seen {}
}

macro_rules! select {
    ($more:literal, $rest:literal) => {
        concat!("SELECT ", columns!(), $more, " FROM invitation ", $rest)
    };
    ($rest:literal) => {
        select!("", $rest)
    };
}

statements! {
    // Newest first. Issuing an invitation spends the older ones, so there are very few.
    OPEN = shared(select!(
        "WHERE tenant_id = $1 AND user_id = $2 AND spent_at IS NULL AND expires_at > $3 ORDER BY id DESC LIMIT 8"
    ));
    OF_USER = shared(select!("WHERE tenant_id = $1 AND user_id = $2 ORDER BY id DESC LIMIT $3"));
    SPENT_SINCE = shared(select!(
        "WHERE tenant_id = $1 AND user_id = $2 AND spent_at >= $3 ORDER BY id DESC LIMIT 8"
    ));
    BY_ID = shared(select!("WHERE tenant_id = $1 AND id = $2"));
    USED_AT = shared(
        "SELECT kind, issued_at, on_paper FROM invitation
         WHERE tenant_id = $1 AND user_id = $2 AND spent_at = $3 ORDER BY id DESC LIMIT 1"
    );
    INSERT = shared(insert!("ON CONFLICT (id) DO NOTHING"));
    REST_PASSWORD = shared(
        "UPDATE invitation SET password_sealed = $3, maker_id = $4, readable_until = $5
         WHERE tenant_id = $1 AND id = $2 AND spent_at IS NULL"
    );
    RESTING_PASSWORD = shared(select!(
        ", password_sealed, readable_until",
        "WHERE tenant_id = $1 AND id = $2 AND maker_id = $3 AND readable_until > $4"
    ));
    // The ids of invitations that were asked for together follow one another.
    RESTING_PASSWORDS = shared(select!(
        ", password_sealed, readable_until",
        "WHERE tenant_id = $1 AND id >= $2 AND id <= $3 AND maker_id = $4 AND readable_until > $5 ORDER BY id LIMIT $6"
    ));
    PASSWORD_RESTS = shared(
        "SELECT 1 AS one FROM invitation WHERE tenant_id = $1 AND id = $2 AND password_sealed IS NOT NULL"
    );
    ERASE_PASSWORDS = shared(
        "UPDATE invitation SET password_sealed = NULL, maker_id = NULL, readable_until = NULL
         WHERE readable_until <= $1"
    );
    SPEND = shared(
        "UPDATE invitation SET spent_at = $3, password_sealed = NULL, maker_id = NULL, readable_until = NULL
         WHERE tenant_id = $1 AND id = $2 AND spent_at IS NULL"
    );
    SPEND_OF_USER = shared(
        "UPDATE invitation SET spent_at = $3, password_sealed = NULL, maker_id = NULL, readable_until = NULL
         WHERE tenant_id = $1 AND user_id = $2 AND spent_at IS NULL"
    );
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

    /// A user's invitations, spent or not, the newest first.
    pub async fn invitations_of(
        &mut self,
        user: UserId,
        rows_max: u32,
    ) -> Result<Vec<Invitation>, StoreError> {
        let rows = self.connection.rows(&OF_USER, values![self.tenant, user, rows_max]).await?;
        rows.iter().map(invitation_from).collect()
    }

    /// A user's invitations that were spent since a moment, the newest first.
    pub async fn invitations_spent_since(
        &mut self,
        user: UserId,
        since: Timestamp,
    ) -> Result<Vec<Invitation>, StoreError> {
        let rows = self.connection.rows(&SPENT_SINCE, values![self.tenant, user, since]).await?;
        rows.iter().map(invitation_from).collect()
    }

    /// The invitation that a user's application of this moment used up.
    pub async fn invitation_used_at(
        &mut self,
        user: UserId,
        at: Timestamp,
    ) -> Result<Option<UsedInvitation>, StoreError> {
        let row = self.connection.row(&USED_AT, values![self.tenant, user, at]).await?;
        let used = |row: &Row| {
            Ok(UsedInvitation {
                kind: row.named("kind", InvitationKind::ALL, InvitationKind::name)?,
                issued_at: row.optional_time("issued_at")?,
                on_paper: row.optional_unsigned::<u32>("on_paper")?.map(|on_paper| on_paper == 1),
            })
        };
        row.as_ref().map(used).transpose()
    }

    /// An invitation, spent or not.
    pub async fn invitation(&mut self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        let row = self.connection.row(&BY_ID, values![self.tenant, id]).await?;
        row.as_ref().map(invitation_from).transpose()
    }

    /// Whether the password of this invitation rests for its maker.
    pub async fn password_rests(&mut self, id: InvitationId) -> Result<bool, StoreError> {
        Ok(self.connection.row(&PASSWORD_RESTS, values![self.tenant, id]).await?.is_some())
    }

    /// The password of an invitation, for its maker, while it rests.
    pub async fn resting_password(
        &mut self,
        id: InvitationId,
        maker: UserId,
        now: Timestamp,
    ) -> Result<Option<RestingPassword>, StoreError> {
        let values = values![self.tenant, id, maker, now];
        let row = self.connection.row(&RESTING_PASSWORD, values).await?;
        row.as_ref().map(resting_from).transpose()
    }

    /// The same of all invitations from the first id to the last one, so many at most.
    pub async fn resting_passwords(
        &mut self,
        (first, last): (InvitationId, InvitationId),
        maker: UserId,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<RestingPassword>, StoreError> {
        let values = values![self.tenant, first, last, maker, now, rows_max];
        let rows = self.connection.rows(&RESTING_PASSWORDS, values).await?;
        rows.iter().map(resting_from).collect()
    }
}

fn resting_from(row: &Row) -> Result<RestingPassword, StoreError> {
    Ok(RestingPassword {
        invitation: invitation_from(row)?,
        sealed: row.bytes("password_sealed")?,
        readable_until: row.time("readable_until")?,
    })
}

impl TenantTransaction<'_> {
    /// Keeps a new invitation, made at `now`; `false`, with nothing written, if the id exists already.
    pub async fn insert_invitation(
        &mut self,
        invitation: &Invitation,
        on_paper: bool,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = inserted_values(values![self.tenant, invitation.id], invitation, on_paper, now)?;
        let applied = self.connection.applied(&INSERT, values).await?;
        if applied {
            self.keep_progress(invitation.user, now).await?;
        }
        Ok(applied)
    }

    /// Lets an open invitation's password rest, sealed, for its maker; `false` if there is no such invitation.
    pub async fn rest_password(
        &mut self,
        id: InvitationId,
        maker: UserId,
        sealed: &[u8],
        readable_until: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, sealed, maker, readable_until];
        self.connection.applied(&REST_PASSWORD, values).await
    }

    /// Marks an invitation as used; `false` if another application was first.
    pub async fn spend_invitation(&mut self, id: InvitationId, at: Timestamp) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, at];
        let applied = self.connection.applied(&SPEND, values).await?;
        if applied {
            self.keep_progress_of_invitation(id, at).await?;
        }
        Ok(applied)
    }

    /// Marks all of a user's invitations as used, before a new one is issued; returns how many.
    pub async fn spend_invitations_of(&mut self, user: UserId, at: Timestamp) -> Result<u64, StoreError> {
        let values = values![self.tenant, user, at];
        let spent = self.connection.execute(&SPEND_OF_USER, values).await?;
        if spent > 0 {
            self.keep_progress(user, at).await?;
        }
        Ok(spent)
    }
}

impl Transaction {
    /// Erases all resting passwords whose time is over; returns how many.
    pub async fn erase_resting_passwords(&mut self, now: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&ERASE_PASSWORDS, values![now]).await
    }
}
