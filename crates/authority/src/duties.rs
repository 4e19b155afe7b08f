//! The duties: what the installation does on its own account, one file each, run by one driver ([`driver`]).
//!
//! A duty holds the contexts that it drives. It says its name, how often it runs and in how many processes at once
//! ([`Plan`]); it does one run when the driver asks for it.
//!
//! **Invariant:** each run is safe beside a run of another process: what it writes is claimed or guarded in its own
//! transaction. A lease only saves work.
//!
//! **Invariant:** a duty that fails stops no other one. The log names a failure when it begins and when its words change.
//!
//! To add one: its file here with a [`Plan`], its line in [`Duties::of_the_authority`]; list and metrics follow.

mod at_start;
mod driver;
mod end_superseded;
mod erase_outdated;
mod import_users;
mod keep_progress;
mod make_issuers;
mod note_proofs;
mod notice_contracts;
mod notice_ends;
mod publish_crls;
mod revoke_unsigned;
mod seal_audit;
mod send_mail;
mod standings;
mod suspend_planned;
mod tag_certificates;
mod tell_pickups;
mod watch_clock;

pub use standings::DutyStanding;
pub(crate) use standings::Standings;

use crate::{
    LeafTagKey, Unavailable, core::Core, crl_issuer::CrlIssuer, import::Imports, installation::Installer,
    outbox::Outbox, pins::Pins, proof::CertificateProofs, revocation::Revoker, unavailable::FirstFailure,
    users::People,
};
use domain::time::{SignedDuration, Timestamp};
use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

/// How long one process has a duty that only one does at a time. It is prolonged as long as the run lasts.
pub(crate) const LEASE: SignedDuration = SignedDuration::from_secs(30);

/// What is known of a duty before it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The stable name: in lists, logs, metrics and leases.
    pub name: &'static str,
    /// From the end of a run to the next one, if nothing wakes the duty and no run fails.
    pub period: Duration,
    /// From being woken to the run, so that many events make one run.
    pub gathers: Duration,
    /// Which processes run it.
    pub by: By,
}

/// Which processes run a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Each for itself: it is about the process, or its work is claimed row by row.
    EachProcess,
    /// One at a time for all, under a lease in the database.
    OneProcess,
}

impl By {
    /// The stable name in lists.
    pub fn name(self) -> &'static str {
        match self {
            Self::EachProcess => "each-process",
            Self::OneProcess => "one-process",
        }
    }
}

/// What a run has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Run {
    /// Pieces of work: mails, lists, records.
    pub done: u64,
    /// When there is more to do, if that is known and sooner than the period.
    pub due: Option<Timestamp>,
}

impl Run {
    /// So many pieces of work; the next run comes after the period.
    pub fn of(done: impl TryInto<u64>) -> Self {
        Self { done: done.try_into().unwrap_or(u64::MAX), due: None }
    }
}

/// Work that is done again and again.
#[async_trait::async_trait]
pub trait Duty: Send + Sync {
    /// Its name, pace and place.
    fn plan(&self) -> Plan;

    /// Does what there is to do. It may be dropped at any await: no step but a transaction leaves anything.
    async fn run(&self) -> Result<Run, Unavailable>;

    /// Resolves when there is something to do before the period is over.
    async fn woken(&self) {
        std::future::pending::<()>().await;
    }
}

/// The contexts that duties drive.
#[derive(Clone)]
pub(crate) struct DrivenContexts {
    pub(crate) crl_issuer: CrlIssuer,
    pub(crate) imports: Imports,
    pub(crate) installation: Installer,
    pub(crate) outbox: Outbox,
    pub(crate) pins: Pins,
    pub(crate) people: People,
    pub(crate) proofs: CertificateProofs,
    pub(crate) revocation: Revoker,
    pub(crate) tags: LeafTagKey,
}

/// What duties of one process share, on whatever lane.
#[derive(Clone)]
pub(crate) struct DutyMemory {
    /// Tells this process from others of the installation.
    pub(crate) process: Arc<str>,
    pub(crate) standings: Arc<Standings>,
    /// See [`erase_outdated`].
    pub(crate) log_keeps_erased: Arc<AtomicBool>,
}

/// Makes the duties, and runs them.
#[derive(Clone)]
pub struct Duties {
    core: Core,
    memory: DutyMemory,
    drives: DrivenContexts,
}

impl Duties {
    pub(crate) fn new(core: &Core, memory: &DutyMemory, drives: DrivenContexts) -> Self {
        Self { core: core.clone(), memory: memory.clone(), drives }
    }

    /// The name by which this process holds duties.
    pub fn process(&self) -> &str {
        &self.memory.process
    }

    /// The authority's own duties. A server adds those that need files or sockets.
    pub fn of_the_authority(&self) -> Vec<Arc<dyn Duty>> {
        let DrivenContexts { crl_issuer, imports, outbox, proofs, .. } = self.drives.clone();
        let mut duties = self.every_minute();
        duties.extend([
            Arc::new(send_mail::SendMail(outbox)) as Arc<dyn Duty>,
            Arc::new(publish_crls::PublishCrls(crl_issuer)),
            Arc::new(self.seal_audit()),
            Arc::new(import_users::ImportUsers(imports)),
            Arc::new(note_proofs::NoteProofs(proofs)),
            Arc::new(watch_clock::WatchClock::new(&self.core)),
        ]);
        duties
    }

    /// What puts right, tells or erases, every minute.
    fn every_minute(&self) -> Vec<Arc<dyn Duty>> {
        let (core, installation) = (self.core.clone(), self.drives.installation.clone());
        let log_keeps_erased = Arc::clone(&self.memory.log_keeps_erased);
        vec![
            Arc::new(self.revoke_unsigned()),
            Arc::new(make_issuers::MakeIssuers { core: core.clone(), installation }),
            Arc::new(self.tag_untagged()),
            Arc::new(tell_pickups::TellPickups(core.clone())),
            Arc::new(notice_ends::NoticeEnds(core.clone())),
            Arc::new(notice_contracts::NoticeContracts(core.clone())),
            Arc::new(keep_progress::KeepProgress(core.clone())),
            Arc::new(self.end_superseded()),
            Arc::new(suspend_planned::SuspendPlanned {
                core: core.clone(),
                people: self.drives.people.clone(),
            }),
            Arc::new(erase_outdated::EraseOutdated { core, log_keeps_erased }),
        ]
    }

    fn revoke_unsigned(&self) -> revoke_unsigned::RevokeUnsigned {
        let DrivenContexts { revocation, pins, .. } = self.drives.clone();
        revoke_unsigned::RevokeUnsigned { core: self.core.clone(), revocation, pins }
    }

    fn end_superseded(&self) -> end_superseded::EndSuperseded {
        let revocation = self.drives.revocation.clone();
        end_superseded::EndSuperseded { core: self.core.clone(), revocation }
    }

    fn tag_untagged(&self) -> tag_certificates::TagCertificates {
        tag_certificates::TagCertificates { core: self.core.clone(), key: self.drives.tags.clone() }
    }

    fn seal_audit(&self) -> seal_audit::SealAudit {
        seal_audit::SealAudit { core: self.core.clone(), process: Arc::clone(&self.memory.process) }
    }

    /// A duty that works off imports, for a command that does so without a server.
    pub fn of_imports(&self) -> Arc<dyn Duty> {
        Arc::new(import_users::ImportUsers(self.drives.imports.clone()))
    }

    /// One run, in this process and at once, of every duty that puts right or erases. What cannot be done keeps
    /// nothing else waiting, and is the error at the end.
    pub async fn reconcile(&self) -> Result<(), Unavailable> {
        let mut failure = FirstFailure::default();
        for duty in self.every_minute() {
            failure.note(duty.plan().name, duty.run().await);
        }
        failure.into_result()
    }
}
