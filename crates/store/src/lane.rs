//! Lanes: separate connections for callers that must not wait for each other.
//!
//! **Invariant:** no lane takes the connections of another lane, so the status feed and the operator's acts
//! find theirs free under any load from visitors. The sum of all lanes bounds the connections of a process.
//!
//! On SQLite, where one connection writes, a lane waits for it with one act at a time: an act of the operator
//! waits for at most one act of each other lane.

use std::time::Duration;

/// The kind of caller that takes a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lane {
    /// The gate's status feed.
    Feed,
    /// The operator at the machine: the control socket, metrics, readiness.
    Operator,
    /// Acts of people with a certificate: forms of desk, console and portal.
    Acts,
    /// Pages, lists and exports for people with a certificate.
    Pages,
    /// Strangers: the public site and the publication of CRLs.
    Public,
    /// The installation's own duties, and commands that work without a server.
    #[default]
    Duties,
}

/// The limits of a lane.
#[allow(clippy::struct_field_names, reason = "a bound is called by what it is a bound of")]
pub(crate) struct Bounds {
    pub(crate) sqlite_readers: u32,
    pub(crate) postgres_connections: u32,
    /// How long an act waits for a connection before [`crate::StoreError::Busy`].
    pub(crate) wait_max: Duration,
    /// How long a single read waits.
    pub(crate) look_wait_max: Duration,
}

impl Lane {
    pub(crate) const ALL: [Self; 6] =
        [Self::Feed, Self::Operator, Self::Acts, Self::Pages, Self::Public, Self::Duties];

    /// Pages fail fast, because their readers can ask again; an act waits for its turn.
    pub(crate) fn bounds(self) -> Bounds {
        let (sqlite_readers, postgres_connections, act_seconds, look_seconds) = match self {
            Self::Feed => (2, 2, 2, 2),
            Self::Operator => (2, 3, 10, 10),
            Self::Acts => (2, 4, 5, 5),
            Self::Pages => (4, 4, 5, 1),
            Self::Public => (2, 3, 5, 1),
            Self::Duties => (4, 5, 10, 10),
        };
        Bounds {
            sqlite_readers,
            postgres_connections,
            wait_max: Duration::from_secs(act_seconds),
            look_wait_max: Duration::from_secs(look_seconds),
        }
    }
}
