//! Ending the gate: no new connections, polite goodbyes, then the end.

use std::time::Duration;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long open connections may take to finish when a server ends.
pub const DRAIN_MAX: Duration = Duration::from_secs(10);

/// What every connection and tunnel of one serving runs under.
#[derive(Clone, Default)]
pub(crate) struct Drain {
    /// Cancelled first: finish what is under way.
    pub(crate) finish: CancellationToken,
    /// Cancelled last: stop.
    pub(crate) stop: CancellationToken,
    /// Every connection and tunnel.
    pub(crate) tasks: TaskTracker,
}

impl Drain {
    /// Waits for all of them to finish, then ends what is left.
    pub(crate) async fn drained(self) {
        self.finish.cancel();
        self.tasks.close();
        if tokio::time::timeout(DRAIN_MAX, self.tasks.wait()).await.is_err() {
            tracing::warn!(open = self.tasks.len(), "connections cut at the end of the drain");
        }
        self.stop.cancel();
        self.tasks.wait().await;
    }
}
