//! What runs beside the doors: the duties of the authority, and the one that needs a file of ours.

use super::audit_heads::AuditHeads;
use authority::{
    Authority,
    duties::{Duty, of_imports, of_the_authority},
};
use std::sync::Arc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// All duties of a server.
pub(crate) fn all(heads: Arc<AuditHeads>) -> Vec<Arc<dyn Duty>> {
    let mut duties = of_the_authority();
    duties.push(heads);
    duties
}

/// Starts all duties. Each ends soon after `stop`, between two of its steps.
pub(super) fn start(
    authority: &Authority,
    heads: &Arc<AuditHeads>,
    tracker: &TaskTracker,
    stop: &CancellationToken,
) {
    let duties = all(Arc::clone(heads));
    authority.announce_duties(&duties);
    for duty in duties {
        tracker.spawn(authority.clone().keep_duty(duty, stop.clone()));
    }
}

/// Only imports: what a command needs that works without a server.
pub(crate) async fn run_imports_until(authority: Authority, stop: CancellationToken) {
    authority.keep_duty(of_imports(), stop).await;
}
