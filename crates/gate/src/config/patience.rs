//! How long the gate waits for a client.

use ground::FORM_WAIT_MAX;
use std::time::Duration;

/// How far a visitor may fall behind with an upload to an application.
const UPLOAD_WAIT_MAX: Duration = Duration::from_mins(1);

/// A connection that begins no request for this long is asked to end; answers under way are finished.
const IDLE_MAX: Duration = Duration::from_mins(2);

/// A connection that was asked to end is closed once its client has read nothing of its answers for this long.
const STANDSTILL_MAX: Duration = Duration::from_secs(30);

/// A stranger's connection is closed once its client has read nothing of its answers for this long. Refusals
/// and pages of the public site are small: they fit into the network's buffers, and a phone between two cells
/// returns sooner.
const STRANGER_STANDSTILL_MAX: Duration = Duration::from_secs(8);

/// The gate's patience with clients. WebSockets may be silent and are exempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For a form to a page of Sekisho; see [`ground::PacedBody`].
    pub form: Duration,
    /// For an upload to an application; see [`ground::PacedBody`].
    pub upload: Duration,
    /// Until a connection without a new request is asked to end.
    pub idle: Duration,
    /// Until a connection that was asked to end is closed, if its client reads nothing of its answers.
    pub standstill: Duration,
    /// Until a stranger's connection is closed, if its client reads nothing of its answers, whether it was
    /// asked to end or not.
    pub stranger_standstill: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            form: FORM_WAIT_MAX,
            upload: UPLOAD_WAIT_MAX,
            idle: IDLE_MAX,
            standstill: STANDSTILL_MAX,
            stranger_standstill: STRANGER_STANDSTILL_MAX,
        }
    }
}
