//! The order of commits, by which status changes and audit rows are numbered.
//!
//! On PostgreSQL two transactions could draw the numbers 1 and 2 and commit 2 first; a reader that has read
//! up to 2 would then never see 1. So a transaction that draws a number holds one lock from the draw to its
//! commit. It takes this lock last, after the rows that it may have to wait for; these are locked in the
//! order tenant, user, application. An insert with a unique key may have to wait, too; an insert that only
//! refers to a locked row does not, for rows are locked `FOR NO KEY UPDATE`. On SQLite the writer is always
//! alone.

use crate::{
    StoreError, Transaction,
    backend::{DatabaseConnection, statements, values},
};

statements! {
    ENTER = per_backend("SELECT 1", "SELECT pg_advisory_xact_lock(7305103922)");
}

impl Transaction {
    /// From here to its end this transaction is the only one that changes rows of all tenants that its rule
    /// reads. For rules about several tenants, for which each tenant's own lock is not enough. Call it after
    /// all row locks.
    pub async fn be_alone(&mut self) -> Result<(), StoreError> {
        enter(&mut self.connection).await
    }
}

/// From here to its end, this transaction is the only one that draws numbers.
pub(crate) async fn enter(connection: &mut DatabaseConnection) -> Result<(), StoreError> {
    connection.row(&ENTER, values![]).await?;
    Ok(())
}
