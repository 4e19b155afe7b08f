//! From the gate to the record: the first good request of a certificate proves that its import worked.
//!
//! **Invariant:** a proof that could not be noted waits on; the gate tells it once.

use domain::id::CertificateId;
use gate::Proofs;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// Proofs that wait to be noted, at most; further ones are told again with the next request.
const QUEUE_MAX: usize = 1024;

/// Proofs on their way.
#[derive(Default)]
pub(super) struct ProofQueue {
    waiting: Mutex<VecDeque<CertificateId>>,
    grown: Notify,
}

impl ProofQueue {
    /// The one that waits the longest, as soon as there is one. For one taker.
    pub(super) async fn next(&self) -> CertificateId {
        loop {
            if let Some(certificate) = self.waiting().pop_front() {
                return certificate;
            }
            self.grown.notified().await;
        }
    }

    /// Puts back, behind all others, what could not be noted.
    pub(super) fn put_back(&self, certificate: CertificateId) {
        self.waiting().push_back(certificate);
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<CertificateId>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Proofs for ProofQueue {
    fn seen(&self, certificate: CertificateId) -> bool {
        let mut waiting = self.waiting();
        let room = waiting.len() < QUEUE_MAX;
        if room {
            waiting.push_back(certificate);
            self.grown.notify_one();
        }
        room
    }
}
