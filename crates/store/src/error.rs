//! What can go wrong between a row and its noun, sorted by what the caller can do about it.

use crate::constraint::Constraint;
use domain::refusal::{Problem, Refusal, Refuses};

/// Why the store did not do what it was asked. Nothing of a failed transaction remains.
///
/// Texts name the act or statement, never the values that were bound.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No connection, or it broke: try again later, and tell the operator.
    #[error("{what}: the database cannot be reached: {reason}")]
    Unavailable {
        /// Act or statement.
        what: &'static str,
        /// The database's own words.
        reason: String,
    },
    /// Others held what was needed for too long; the same act may be tried again at once.
    #[error("{what}: the database is busy; try again")]
    Busy {
        /// Act or statement.
        what: &'static str,
    },
    /// The database took longer than any statement may; nothing was written.
    #[error("{what}: the database did not finish in time; try again, and look at what else it does")]
    Late {
        /// Act or statement.
        what: &'static str,
    },
    /// The database can be read and not written.
    #[error("{what}: the database can only be read; make it writable for this account")]
    ReadOnly {
        /// Act or statement.
        what: &'static str,
    },
    /// The database has no room left; nothing was written.
    #[error("{what}: the database's disk is full; make room and try again")]
    Full {
        /// Act or statement.
        what: &'static str,
    },
    /// Such a record exists already, or one that this refers to does not.
    #[error("{what}: {constraint}")]
    Conflict {
        /// Act or statement.
        what: &'static str,
        /// Which rule of the schema refused.
        constraint: Constraint,
    },
    /// A stored value is not what we write: the database was changed by something else.
    #[error("column {column} holds what was never written there: {reason}")]
    Corrupt {
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// Anything else: a mistake of ours or of the schema.
    #[error("{what}: {reason}")]
    Failed {
        /// Act or statement.
        what: &'static str,
        /// The database's own words.
        reason: String,
    },
}

impl Refuses for StoreError {
    fn refusals(&self) -> Vec<Refusal> {
        let problem = match self {
            Self::Busy { .. } => Problem::Busy,
            Self::Unavailable { .. }
            | Self::Late { .. }
            | Self::ReadOnly { .. }
            | Self::Full { .. }
            | Self::Conflict { .. }
            | Self::Corrupt { .. }
            | Self::Failed { .. } => Problem::Unavailable,
        };
        vec![problem.into()]
    }
}

impl StoreError {
    /// The constraint, if the store refused because of one.
    pub fn conflict(&self) -> Option<Constraint> {
        match self {
            Self::Conflict { constraint, .. } => Some(*constraint),
            _ => None,
        }
    }
}
