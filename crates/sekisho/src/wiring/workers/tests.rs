use super::{note_proofs, supervised};
use crate::wiring::proof_queue::ProofQueue;
use authority::Unavailable;
use domain::{
    id::CertificateId,
    time::{Entropy, Timestamp},
};
use gate::Proofs;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use store::StoreError;
use tokio::{sync::Notify, time::timeout};
use tokio_util::sync::CancellationToken;

/// Only a failure takes as long.
const PATIENCE: Duration = Duration::from_secs(30);

fn certificate() -> CertificateId {
    let entropy = crate::wiring::clock::SystemEntropy;
    CertificateId::new(Timestamp::UNIX_EPOCH, &mut *entropy.rng())
}

#[tokio::test]
async fn a_proof_that_could_not_be_noted_is_noted_later_and_a_panic_does_not_end_the_worker() {
    let [unlucky, evil, good] = [certificate(), certificate(), certificate()];
    let (tried, noted) = (Arc::<Mutex<Vec<CertificateId>>>::default(), Arc::new(Notify::new()));
    let proofs = Arc::new(ProofQueue::default());
    for certificate in [unlucky, evil, good] {
        assert!(proofs.seen(certificate));
    }
    let note = {
        let (tried, noted) = (Arc::clone(&tried), Arc::clone(&noted));
        move |certificate| {
            let (tried, noted) = (Arc::clone(&tried), Arc::clone(&noted));
            async move {
                let again = tried.lock().expect("whole").contains(&certificate);
                tried.lock().expect("whole").push(certificate);
                assert!(certificate != evil, "a mistake of ours");
                if certificate == unlucky && !again {
                    return Err(Unavailable::from(StoreError::Busy { what: "note_proof" }));
                }
                if certificate == unlucky {
                    noted.notify_one();
                }
                Ok(())
            }
        }
    };
    let stop = CancellationToken::new();
    let work = move || -> super::Work { Box::pin(note_proofs(Arc::clone(&proofs), note.clone())) };
    let worker = tokio::spawn(supervised("proofs", work, stop.clone()));
    timeout(PATIENCE, noted.notified()).await.expect("noted later");
    assert_eq!(*tried.lock().expect("whole"), [unlucky, evil, good, unlucky]);
    stop.cancel();
    worker.await.expect("it ends");
}
