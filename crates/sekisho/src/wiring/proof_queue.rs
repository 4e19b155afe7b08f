//! From the gate to the record: the first good request of a certificate proves that its import worked.

use domain::{id::CertificateId, time::Timestamp};
use gate::Proofs;
use tokio::sync::mpsc;

/// Proofs that wait to be noted, at most; further ones are told again later.
const QUEUE_MAX: usize = 1024;

/// The gate's end.
pub(super) struct ProofSender(mpsc::Sender<(CertificateId, Timestamp)>);

/// The end that notes.
pub(super) type ProofReceiver = mpsc::Receiver<(CertificateId, Timestamp)>;

/// A new queue.
pub(super) fn proof_queue() -> (ProofSender, ProofReceiver) {
    let (sender, receiver) = mpsc::channel(QUEUE_MAX);
    (ProofSender(sender), receiver)
}

impl Proofs for ProofSender {
    fn seen(&self, certificate: CertificateId, at: Timestamp) {
        if self.0.try_send((certificate, at)).is_err() {
            tracing::warn!(%certificate, "proof queue is full");
        }
    }
}
