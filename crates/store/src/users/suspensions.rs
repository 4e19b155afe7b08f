//! Suspensions that an administrator has planned for the end of a day.
//!
//! The day was chosen by a person, so a clock that is put right changes nothing of it ([`crate::clock_steps`]).

use crate::{
    Reader, StoreError, TenantTransaction,
    backend::{statements, values},
};
use domain::{
    id::{TenantId, UserId},
    time::Timestamp,
};

statements! {
    PLAN = shared(
        "UPDATE user_account SET suspend_at = $3 WHERE tenant_id = $1 AND id = $2 AND state = 'active'"
    );
    DUE = shared(
        "SELECT tenant_id, id FROM user_account
         WHERE suspend_at IS NOT NULL AND suspend_at <= $1 AND state = 'active' ORDER BY suspend_at LIMIT $2"
    );
}

impl Reader {
    /// People in service whose suspension is due at `now`, the earliest first.
    pub async fn suspensions_due(
        &mut self,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<(TenantId, UserId)>, StoreError> {
        let rows = self.connection.rows(&DUE, values![now, rows_max]).await?;
        rows.iter().map(|row| Ok((row.id("tenant_id")?, row.id("id")?))).collect()
    }
}

impl TenantTransaction<'_> {
    /// Notes from when on a person is to be suspended, or that nothing is planned; `false` if the person is suspended.
    pub async fn plan_suspension(&mut self, id: UserId, at: Option<Timestamp>) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, at];
        self.connection.applied(&PLAN, values).await
    }
}
