//! The one place where SQLite and PostgreSQL meet: pools, connections, statements, values and rows.
//!
//! No module above this one knows which database is in use. Statements are shared text with `$1`
//! placeholders; where the two databases must differ, both texts stand side by side ([`Statement`]).
//!
//! **Invariant:** SQLite has one writing connection, opened `BEGIN IMMEDIATE`, with WAL and `synchronous =
//! FULL`: a committed act survives `kill -9` and power loss. Readers cannot write. **Invariant:** each
//! [`Lane`] has connections of its own.
//!
//! Every function that asks a database returns [`Asking`], so the code of `sqlx` is compiled once, here. The
//! code of an `async fn` is compiled again in every crate that awaits it.
//!
//! Read next: [`statement`] (how SQL is written down), [`row`] (how it is read back), [`table`] (how the columns of
//! a table are listed once), `failure` (what a database's error means to a caller), `erasure` (how erased bytes
//! leave the files).

pub(crate) mod column;
mod erasure;
mod failure;
mod link;
mod reach;
pub(crate) mod row;
pub(crate) mod statement;
pub(crate) mod table;
pub(crate) mod value;

pub(crate) use row::Row;
pub(crate) use statement::{Statement, statements};
pub(crate) use value::{BoundValue, values};

use crate::{error::StoreError, lane::Lane, url::StoreUrl};
use link::{DatabaseLink, InTurn, Wire, linked};
use reach::ServerReach;
use sqlx::{
    Connection as _, Executor, PgPool, SqlSafeStr, SqliteConnection, SqlitePool,
    pool::PoolOptions,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};
use std::{
    path::Path,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// How long the first act of each lane waits for SQLite's writer: at most one act of each other lane is before it.
const WRITER_WAIT_MAX: Duration = Duration::from_secs(10);
/// How long SQLite waits for a lock held by another process, such as a backup.
const SQLITE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long PostgreSQL waits for a row lock, in milliseconds.
const POSTGRES_LOCK_TIMEOUT: &str = "5000";
/// How long PostgreSQL works on one statement, in milliseconds.
const POSTGRES_STATEMENT_TIMEOUT: &str = "30000";
/// Prepared statements kept by a connection; more than there are statements.
const STATEMENT_CACHE_MAX: usize = 512;

/// A question to the database, under way.
pub(crate) type Asking<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Connections to the one database of an installation.
#[derive(Clone)]
pub(crate) enum DatabasePool {
    Sqlite(Arc<SqlitePools>),
    Postgres(Arc<PostgresPools>),
}

/// One writer, and readers for each lane. Each lane waits for the writer with one act at a time.
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
    link: Box<dyn DatabaseLink>,
    conflict: ConflictFlag,
}

/// Set when the database undid a transaction because of a conflict with another one; the same writing can
/// then run again.
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
    pub(crate) fn open(url: &StoreUrl) -> Asking<'_, Self> {
        Box::pin(async move {
            match url {
                StoreUrl::Sqlite(path) => {
                    open_sqlite(path).await.map_err(|error| failure::explain("open", &error))
                }
                StoreUrl::Postgres(address) => open_postgres(address).await,
            }
        })
    }

    /// Whether the database is a server, which other processes may use, too.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// A connection for single reads; each read sees what is committed when it runs.
    pub(crate) fn read(&self, lane: Lane) -> Asking<'_, DatabaseConnection> {
        Box::pin(async move {
            let what = "read";
            match self {
                Self::Sqlite(pools) => linked(what, soon(lane, pools.read[lane as usize].acquire()).await),
                Self::Postgres(pools) => {
                    pools.linked(what, soon(lane, pools.lanes[lane as usize].acquire()).await).await
                }
            }
        })
    }

    /// A read transaction: all its reads see the same moment.
    pub(crate) fn snapshot(&self, lane: Lane) -> Asking<'_, DatabaseConnection> {
        const BEGIN: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        Box::pin(async move {
            let what = "snapshot";
            match self {
                Self::Sqlite(pools) => linked(what, pools.read[lane as usize].begin_with("BEGIN").await),
                Self::Postgres(pools) => {
                    pools.linked(what, pools.lanes[lane as usize].begin_with(BEGIN).await).await
                }
            }
        })
    }

    /// A writing transaction. On SQLite it is the only one; on PostgreSQL decisions lock their rows.
    pub(crate) fn begin(&self, lane: Lane, act: &'static str) -> Asking<'_, DatabaseConnection> {
        Box::pin(async move {
            match self {
                Self::Sqlite(pools) => linked(act, pools.begin(lane).await),
                Self::Postgres(pools) => pools.linked(act, pools.lanes[lane as usize].begin().await).await,
            }
        })
    }

    pub(crate) fn close(&self) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
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
        })
    }
}

impl SqlitePools {
    /// Takes the lane's turn first, so that few acts wait for the writer at once.
    async fn begin(&self, lane: Lane) -> Result<InTurn, sqlx::Error> {
        let turn = timeout(lane.bounds().wait_max, Arc::clone(&self.turns[lane as usize]).acquire_owned());
        let turn = turn.await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let turn = turn.map_err(|_| sqlx::Error::PoolClosed)?;
        let transaction = self.write.begin_with("BEGIN IMMEDIATE").await?;
        Ok(InTurn { transaction, _turn: turn })
    }
}

/// A connection for a single read, which waits less long than an act.
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
    // A damaged file stops the start here, before the first visitor arrives.
    drop(read[Lane::Duties as usize].acquire().await?);
    let turns = Lane::ALL.map(|_| Arc::new(Semaphore::new(1)));
    Ok(DatabasePool::Sqlite(Arc::new(SqlitePools { write, turns, read })))
}

/// Whether SQLite has undone the transaction by itself, as it does when the disk is full
/// (sqlite.org/lang_transaction.html §3.1). sqlx then counts the transaction as open for ever, and the only
/// writer would be useless until the next start; so the connection is closed and replaced.
fn is_outside_transaction(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

impl PostgresPools {
    async fn linked(
        &self,
        what: &'static str,
        taken: Result<impl DatabaseLink + 'static, sqlx::Error>,
    ) -> Result<DatabaseConnection, StoreError> {
        match taken {
            Ok(link) => Ok(link.into()),
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
            // Many pages are read at once: each read uses one processor and waits for no other read.
            options = options.options([("max_parallel_workers_per_gather", "0")]);
        }
        PoolOptions::new()
            .max_connections(bounds.postgres_connections)
            .acquire_timeout(bounds.wait_max)
            .connect_lazy_with(options)
    });
    let pools = PostgresPools { lanes, reach: ServerReach::new(options) };
    let first = pools.lanes[Lane::Duties as usize].acquire().await;
    drop(pools.linked("open", first).await?);
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

/// Runs one `sqlx` method on either kind of connection and turns its error into a [`StoreError`].
macro_rules! on_connection {
    ($self:ident, $statement:ident, $values:ident, $method:ident, $sqlite:expr, $postgres:expr) => {
        match $self.link.wire() {
            Wire::Sqlite(wire) => bound!($statement.sqlite, $values).$method(wire).await.map($sqlite),
            Wire::Postgres(wire) => bound!($statement.postgres, $values).$method(wire).await.map($postgres),
        }
        .map_err(|error| $self.conflict.explain($statement.name, &error))
    };
}

impl DatabaseConnection {
    pub(crate) fn conflict(&self) -> ConflictFlag {
        self.conflict.clone()
    }

    /// Runs a statement; returns the number of changed rows.
    pub(crate) fn execute(
        &mut self,
        statement: &'static Statement,
        values: Vec<BoundValue>,
    ) -> Asking<'_, u64> {
        Box::pin(async move {
            on_connection!(self, statement, values, execute, |done| done.rows_affected(), |done| done
                .rows_affected())
        })
    }

    /// Runs a guarded update; returns whether it changed a row.
    pub(crate) async fn applied(
        &mut self,
        statement: &'static Statement,
        values: Vec<BoundValue>,
    ) -> Result<bool, StoreError> {
        Ok(self.execute(statement, values).await? > 0)
    }

    /// At most one row.
    pub(crate) fn row(
        &mut self,
        statement: &'static Statement,
        values: Vec<BoundValue>,
    ) -> Asking<'_, Option<Row>> {
        Box::pin(async move {
            on_connection!(self, statement, values, fetch_optional, |row| row.map(Row::Sqlite), |row| row
                .map(Row::Postgres))
        })
    }

    /// All rows; the statement itself bounds their number.
    pub(crate) fn rows(
        &mut self,
        statement: &'static Statement,
        values: Vec<BoundValue>,
    ) -> Asking<'_, Vec<Row>> {
        Box::pin(async move {
            on_connection!(
                self,
                statement,
                values,
                fetch_all,
                |rows| rows.into_iter().map(Row::Sqlite).collect(),
                |rows| rows.into_iter().map(Row::Postgres).collect()
            )
        })
    }

    /// The integer in the one row and column of a count.
    pub(crate) async fn count(
        &mut self,
        statement: &'static Statement,
        values: Vec<BoundValue>,
    ) -> Result<u64, StoreError> {
        let row = self.row(statement, values).await?;
        row.map_or(Ok(0), |row| row.unsigned("count"))
    }

    /// Runs a migration's text, which has no placeholders and several statements.
    pub(crate) fn execute_script(
        &mut self,
        name: &'static str,
        sqlite: &'static str,
        postgres: &'static str,
    ) -> Asking<'_, ()> {
        Box::pin(async move {
            match self.link.wire() {
                Wire::Sqlite(wire) => wire.execute(sqlx::raw_sql(sqlite)).await.map(drop),
                Wire::Postgres(wire) => wire.execute(sqlx::raw_sql(postgres)).await.map(drop),
            }
            .map_err(|error| failure::explain(name, &error))
        })
    }

    /// Lets the database parse a statement and find its tables and columns, without running it.
    pub(crate) fn prepare(&mut self, statement: &'static Statement) -> Asking<'_, ()> {
        Box::pin(async move {
            match self.link.wire() {
                Wire::Sqlite(wire) => wire.prepare(statement.sqlite.into_sql_str()).await.map(drop),
                Wire::Postgres(wire) => wire.prepare(statement.postgres.into_sql_str()).await.map(drop),
            }
            .map_err(|error| failure::explain(statement.name, &error))
        })
    }

    /// Ends a transaction for good. A plain connection has nothing to commit.
    pub(crate) fn commit(self, act: &'static str) -> Asking<'static, ()> {
        Box::pin(async move { self.link.commit().await.map_err(|error| self.conflict.explain(act, &error)) })
    }
}

#[cfg(test)]
mod tests;
