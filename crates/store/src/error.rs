//! Errors between a row and its noun, sorted by what the caller can do about them.

use crate::constraint::Constraint;
use domain::refusal::{Problem, Refusal, Refuses};

/// Why the store did not do what it was asked. A failed transaction leaves nothing.
///
/// `what` names the act or statement; no text shows bound values.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no connection, or it broke: try again later, and inform the operator.
    #[error("{what}: the database cannot be reached: {reason}")]
    Unavailable { what: &'static str, reason: String },
    /// Other transactions held a needed lock for too long; the same act may be tried again at once.
    #[error("{what}: the database is busy; try again")]
    Busy { what: &'static str },
    /// The database took longer than any statement may; nothing was written.
    #[error("{what}: the database did not finish in time; try again, and look at what else it does")]
    Late { what: &'static str },
    /// The database can be read and not written.
    #[error("{what}: the database can only be read; make it writable for this account")]
    ReadOnly { what: &'static str },
    /// The database has no room left; nothing was written.
    #[error("{what}: the database's disk is full; make room and try again")]
    Full { what: &'static str },
    /// Such a record exists already, or the record refers to one that does not exist.
    #[error("{what}: {constraint}")]
    Conflict { what: &'static str, constraint: Constraint },
    /// A stored value is not what this crate writes: something else changed the database.
    #[error("column {column} holds what was never written there: {reason}")]
    Corrupt {
        column: &'static str,
        /// What is wrong with the value.
        reason: String,
    },
    /// Any other error: a defect of this crate or of the schema.
    #[error("{what}: {reason}")]
    Failed { what: &'static str, reason: String },
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
    /// The constraint; `None` if the error is not a conflict.
    pub fn conflict(&self) -> Option<Constraint> {
        match self {
            Self::Conflict { constraint, .. } => Some(*constraint),
            _ => None,
        }
    }
}
