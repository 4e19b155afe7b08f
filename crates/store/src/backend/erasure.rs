//! Removes erased bytes from SQLite's files, too.
//!
//! SQLite keeps the bytes of deleted rows in the file until new data replaces them, and a copy of each
//! changed page in the write-ahead log. `secure_delete` overwrites the bytes in the file; a checkpoint
//! empties the log once no connection reads from it. PostgreSQL has its own vacuum, and archives of its log
//! are out of reach: secrets that must vanish there are sealed under a key that vanishes.

use super::{Asking, DatabasePool, failure};
use sqlx::{Connection as _, Executor, Row, SqliteConnection, SqlitePool, sqlite::SqliteConnectOptions};
use std::time::Duration;

/// How long the checkpoint waits for readers. Acts wait behind the checkpoint, so it gives up early and runs
/// again a minute later.
const CHECKPOINT_PATIENCE: Duration = Duration::from_millis(100);

const OVERWRITE_ERASED: (&str, &str) = ("secure_delete", "ON");
const EMPTY_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
const WRITE_ANEW: &str = "VACUUM";

/// A writer whose deletions overwrite what they delete.
pub(super) fn overwriting(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.pragma(OVERWRITE_ERASED.0, OVERWRITE_ERASED.1)
}

impl DatabasePool {
    /// Empties SQLite's write-ahead log into the file. `false` if a connection still reads from the log:
    /// erased bytes may remain, and the caller tries again.
    pub(crate) fn empty_log(&self) -> Asking<'_, bool> {
        Box::pin(async move {
            match self {
                Self::Sqlite(pools) => empty_log(&pools.write).await,
                Self::Postgres(_) => Ok(true),
            }
            .map_err(|error| failure::explain("empty_log", &error))
        })
    }

    /// Writes SQLite's file anew, without free pages, however long this takes.
    pub(crate) fn write_anew(&self) -> Asking<'_, ()> {
        Box::pin(async move {
            match self {
                Self::Sqlite(pools) => write_anew(&pools.write).await,
                Self::Postgres(_) => Ok(()),
            }
            .map_err(|error| failure::explain("write_anew", &error))
        })
    }
}

async fn empty_log(write: &SqlitePool) -> Result<bool, sqlx::Error> {
    // A connection of its own: on the writer's connection the checkpoint would wait as long as the writer does.
    let options = write.connect_options().as_ref().clone().busy_timeout(CHECKPOINT_PATIENCE);
    let mut connection = SqliteConnection::connect_with(&options.create_if_missing(false)).await?;
    let row = connection.fetch_one(EMPTY_LOG).await?;
    let is_busy: i64 = row.try_get(0)?;
    connection.close().await?;
    Ok(is_busy == 0)
}

async fn write_anew(write: &SqlitePool) -> Result<(), sqlx::Error> {
    let mut connection = write.acquire().await?;
    connection.execute(WRITE_ANEW).await?;
    connection.execute(EMPTY_LOG).await?;
    Ok(())
}
