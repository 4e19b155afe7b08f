//! Cuts the connections that time alone ends: by validity, contracts, and the freshness of the view itself.
//!
//! **Invariant:** a sweep waits for nothing but its own timer. A source that does not answer delays no cut.

use crate::{connection::Connections, status::View};
use domain::time::Clock;
use std::{sync::Arc, time::Duration};

/// How often every open connection is judged anew. A visitor who may not pass any more is cut within a second.
const SWEEP_INTERVAL: Duration = Duration::from_millis(500);

/// What a sweep reads.
pub(super) struct Sweep {
    pub(super) view: Arc<View>,
    pub(super) connections: Arc<Connections>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Sweep {
    /// Sweeps until the future is dropped.
    pub(super) async fn run(self) {
        loop {
            tokio::time::sleep(SWEEP_INTERVAL).await;
            let now = self.clock.now();
            self.connections.cut_refused(&self.view, now);
            self.view.measure(now);
        }
    }
}
