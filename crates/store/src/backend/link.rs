//! Connections and transactions of either database, as `sqlx` provides them.
//!
//! They are trait objects, because dropping one needs the code of its whole pool, which is then compiled
//! once, here.

use super::{ConflictFlag, DatabaseConnection, failure};
use crate::error::StoreError;
use sqlx::{PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, pool::PoolConnection};
use std::pin::Pin;
use tokio::sync::OwnedSemaphorePermit;

/// A connection, inside a transaction or not.
pub(super) trait DatabaseLink: Send {
    /// The connection that statements are sent over.
    fn wire(&mut self) -> Wire<'_>;
    /// Ends a transaction for good.
    fn commit(self: Box<Self>) -> Committing;
}

pub(super) type Committing = Pin<Box<dyn Future<Output = Result<(), sqlx::Error>> + Send>>;

pub(super) enum Wire<'a> {
    Sqlite(&'a mut SqliteConnection),
    Postgres(&'a mut PgConnection),
}

/// SQLite's writer, and the lane's turn for it.
pub(super) struct InTurn {
    pub(super) transaction: Transaction<'static, Sqlite>,
    pub(super) _turn: OwnedSemaphorePermit,
}

impl<L: DatabaseLink + 'static> From<L> for DatabaseConnection {
    fn from(link: L) -> Self {
        Self { link: Box::new(link), conflict: ConflictFlag::default() }
    }
}

/// An SQLite connection, or the reason why there is none.
pub(super) fn linked(
    what: &'static str,
    taken: Result<impl DatabaseLink + 'static, sqlx::Error>,
) -> Result<DatabaseConnection, StoreError> {
    taken.map(DatabaseConnection::from).map_err(|error| failure::explain(what, &error))
}

impl DatabaseLink for PoolConnection<Sqlite> {
    fn wire(&mut self) -> Wire<'_> {
        Wire::Sqlite(self)
    }

    fn commit(self: Box<Self>) -> Committing {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl DatabaseLink for PoolConnection<Postgres> {
    fn wire(&mut self) -> Wire<'_> {
        Wire::Postgres(self)
    }

    fn commit(self: Box<Self>) -> Committing {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl DatabaseLink for Transaction<'static, Sqlite> {
    fn wire(&mut self) -> Wire<'_> {
        Wire::Sqlite(self)
    }

    fn commit(self: Box<Self>) -> Committing {
        Box::pin(Transaction::commit(*self))
    }
}

impl DatabaseLink for InTurn {
    fn wire(&mut self) -> Wire<'_> {
        Wire::Sqlite(&mut self.transaction)
    }

    fn commit(self: Box<Self>) -> Committing {
        Box::pin(async move {
            let Self { transaction, _turn } = *self;
            transaction.commit().await
        })
    }
}

impl DatabaseLink for Transaction<'static, Postgres> {
    fn wire(&mut self) -> Wire<'_> {
        Wire::Postgres(self)
    }

    fn commit(self: Box<Self>) -> Committing {
        Box::pin(Transaction::commit(*self))
    }
}
