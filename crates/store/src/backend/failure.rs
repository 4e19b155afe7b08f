//! What a database's error means to a caller.

use crate::{constraint::Constraint, error::StoreError};
use sqlx::error::{DatabaseError, ErrorKind};

/// Names what failed (an act or a statement) and sorts the error by what the caller can do about it.
pub(super) fn explain(what: &'static str, error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(database) => explain_database(what, database.as_ref()),
        sqlx::Error::PoolTimedOut => StoreError::Busy { what },
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Configuration(_) => StoreError::Unavailable { what, reason: error.to_string() },
        _ => StoreError::Failed { what, reason: error.to_string() },
    }
}

/// Whether the database undid a transaction because of a conflict with another one, so that the transaction
/// may run again from its start. PostgreSQL: serialization_failure and deadlock_detected; SQLite:
/// SQLITE_BUSY, SQLITE_LOCKED.
pub(super) fn is_conflict(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else { return false };
    let code = error.code().unwrap_or_default();
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        sqlite_meaning(code.parse().unwrap_or_default()) == Meaning::Busy
    } else {
        matches!(&*code, "40001" | "40P01")
    }
}

fn explain_database(what: &'static str, error: &dyn DatabaseError) -> StoreError {
    match error.kind() {
        ErrorKind::UniqueViolation => {
            let name = error.constraint().unwrap_or_else(|| error.message());
            return StoreError::Conflict { what, constraint: Constraint::from_database(name) };
        }
        ErrorKind::ForeignKeyViolation => {
            return StoreError::Conflict { what, constraint: Constraint::Reference };
        }
        _ => {}
    }
    let reason = error.message().to_owned();
    let code = error.code().unwrap_or_default();
    let meaning = if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        sqlite_meaning(code.parse().unwrap_or_default())
    } else {
        postgres_meaning(&code)
    };
    match meaning {
        Meaning::Busy => StoreError::Busy { what },
        Meaning::Full => StoreError::Full { what },
        Meaning::ReadOnly => StoreError::ReadOnly { what },
        Meaning::Late => StoreError::Late { what },
        Meaning::Unavailable => StoreError::Unavailable { what, reason },
        Meaning::Other => StoreError::Failed { what, reason },
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    Busy,
    Full,
    ReadOnly,
    Late,
    Unavailable,
    Other,
}

/// Reads SQLite's primary result code, the low byte of the extended one (sqlite.org/rescode.html).
fn sqlite_meaning(extended_code: i32) -> Meaning {
    match extended_code & 0xff {
        5 | 6 => Meaning::Busy,               // SQLITE_BUSY, SQLITE_LOCKED
        13 => Meaning::Full,                  // SQLITE_FULL
        8 => Meaning::ReadOnly,               // SQLITE_READONLY
        10 | 14 | 26 => Meaning::Unavailable, // SQLITE_IOERR, _CANTOPEN, _NOTADB
        _ => Meaning::Other,
    }
}

/// Reads the SQLSTATE (PostgreSQL manual, appendix A).
fn postgres_meaning(sqlstate: &str) -> Meaning {
    match sqlstate {
        // serialization_failure, deadlock_detected, lock_not_available
        "40001" | "40P01" | "55P03" => Meaning::Busy,
        // query_canceled: after statement_timeout, for any reason of the delay
        "57014" => Meaning::Late,
        // read_only_sql_transaction: a standby, or default_transaction_read_only
        "25006" => Meaning::ReadOnly,
        "53100" => Meaning::Full,
        _ if ["08", "28", "3D", "53", "57", "58"].iter().any(|class| sqlstate.starts_with(class)) => {
            Meaning::Unavailable
        }
        _ => Meaning::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_lock_are_told_apart_on_both_databases() {
        assert_eq!((sqlite_meaning(13), postgres_meaning("53100")), (Meaning::Full, Meaning::Full));
        assert_eq!((sqlite_meaning(261), postgres_meaning("40P01")), (Meaning::Busy, Meaning::Busy));
    }

    #[test]
    fn busy_is_said_of_nothing_but_locks_and_connections_in_use() {
        assert_eq!((sqlite_meaning(8), postgres_meaning("25006")), (Meaning::ReadOnly, Meaning::ReadOnly));
        assert_eq!(postgres_meaning("57014"), Meaning::Late);
        // Disk trouble, a file that is no database or cannot be opened, a server that starts or shuts down.
        for code in [10, 266, 778, 14, 26] {
            assert_eq!(sqlite_meaning(code), Meaning::Unavailable, "{code}");
        }
        for state in ["08006", "28P01", "3D000", "53300", "57P01", "57P03", "58030"] {
            assert_eq!(postgres_meaning(state), Meaning::Unavailable, "{state}");
        }
    }

    #[test]
    fn a_lost_connection_is_unavailable_and_a_bad_statement_is_not() {
        assert_eq!(postgres_meaning("57P01"), Meaning::Unavailable);
        assert_eq!(postgres_meaning("42P01"), Meaning::Other);
        assert_eq!(sqlite_meaning(1), Meaning::Other);
    }
}
