//! From the acts to this machine's gate: an act that changes who may pass waits until the gate knows.

use async_trait::async_trait;
use authority::Gates;
use domain::status_change::Generation;
use gate::StatusFeed;
use std::sync::{Arc, OnceLock};

/// The gate's status feed, once there is one. Without (at the first start, and when the command line
/// works by itself) there is no gate to wait for.
#[derive(Default)]
pub(super) struct GateLink {
    feed: OnceLock<Arc<StatusFeed>>,
}

impl GateLink {
    /// From now on acts wait for this feed. The first one stays.
    pub(super) fn connect(&self, feed: Arc<StatusFeed>) {
        _ = self.feed.set(feed);
    }
}

#[async_trait]
impl Gates for GateLink {
    async fn applied(&self, generation: Generation) {
        if let Some(feed) = self.feed.get() {
            feed.applied(generation).await;
        }
    }
}
