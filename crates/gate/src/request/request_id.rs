//! Short names of requests, for the phone and for the access log.

use std::sync::atomic::{AtomicU64, Ordering};

/// Numbers requests after a prefix that separates restarts and nodes.
pub(crate) struct RequestIds {
    prefix: String,
    last: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(prefix: String) -> Self {
        Self { prefix, last: AtomicU64::new(0) }
    }

    pub(crate) fn next(&self) -> String {
        let number = self.last.fetch_add(1, Ordering::Relaxed) + 1;
        format!("{}-{number}", self.prefix)
    }
}
