//! What is erased is gone from SQLite's files, too.
//!
//! SQLite keeps the bytes of deleted rows in the file until something else is written there, and a copy of each
//! changed page in the write-ahead log. `secure_delete` overwrites the former; the latter is emptied by a checkpoint
//! once nobody reads from it any more. PostgreSQL has its own vacuum, and archives of its log are out of reach: what
//! must vanish there is sealed under a key that vanishes.

use super::{Asking, DatabasePool, failure};
use sqlx::{Connection as _, Executor, Row, SqliteConnection, SqlitePool, sqlite::SqliteConnectOptions};
use std::time::Duration;

/// How long the checkpoint waits for readers. Acts wait behind it, so it rather comes back in a minute.
const CHECKPOINT_PATIENCE: Duration = Duration::from_millis(100);

const OVERWRITE_ERASED: (&str, &str) = ("secure_delete", "ON");
const EMPTY_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";
const WRITE_ANEW: &str = "VACUUM";

/// A writer whose deletions overwrite what they delete.
pub(super) fn overwriting(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.pragma(OVERWRITE_ERASED.0, OVERWRITE_ERASED.1)
}

impl DatabasePool {
    /// Empties SQLite's write-ahead log into the file. `false`: somebody reads from it, so that bytes which were
    /// erased may still stand there; to be tried again.
    pub(crate) fn empty_log(&self) -> Asking<'_, bool> {
        Box::pin(async move {
            match self {
                Self::Sqlite(pools) => empty_log(&pools.write).await,
                Self::Postgres(_) => Ok(true),
            }
            .map_err(|error| failure::explain("empty_log", &error))
        })
    }

    /// Writes SQLite's file anew, without free pages, as long as that may take.
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
    // A connection of its own, because a checkpoint on the writer's would wait with the writer's patience.
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
