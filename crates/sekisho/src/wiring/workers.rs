//! What runs beside the doors: mail, revocation lists, audit seals, imports, proofs, and putting right
//! what a crash left.
//!
//! **Invariant:** a worker that fails is begun again after a pause; it never takes the server with it.
//! **Invariant:** each ends soon after the one shutdown token, between two pieces of work.

use super::{audit_seals::AuditSeals, clock_watch::watch_clock, proof_queue::ProofQueue};
use authority::{Authority, Unavailable};
use domain::{id::CertificateId, time::Timestamp};
use std::{future::Future, pin::Pin, sync::Arc, time::Duration};
use tokio::time::sleep;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Pause before a failed worker begins again.
const FAILED_PAUSE: Duration = Duration::from_secs(1);
/// How often what a crash left is put right.
const RECONCILE_INTERVAL: Duration = Duration::from_mins(1);
/// How often revocation lists are looked at when nothing was revoked.
const CRL_INTERVAL: Duration = Duration::from_mins(10);
/// Pause after a revocation, so that many at once make one list.
const CRL_GATHERING: Duration = Duration::from_millis(200);
/// How often the outbox is looked at when nobody calls: other nodes post, too.
const MAIL_INTERVAL: Duration = Duration::from_secs(30);
/// How often imports of other nodes, or of a start before, are looked for.
const IMPORT_INTERVAL: Duration = Duration::from_secs(30);

/// Starts all workers.
pub(super) fn start(
    authority: &Authority,
    seals: &Arc<AuditSeals>,
    proofs: &Arc<ProofQueue>,
    tracker: &TaskTracker,
    stop: &CancellationToken,
) {
    let run = |name, work: fn(Authority) -> Work| {
        let authority = authority.clone();
        tracker.spawn(supervised(name, move || work(authority.clone()), stop.clone()));
    };
    run("outbox", |authority| Box::pin(send_mail(authority)));
    run("revocation lists", |authority| Box::pin(publish_crls(authority)));
    run("reconciler", |authority| Box::pin(reconcile(authority)));
    run("imports", |authority| Box::pin(run_imports(authority)));
    run("clock", |authority| Box::pin(watch_clock(authority)));
    let seals = Arc::clone(seals);
    let seal = move || -> Work {
        let seals = Arc::clone(&seals);
        Box::pin(async move { seals.run().await })
    };
    tracker.spawn(supervised("audit seals", seal, stop.clone()));
    let (authority, proofs) = (authority.clone(), Arc::clone(proofs));
    let note = move || -> Work {
        let authority = authority.clone();
        let note = move |certificate| note_proof(authority.clone(), certificate);
        Box::pin(note_proofs(Arc::clone(&proofs), note))
    };
    tracker.spawn(supervised("proofs", note, stop.clone()));
}

/// Only imports: what a command needs that works without a server.
pub(crate) async fn run_imports_until(authority: Authority, stop: CancellationToken) {
    supervised("imports", || Box::pin(run_imports(authority.clone())), stop).await;
}

type Work = Pin<Box<dyn Future<Output = Result<(), Unavailable>> + Send>>;

async fn supervised(name: &'static str, work: impl Fn() -> Work, stop: CancellationToken) {
    loop {
        // A task of its own, so that a panic is an error here.
        let mut task = tokio::spawn(work());
        tokio::select! {
            () = stop.cancelled() => {
                task.abort();
                return;
            }
            ended = &mut task => match ended {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(worker = name, error = &error as &dyn std::error::Error, "begins again"),
                Err(panic) => tracing::error!(worker = name, %panic, "begins again"),
            },
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(FAILED_PAUSE) => {}
        }
    }
}

async fn send_mail(authority: Authority) -> Result<(), Unavailable> {
    loop {
        let due = authority.send_due_mail().await?;
        let pause = due.map_or(MAIL_INTERVAL, |due| until(due, authority.now()).min(MAIL_INTERVAL));
        tokio::select! {
            () = authority.mail_posted() => {}
            () = sleep(pause) => {}
        }
    }
}

/// At least a moment, so that a row that stays due does not spin.
fn until(due: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(due.duration_since(now)).unwrap_or_default().max(Duration::from_millis(20))
}

async fn publish_crls(authority: Authority) -> Result<(), Unavailable> {
    loop {
        authority.publish_due_crls().await?;
        tokio::select! {
            () = authority.crl_due() => sleep(CRL_GATHERING).await,
            () = sleep(CRL_INTERVAL) => {}
        }
    }
}

async fn reconcile(authority: Authority) -> Result<(), Unavailable> {
    loop {
        authority.reconcile().await?;
        sleep(RECONCILE_INTERVAL).await;
    }
}

async fn run_imports(authority: Authority) -> Result<(), Unavailable> {
    loop {
        authority.run_imports().await?;
        tokio::select! {
            () = authority.import_begun() => {}
            () = sleep(IMPORT_INTERVAL) => {}
        }
    }
}

async fn note_proofs<Note>(
    proofs: Arc<ProofQueue>,
    note: impl Fn(CertificateId) -> Note,
) -> Result<(), Unavailable>
where
    Note: Future<Output = Result<(), Unavailable>>,
{
    loop {
        let certificate = proofs.next().await;
        if let Err(error) = note(certificate).await {
            proofs.put_back(certificate);
            return Err(error);
        }
    }
}

async fn note_proof(authority: Authority, id: CertificateId) -> Result<(), Unavailable> {
    let mut reader = authority.store().read().await?;
    let Some(tenant) = reader.status_view().certificate(id).await?.map(|certificate| certificate.tenant)
    else {
        return Ok(());
    };
    let certificate = reader.tenant(tenant).certificate(id).await?;
    drop(reader);
    match certificate {
        Some(certificate) if certificate.proved_at.is_none() => authority.note_proof(tenant, id).await,
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
