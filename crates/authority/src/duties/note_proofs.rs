//! Notes which certificates the gate has seen for the first time: the proof that the import into a device worked.
//!
//! **Invariant:** a proof that could not be noted waits on; the gate tells it once.

use super::{By, Duty, Plan, Run};
use crate::{Authority, Unavailable, unavailable::FirstFailure};
use domain::id::CertificateId;
use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
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

pub(super) struct NoteProofs;

#[async_trait::async_trait]
impl Duty for NoteProofs {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "note-proofs", period, gathers, by: By::EachProcess }
    }

    /// Each that waits now is tried once.
    async fn run(&self, authority: &Authority) -> Result<Run, Unavailable> {
        let queue = &authority.inner.proofs;
        let (mut noted, mut failure) = (0_u64, FirstFailure::default());
        let tries = queue.waiting().len();
        for _ in 0..tries {
            let Some(certificate) = queue.waiting().pop_front() else { break };
            match failure.note(certificate, authority.note_seen(certificate).await) {
                Some(()) => noted += 1,
                None => queue.waiting().push_back(certificate),
            }
        }
        failure.into_result().map(|()| Run::of(noted))
    }

    async fn woken(&self, authority: &Authority) {
        authority.inner.proofs.grown.notified().await;
    }
}

impl Authority {
    /// The gate has seen a certificate; `false`: there is no room, tell it again.
    pub fn certificate_seen(&self, certificate: CertificateId) -> bool {
        let queue = &self.inner.proofs;
        let mut waiting = queue.waiting();
        let room = waiting.len() < QUEUE_MAX;
        if room {
            waiting.push_back(certificate);
            queue.grown.notify_one();
        }
        room
    }

    async fn note_seen(&self, id: CertificateId) -> Result<(), Unavailable> {
        let mut reader = self.store().read().await?;
        let Some(seen) = reader.status_view().certificate(id).await? else { return Ok(()) };
        let certificate = reader.tenant(seen.tenant).certificate(id).await?;
        drop(reader);
        match certificate {
            Some(certificate) if certificate.proved_at.is_none() => self.note_proof(seen.tenant, id).await,
            _ => Ok(()),
        }
    }
}
