//! The schema's versions: a folder of SQL for each database, applied in order, each in a transaction.
//!
//! **Invariant:** a released migration is never edited; the next one expands the schema, and a later
//! one contracts it, so that the previous release runs on the new schema.

use crate::{
    backend::{DatabaseConnection, DatabasePool, statements, values},
    error::StoreError,
    lane::Lane,
};
use domain::time::Timestamp;

struct Migration {
    version: i64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// Before this version, erased bytes stayed in the free pages of SQLite's file.
const PAGES_CLEANED: i64 = 7;

/// All versions in order.
static MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "0001_story",
        sqlite: include_str!("../migrations/sqlite/0001_story.sql"),
        postgres: include_str!("../migrations/postgres/0001_story.sql"),
    },
    Migration {
        version: 2,
        name: "0002_hand_overs_and_stops",
        sqlite: include_str!("../migrations/sqlite/0002_hand_overs_and_stops.sql"),
        postgres: include_str!("../migrations/postgres/0002_hand_overs_and_stops.sql"),
    },
    Migration {
        version: 3,
        name: "0003_mails_that_end",
        sqlite: include_str!("../migrations/sqlite/0003_mails_that_end.sql"),
        postgres: include_str!("../migrations/postgres/0003_mails_that_end.sql"),
    },
    Migration {
        version: 4,
        name: "0004_mails_in_turns",
        sqlite: include_str!("../migrations/sqlite/0004_mails_in_turns.sql"),
        postgres: include_str!("../migrations/postgres/0004_mails_in_turns.sql"),
    },
    Migration {
        version: 5,
        name: "0005_pickups_told_together",
        sqlite: include_str!("../migrations/sqlite/0005_pickups_told_together.sql"),
        postgres: include_str!("../migrations/postgres/0005_pickups_told_together.sql"),
    },
    Migration {
        version: 6,
        name: "0006_pickups_under_their_token",
        sqlite: include_str!("../migrations/sqlite/0006_pickups_under_their_token.sql"),
        postgres: include_str!("../migrations/postgres/0006_pickups_under_their_token.sql"),
    },
    Migration {
        version: PAGES_CLEANED,
        name: "0007_pages_cleaned",
        sqlite: include_str!("../migrations/sqlite/0007_pages_cleaned.sql"),
        postgres: include_str!("../migrations/postgres/0007_pages_cleaned.sql"),
    },
    Migration {
        version: 8,
        name: "0008_proved_addresses",
        sqlite: include_str!("../migrations/sqlite/0008_proved_addresses.sql"),
        postgres: include_str!("../migrations/postgres/0008_proved_addresses.sql"),
    },
    Migration {
        version: 10,
        name: "0010_leaf_tags",
        sqlite: include_str!("../migrations/sqlite/0010_leaf_tags.sql"),
        postgres: include_str!("../migrations/postgres/0010_leaf_tags.sql"),
    },
    Migration {
        version: 11,
        name: "0011_duty_runs",
        sqlite: include_str!("../migrations/sqlite/0011_duty_runs.sql"),
        postgres: include_str!("../migrations/postgres/0011_duty_runs.sql"),
    },
    Migration {
        version: 12,
        name: "0012_pickup_makings",
        sqlite: include_str!("../migrations/sqlite/0012_pickup_makings.sql"),
        postgres: include_str!("../migrations/postgres/0012_pickup_makings.sql"),
    },
    Migration {
        version: 13,
        name: "0013_kept_progress",
        sqlite: include_str!("../migrations/sqlite/0013_kept_progress.sql"),
        postgres: include_str!("../migrations/postgres/0013_kept_progress.sql"),
    },
    Migration {
        version: 14,
        name: "0014_imports_again",
        sqlite: include_str!("../migrations/sqlite/0014_imports_again.sql"),
        postgres: include_str!("../migrations/postgres/0014_imports_again.sql"),
    },
    Migration {
        version: 15,
        name: "0015_portal_codes",
        sqlite: include_str!("../migrations/sqlite/0015_portal_codes.sql"),
        postgres: include_str!("../migrations/postgres/0015_portal_codes.sql"),
    },
    Migration {
        version: 16,
        name: "0016_people_in_order",
        sqlite: include_str!("../migrations/sqlite/0016_people_in_order.sql"),
        postgres: include_str!("../migrations/postgres/0016_people_in_order.sql"),
    },
    Migration {
        version: 17,
        name: "0017_how_people_were_invited",
        sqlite: include_str!("../migrations/sqlite/0017_how_people_were_invited.sql"),
        postgres: include_str!("../migrations/postgres/0017_how_people_were_invited.sql"),
    },
    Migration {
        version: 18,
        name: "0018_device_lines",
        sqlite: include_str!("../migrations/sqlite/0018_device_lines.sql"),
        postgres: include_str!("../migrations/postgres/0018_device_lines.sql"),
    },
    Migration {
        version: 19,
        name: "0019_notices_of_ends",
        sqlite: include_str!("../migrations/sqlite/0019_notices_of_ends.sql"),
        postgres: include_str!("../migrations/postgres/0019_notices_of_ends.sql"),
    },
    Migration {
        version: 20,
        name: "0020_pins_shown",
        sqlite: include_str!("../migrations/sqlite/0020_pins_shown.sql"),
        postgres: include_str!("../migrations/postgres/0020_pins_shown.sql"),
    },
    Migration {
        version: 22,
        name: "0022_people_who_leave",
        sqlite: include_str!("../migrations/sqlite/0022_people_who_leave.sql"),
        postgres: include_str!("../migrations/postgres/0022_people_who_leave.sql"),
    },
    Migration {
        version: 25,
        name: "0025_profile_signers",
        sqlite: include_str!("../migrations/sqlite/0025_profile_signers.sql"),
        postgres: include_str!("../migrations/postgres/0025_profile_signers.sql"),
    },
];

const CREATE_SCHEMA_VERSION_SQLITE: &str = "CREATE TABLE IF NOT EXISTS schema_version (
    version INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT";
const CREATE_SCHEMA_VERSION_POSTGRES: &str = "CREATE TABLE IF NOT EXISTS schema_version (
    version BIGINT PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";

/// SQLite's writer has no limits.
const NO_LIMITS_SQLITE: &str = "";
const NO_LIMITS_POSTGRES: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0";

statements! {
    // Two processes that start together migrate one after the other. SQLite's writer is always alone.
    LOCK = per_backend("SELECT 1", "SELECT pg_advisory_xact_lock(7305103921)");
    KNOWN = shared("SELECT COUNT(*) AS count FROM schema_version WHERE version = $1");
    OLDEST_APPLIED = shared("SELECT MIN(applied_at) AS applied_at FROM schema_version");
    INSERT = shared("INSERT INTO schema_version (version, name, applied_at) VALUES ($1, $2, $3)");
}

/// A migration may take long, for example for an index over millions of rows, and waits for another process's
/// migration; the limits of [`crate::backend`] are for acts.
async fn begin_unhurried(pool: &DatabasePool, name: &'static str) -> Result<DatabaseConnection, StoreError> {
    let mut connection = pool.begin(Lane::Duties, name).await?;
    connection.execute_script(name, NO_LIMITS_SQLITE, NO_LIMITS_POSTGRES).await?;
    Ok(connection)
}

/// Brings the schema up to this binary's version; returns the number of applied migrations.
pub(crate) async fn migrate(pool: &DatabasePool, now: Timestamp) -> Result<usize, StoreError> {
    let mut connection = begin_unhurried(pool, "migrate").await?;
    connection.row(&LOCK, values![]).await?;
    connection
        .execute_script("schema_version", CREATE_SCHEMA_VERSION_SQLITE, CREATE_SCHEMA_VERSION_POSTGRES)
        .await?;
    connection.commit("migrate").await?;
    let mut applied = 0;
    for migration in MIGRATIONS {
        if migration.version == PAGES_CLEANED {
            clean_pages(pool, now).await?;
        }
        let connection = begin_unhurried(pool, migration.name).await?;
        applied += usize::from(apply(connection, migration, now).await?);
    }
    Ok(applied)
}

/// Writes a file anew that an earlier release has used. This runs before the version is noted, so that a
/// crash in between repeats it.
async fn clean_pages(pool: &DatabasePool, now: Timestamp) -> Result<(), StoreError> {
    let mut connection = pool.read(Lane::Duties).await?;
    let is_done = connection.count(&KNOWN, values![PAGES_CLEANED]).await? > 0;
    let oldest = connection.row(&OLDEST_APPLIED, values![]).await?;
    let oldest = oldest.map(|row| row.optional_time("applied_at")).transpose()?.flatten();
    drop(connection);
    if is_done || oldest == Some(now) {
        return Ok(());
    }
    tracing::info!("writing the database's file anew, so that nothing erased stays in it");
    pool.write_anew().await
}

async fn apply(
    mut connection: DatabaseConnection,
    migration: &Migration,
    now: Timestamp,
) -> Result<bool, StoreError> {
    connection.row(&LOCK, values![]).await?;
    if connection.count(&KNOWN, values![migration.version]).await? > 0 {
        return Ok(false);
    }
    connection.execute_script(migration.name, migration.sqlite, migration.postgres).await?;
    connection.execute(&INSERT, values![migration.version, migration.name, now]).await?;
    connection.commit(migration.name).await?;
    tracing::info!(version = migration.version, name = migration.name, "migrated the database");
    Ok(true)
}

#[cfg(test)]
mod tests;
