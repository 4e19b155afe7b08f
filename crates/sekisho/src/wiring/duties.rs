//! The work beside the doors: the authority's duties, and the duty that needs a file.

use super::audit_heads::AuditHeads;
use authority::duties::{Duties, Duty};
use std::sync::Arc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// All duties of a server.
pub(crate) fn all(duties: &Duties, heads: Arc<AuditHeads>) -> Vec<Arc<dyn Duty>> {
    let mut all = duties.of_the_authority();
    all.push(heads);
    all
}

/// Starts all duties. Each ends soon after `stop`, between two of its steps.
pub(super) fn start(
    duties: &Duties,
    heads: &Arc<AuditHeads>,
    tracker: &TaskTracker,
    stop: &CancellationToken,
) {
    let all = all(duties, Arc::clone(heads));
    duties.announce(&all);
    for duty in all {
        tracker.spawn(duties.clone().keep(duty, stop.clone()));
    }
}

/// Only imports, which a command without a server needs.
pub(crate) async fn run_imports_until(duties: Duties, stop: CancellationToken) {
    let imports = duties.of_imports();
    duties.keep(imports, stop).await;
}
