//! The proof that an import into a device worked: the gate has seen the certificate. A duty notes it
//! ([`crate::duties`]).
//!
//! **Invariant:** a proof that could not be noted waits on; the gate tells it once.

use crate::{Unavailable, core::Core, unavailable::FirstFailure};
use domain::{
    id::{CertificateId, TenantId},
    renewal,
};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::Notify;

/// Proofs that wait to be noted, at most; the gate reports further ones again at the next request.
const QUEUE_MAX: usize = 1024;

/// Proofs on their way.
#[derive(Default)]
pub(crate) struct ProofQueue {
    waiting: Mutex<VecDeque<CertificateId>>,
    grown: Notify,
}

impl ProofQueue {
    fn waiting(&self) -> MutexGuard<'_, VecDeque<CertificateId>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes proofs from the gate, and notes them.
#[derive(Clone)]
pub struct CertificateProofs {
    core: Core,
    queue: Arc<ProofQueue>,
}

impl CertificateProofs {
    pub(crate) fn new(core: &Core, queue: &Arc<ProofQueue>) -> Self {
        Self { core: core.clone(), queue: Arc::clone(queue) }
    }

    /// The gate has seen a certificate; `false`: there is no room, tell it again.
    pub fn certificate_seen(&self, certificate: CertificateId) -> bool {
        let mut waiting = self.queue.waiting();
        let room = waiting.len() < QUEUE_MAX;
        if room {
            waiting.push_back(certificate);
            self.queue.grown.notify_one();
        }
        room
    }

    /// Resolves when the gate has seen one more.
    pub(crate) async fn grown(&self) {
        self.queue.grown.notified().await;
    }

    /// Tries to note each proof that waits now, once; how many were noted.
    pub(crate) async fn note_waiting(&self) -> Result<u64, Unavailable> {
        let (mut noted, mut failure) = (0, FirstFailure::default());
        let tries = self.queue.waiting().len();
        for _ in 0..tries {
            let Some(certificate) = self.queue.waiting().pop_front() else { break };
            match failure.note(certificate, self.note_seen(certificate).await) {
                Some(()) => noted += 1,
                None => self.queue.waiting().push_back(certificate),
            }
        }
        failure.into_result().map(|()| noted)
    }

    async fn note_seen(&self, id: CertificateId) -> Result<(), Unavailable> {
        let mut reader = self.core.read().await?;
        let Some(seen) = reader.status_view().certificate(id).await? else { return Ok(()) };
        let certificate = reader.tenant(seen.tenant).certificate(id).await?;
        drop(reader);
        match certificate {
            Some(certificate) if certificate.proved_at.is_none() => self.note_proof(seen.tenant, id).await,
            _ => Ok(()),
        }
    }

    /// Notes that the gate has seen this certificate for the first time: those that it has superseded end after the
    /// policy's grace. Noting it again does nothing.
    pub async fn note_proof(&self, tenant: TenantId, certificate: CertificateId) -> Result<(), Unavailable> {
        let noted = self.core.upkeep("prove_certificate", |work| async move {
            let mut work = work.in_tenant::<Unavailable>(tenant).await?;
            let now = work.now;
            if work.records().prove_certificate(certificate, now).await? {
                let ends_at = renewal::grace_until(&work.tenant.policy, now);
                let _superseded = work.records().end_superseded_by(certificate, ends_at).await?;
            }
            Ok(work.kept(()))
        });
        noted.await
    }
}
