//! From the acts to this machine's gate: an act that changes who may pass waits until the gate has applied it.

use async_trait::async_trait;
use authority::Gates;
use domain::status_change::Generation;
use gate::StatusFeed;
use std::sync::{Arc, OnceLock};

/// The gate's status feed, once there is one. At the first start, and for a command without a server, there
/// is no gate to wait for.
#[derive(Default)]
pub(super) struct GateLink {
    feed: OnceLock<Arc<StatusFeed>>,
}

impl GateLink {
    /// Connects the feed that acts wait for. The first feed stays.
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
