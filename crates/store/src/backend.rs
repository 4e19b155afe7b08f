//! The one place where SQLite and PostgreSQL meet: pools, connections, statements, values and rows.
//!
//! Above this module nobody knows which database is below. Statements are shared text with `$1`
//! places; where the two databases must differ, both texts stand side by side ([`Statement`]).
//!
//! **Invariant:** SQLite has one writing connection, opened `BEGIN IMMEDIATE`, with WAL and
//! `synchronous = FULL`: a committed act survives `kill -9` and power loss. Readers cannot write.
//! **Invariant:** each [`Lane`] has connections of its own.
//!
//! Read next: [`statement`] (how SQL is written down), [`row`] (how it is read back), `failure` (what
//! a database's error means to a caller), `erasure` (how what is erased leaves the files).

mod erasure;
mod failure;
mod reach;
pub(crate) mod row;
pub(crate) mod statement;
pub(crate) mod value;

pub(crate) use row::Row;
pub(crate) use statement::{Statement, statements};
pub(crate) use value::{BoundValue, values};

use crate::{error::StoreError, lane::Lane, url::StoreUrl};
use reach::ServerReach;
use sqlx::{
    Connection as _, Executor, PgPool, Postgres, SqlSafeStr, Sqlite, SqliteConnection, SqlitePool,
    pool::{PoolConnection, PoolOptions},
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How long the first act of each lane waits for SQLite's writer: for one act of each other lane.
const WRITER_WAIT_MAX: Duration = Duration::from_secs(10);
/// How long SQLite waits for a lock held by another process, such as a backup.
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long PostgreSQL waits for a row lock, in milliseconds.
const POSTGRES_LOCK_TIMEOUT: &str = "5000";
/// How long PostgreSQL works on one statement, in milliseconds.
const POSTGRES_STATEMENT_TIMEOUT: &str = "30000";
/// Prepared statements kept by a connection; more than there are statements.
const STATEMENT_CACHE_MAX: usize = 512;

/// Connections to the one database of an installation.
#[derive(Clone)]
pub(crate) enum DatabasePool {
    Sqlite(Arc<SqlitePools>),
    Postgres(Arc<PostgresPools>),
}

/// One writer, and readers for each lane, which stands before the writer with one act at a time.
pub(crate) struct SqlitePools {
    write: SqlitePool,
    turns: [Arc<Semaphore>; Lane::ALL.len()],
    read: [SqlitePool; Lane::ALL.len()],
}

/// Connections for each lane.
pub(crate) struct PostgresPools {
    lanes: [PgPool; Lane::ALL.len()],
    reach: ServerReach,
}

/// One connection, inside a transaction or not. Dropping a transaction rolls it back.
pub(crate) struct DatabaseConnection {
    link: Link,
    conflict: ConflictFlag,
}

enum Link {
    Sqlite(PoolConnection<Sqlite>),
    SqliteTransaction(sqlx::Transaction<'static, Sqlite>, Option<OwnedSemaphorePermit>),
    Postgres(PoolConnection<Postgres>),
    PostgresTransaction(sqlx::Transaction<'static, Postgres>),
}

impl From<Link> for DatabaseConnection {
    fn from(link: Link) -> Self {
        Self { link, conflict: ConflictFlag::default() }
    }
}

/// Was a transaction undone by the database because it met another one? Then the same can be run once more.
#[derive(Debug, Clone, Default)]
pub(crate) struct ConflictFlag(Arc<AtomicBool>);

impl ConflictFlag {
    pub(crate) fn is_raised(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    fn explain(&self, what: &'static str, error: &sqlx::Error) -> StoreError {
        if failure::is_conflict(error) {
            self.0.store(true, Ordering::Relaxed);
        }
        failure::explain(what, error)
    }
}

impl DatabasePool {
    pub(crate) async fn open(url: &StoreUrl) -> Result<Self, StoreError> {
        match url {
            StoreUrl::Sqlite(path) => {
                open_sqlite(path).await.map_err(|error| failure::explain("open", &error))
            }
            StoreUrl::Postgres(address) => open_postgres(address).await,
        }
    }

    /// Is it a server, where other processes may be at work, too?
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// A connection for single reads, each seeing what is committed by then.
    pub(crate) async fn read(&self, lane: Lane) -> Result<DatabaseConnection, StoreError> {
        match self {
            Self::Sqlite(pools) => soon(lane, pools.read[lane as usize].acquire()).await.map(Link::Sqlite),
            Self::Postgres(pools) => {
                let acquired = soon(lane, pools.lanes[lane as usize].acquire()).await;
                return pools.explained("read", acquired.map(|link| Link::Postgres(link).into())).await;
            }
        }
        .map(DatabaseConnection::from)
        .map_err(|error| failure::explain("read", &error))
    }

    /// A read transaction: all its reads see the same moment.
    pub(crate) async fn snapshot(&self, lane: Lane) -> Result<DatabaseConnection, StoreError> {
        match self {
            Self::Sqlite(pools) => pools.read[lane as usize]
                .begin_with("BEGIN")
                .await
                .map(|transaction| Link::SqliteTransaction(transaction, None)),
            Self::Postgres(pools) => {
                let begun = pools.lanes[lane as usize]
                    .begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                    .await;
                return pools
                    .explained("snapshot", begun.map(|link| Link::PostgresTransaction(link).into()))
                    .await;
            }
        }
        .map(DatabaseConnection::from)
        .map_err(|error| failure::explain("snapshot", &error))
    }

    /// A writing transaction. On SQLite it is the only one; on PostgreSQL decisions lock their rows.
    pub(crate) async fn begin(
        &self,
        lane: Lane,
        act: &'static str,
    ) -> Result<DatabaseConnection, StoreError> {
        match self {
            Self::Sqlite(pools) => pools.begin(lane).await,
            Self::Postgres(pools) => {
                let begun = pools.lanes[lane as usize].begin().await;
                return pools.explained(act, begun.map(|link| Link::PostgresTransaction(link).into())).await;
            }
        }
        .map(DatabaseConnection::from)
        .map_err(|error| failure::explain(act, &error))
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pools) => {
                for readers in &pools.read {
                    readers.close().await;
                }
                pools.write.close().await;
            }
            Self::Postgres(pools) => {
                for pool in &pools.lanes {
                    pool.close().await;
                }
            }
        }
    }
}

impl SqlitePools {
    /// Once it is the lane's turn, few stand before the writer.
    async fn begin(&self, lane: Lane) -> Result<Link, sqlx::Error> {
        let turn = timeout(lane.bounds().wait_max, Arc::clone(&self.turns[lane as usize]).acquire_owned());
        let turn = turn.await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let turn = turn.map_err(|_| sqlx::Error::PoolClosed)?;
        let transaction = self.write.begin_with("BEGIN IMMEDIATE").await?;
        Ok(Link::SqliteTransaction(transaction, Some(turn)))
    }
}

/// A connection for a single read, which waits less than an act.
async fn soon<T>(
    lane: Lane,
    acquiring: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    timeout(lane.bounds().look_wait_max, acquiring).await.unwrap_or(Err(sqlx::Error::PoolTimedOut))
}

async fn open_sqlite(path: &Path) -> Result<DatabasePool, sqlx::Error> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(SQLITE_BUSY_TIMEOUT)
        .foreign_keys(true)
        .statement_cache_capacity(STATEMENT_CACHE_MAX);
    let writer = erasure::overwriting(options.clone())
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full);
    // The writer comes first: it creates the file and turns it to WAL, which a reader cannot.
    let write = PoolOptions::new()
        .max_connections(1)
        .acquire_timeout(WRITER_WAIT_MAX)
        .before_acquire(|connection, _| Box::pin(async { Ok(is_outside_transaction(connection)) }))
        .connect_with(writer)
        .await?;
    let readers = |lane: Lane| {
        let bounds = lane.bounds();
        PoolOptions::new()
            .max_connections(bounds.sqlite_readers)
            .acquire_timeout(bounds.wait_max)
            .connect_lazy_with(options.clone().read_only(true))
    };
    let read = Lane::ALL.map(readers);
    // What is wrong with the file is told now, not to the first visitor.
    drop(read[Lane::Duties as usize].acquire().await?);
    let turns = Lane::ALL.map(|_| Arc::new(Semaphore::new(1)));
    Ok(DatabasePool::Sqlite(Arc::new(SqlitePools { write, turns, read })))
}

/// A full disk makes SQLite undo a transaction by itself (sqlite.org/lang_transaction.html §3.1); sqlx
/// then counts it as open for ever, and the only writer would be of no use until the next start. Such a
/// connection is closed, and another one takes its place.
fn is_outside_transaction(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

impl PostgresPools {
    async fn explained<T>(&self, what: &'static str, taken: Result<T, sqlx::Error>) -> Result<T, StoreError> {
        match taken {
            Ok(taken) => Ok(taken),
            Err(error) => Err(self.reach.explain(what, &error).await),
        }
    }
}

async fn open_postgres(address: &str) -> Result<DatabasePool, StoreError> {
    let options: PgConnectOptions = address.parse().map_err(|error| failure::explain("open", &error))?;
    let options =
        options.application_name("sekisho").statement_cache_capacity(STATEMENT_CACHE_MAX).options([
            ("lock_timeout", POSTGRES_LOCK_TIMEOUT),
            ("statement_timeout", POSTGRES_STATEMENT_TIMEOUT),
        ]);
    let lanes = Lane::ALL.map(|lane| {
        let bounds = lane.bounds();
        let mut options = options.clone();
        if lane == Lane::Pages {
            // Many pages are read at once: each takes one processor, and waits for no other one.
            options = options.options([("max_parallel_workers_per_gather", "0")]);
        }
        PoolOptions::new()
            .max_connections(bounds.postgres_connections)
            .acquire_timeout(bounds.wait_max)
            .connect_lazy_with(options)
    });
    let pools = PostgresPools { lanes, reach: ServerReach::new(options) };
    let first = pools.lanes[Lane::Duties as usize].acquire().await;
    drop(pools.explained("open", first).await?);
    Ok(DatabasePool::Postgres(Arc::new(pools)))
}

/// Binds the values in order: the three types that both databases share.
macro_rules! bound {
    ($text:expr, $values:expr) => {{
        let mut query = sqlx::query($text);
        for value in $values {
            query = match value {
                BoundValue::Integer(integer) => query.bind(integer),
                BoundValue::Text(text) => query.bind(text),
                BoundValue::Bytes(bytes) => query.bind(bytes),
            };
        }
        query
    }};
}

/// Runs one `sqlx` method on whichever connection this is and makes its error ours.
macro_rules! on_connection {
    ($self:ident, $statement:ident, $values:ident, $method:ident, $sqlite:expr, $postgres:expr) => {
        match &mut $self.link {
            Link::Sqlite(connection) => {
                bound!($statement.sqlite, $values).$method(&mut **connection).await.map($sqlite)
            }
            Link::SqliteTransaction(connection, _) => {
                bound!($statement.sqlite, $values).$method(&mut **connection).await.map($sqlite)
            }
            Link::Postgres(connection) => {
                bound!($statement.postgres, $values).$method(&mut **connection).await.map($postgres)
            }
            Link::PostgresTransaction(connection) => {
                bound!($statement.postgres, $values).$method(&mut **connection).await.map($postgres)
            }
        }
        .map_err(|error| $self.conflict.explain($statement.name, &error))
    };
}

impl DatabaseConnection {
    pub(crate) fn conflict(&self) -> ConflictFlag {
        self.conflict.clone()
    }

    /// Runs a statement; the number of rows it touched.
    pub(crate) async fn execute<const N: usize>(
        &mut self,
        statement: &'static Statement,
        values: [BoundValue; N],
    ) -> Result<u64, StoreError> {
        on_connection!(self, statement, values, execute, |done| done.rows_affected(), |done| done
            .rows_affected())
    }

    /// Runs a guarded update; did it apply to a row?
    pub(crate) async fn applied<const N: usize>(
        &mut self,
        statement: &'static Statement,
        values: [BoundValue; N],
    ) -> Result<bool, StoreError> {
        Ok(self.execute(statement, values).await? > 0)
    }

    /// At most one row.
    pub(crate) async fn row<const N: usize>(
        &mut self,
        statement: &'static Statement,
        values: [BoundValue; N],
    ) -> Result<Option<Row>, StoreError> {
        on_connection!(self, statement, values, fetch_optional, |row| row.map(Row::Sqlite), |row| row
            .map(Row::Postgres))
    }

    /// All rows; the statement itself says how many there can be.
    pub(crate) async fn rows<const N: usize>(
        &mut self,
        statement: &'static Statement,
        values: [BoundValue; N],
    ) -> Result<Vec<Row>, StoreError> {
        on_connection!(
            self,
            statement,
            values,
            fetch_all,
            |rows| rows.into_iter().map(Row::Sqlite).collect(),
            |rows| rows.into_iter().map(Row::Postgres).collect()
        )
    }

    /// The integer in the one row and column of a count.
    pub(crate) async fn count<const N: usize>(
        &mut self,
        statement: &'static Statement,
        values: [BoundValue; N],
    ) -> Result<u64, StoreError> {
        let row = self.row(statement, values).await?;
        row.map_or(Ok(0), |row| row.unsigned("count"))
    }

    /// Runs a migration's text, which has no places and several statements.
    pub(crate) async fn execute_script(
        &mut self,
        name: &'static str,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Result<(), StoreError> {
        match &mut self.link {
            Link::Sqlite(connection) => connection.execute(sqlx::raw_sql(sqlite)).await.map(|_| ()),
            Link::SqliteTransaction(connection, _) => {
                connection.execute(sqlx::raw_sql(sqlite)).await.map(|_| ())
            }
            Link::Postgres(connection) => connection.execute(sqlx::raw_sql(postgres)).await.map(|_| ()),
            Link::PostgresTransaction(connection) => {
                connection.execute(sqlx::raw_sql(postgres)).await.map(|_| ())
            }
        }
        .map_err(|error| failure::explain(name, &error))
    }

    /// Lets the database parse a statement and find its tables and columns, without running it.
    pub(crate) async fn prepare(&mut self, statement: &'static Statement) -> Result<(), StoreError> {
        let (sqlite, postgres) = (statement.sqlite.into_sql_str(), statement.postgres.into_sql_str());
        match &mut self.link {
            Link::Sqlite(connection) => connection.prepare(sqlite).await.map(|_| ()),
            Link::SqliteTransaction(connection, _) => connection.prepare(sqlite).await.map(|_| ()),
            Link::Postgres(connection) => connection.prepare(postgres).await.map(|_| ()),
            Link::PostgresTransaction(connection) => connection.prepare(postgres).await.map(|_| ()),
        }
        .map_err(|error| failure::explain(statement.name, &error))
    }

    /// Ends a transaction for good. A plain connection has nothing to commit.
    pub(crate) async fn commit(self, act: &'static str) -> Result<(), StoreError> {
        match self.link {
            Link::SqliteTransaction(transaction, _turn) => transaction.commit().await,
            Link::PostgresTransaction(transaction) => transaction.commit().await,
            Link::Sqlite(_) | Link::Postgres(_) => Ok(()),
        }
        .map_err(|error| self.conflict.explain(act, &error))
    }
}

#[cfg(test)]
mod tests;
