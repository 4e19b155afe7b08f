//! The order of commits, for what is numbered by it: status changes and audit rows.
//!
//! On PostgreSQL two transactions could draw numbers 1 and 2 and commit 2 first; whoever has read up
//! to 2 would then never see 1. So a transaction that numbers something holds one lock from there to
//! its commit: it does so after all rows that it may have to wait for, which are locked in the order
//! tenant, user, application. Who inserts a row with a unique key may have to wait, too; who inserts one that
//! only refers to a locked row need not, for what is locked is locked `FOR NO KEY UPDATE`. On SQLite the
//! writer is alone anyway.

use crate::{
    StoreError, Transaction,
    backend::{DatabaseConnection, statements, values},
};

statements! {
    ENTER = per_backend("SELECT 1", "SELECT pg_advisory_xact_lock(7305103922)");
}

impl Transaction {
    /// From here to its end this transaction is the only one that changes what it reads of all tenants: for rules
    /// about several of them, whose own locks would not do. Called after all rows that are locked.
    pub async fn be_alone(&mut self) -> Result<(), StoreError> {
        enter(&mut self.connection).await
    }
}

/// From here to its end, this transaction is the only one that numbers anything.
pub(crate) async fn enter(connection: &mut DatabaseConnection) -> Result<(), StoreError> {
    connection.row(&ENTER, values![]).await?;
    Ok(())
}
