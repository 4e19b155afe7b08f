//! How long the gate waits for a client that does not do its part.

use ground::FORM_WAIT_MAX;
use std::time::Duration;

/// How far a visitor may fall behind with an upload to an application.
const UPLOAD_WAIT_MAX: Duration = Duration::from_mins(1);

/// A connection that begins no request for this long is asked to end; answers under way are finished.
const IDLE_MAX: Duration = Duration::from_mins(2);

/// A connection that was asked to end is ended once its client has taken nothing of its answers for this long.
const STANDSTILL_MAX: Duration = Duration::from_secs(30);

/// A stranger's connection is ended once its client has taken nothing of its answers for this long. Refusals and the public
/// site's pages are small: they fit into the buffers of a network's path, and a phone between two cells comes back sooner.
const STRANGER_STANDSTILL_MAX: Duration = Duration::from_secs(8);

/// The gate's patience with clients; WebSockets are not meant, they may be silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// See [`ground::PacedBody`].
    pub form: Duration,
    /// See [`ground::PacedBody`].
    pub upload: Duration,
    /// Until a connection without a new request is asked to end.
    pub idle: Duration,
    /// Until a connection that was asked to end, and whose client takes nothing of its answers, is ended.
    pub standstill: Duration,
    /// Until a stranger's connection whose client takes nothing of its answers is ended, asked to or not.
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
