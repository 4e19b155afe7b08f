//! The view: every record in memory, and when it was last known to be complete.

use super::{
    certificates::{Certificates, FoundCertificate},
    record::{RecordChange, RecordChanges, Snapshot, TaggedCertificate, UserRecord},
    topology::Topology,
    users::Users,
};
use crate::meters;
use arc_swap::ArcSwap;
use domain::{
    certificate::LeafTag,
    host_name::HostName,
    permit::CertificateFacts,
    status_change::Generation,
    time::{SignedDuration, Timestamp},
};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

/// The greatest age of the last good read of the source; beyond it nobody passes.
pub const STALENESS_LIMIT: SignedDuration = SignedDuration::from_secs(60);

/// The value of [`View::confirmed_at`] for "never".
const NEVER: i64 = i64::MIN;

/// The gate's knowledge. Every request reads it, one [`crate::StatusFeed`] writes it.
pub struct View {
    topology: ArcSwap<Topology>,
    certificates: Certificates,
    users: Users,
    generation: AtomicI64,
    /// Milliseconds since 1970, or [`NEVER`].
    confirmed_at: AtomicI64,
    staleness_limit: SignedDuration,
}

/// The records that a batch of changes touched, to find the connections that it may shut out.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// The touched certificates.
    pub(crate) certificates: Vec<LeafTag>,
    /// Whether a user, tenant, issuer or site changed, so that any connection may be affected.
    pub(crate) others: bool,
}

impl View {
    /// An empty view: until the first [`View::load`] nobody passes.
    pub fn new(staleness_limit: SignedDuration) -> Self {
        Self {
            topology: ArcSwap::from_pointee(Topology::default()),
            certificates: Certificates::new(),
            users: Users::new(),
            generation: AtomicI64::new(0),
            confirmed_at: AtomicI64::new(NEVER),
            staleness_limit,
        }
    }

    /// Whether a site of this name is on record, in any state of its tenant. Reads memory only.
    pub fn has_site(&self, host: &HostName) -> bool {
        self.topology.load().site(host).is_some()
    }

    /// Takes all records from a snapshot whose reading began at `read_at`.
    pub fn load(&self, snapshot: Snapshot, read_at: Timestamp) {
        self.certificates.reset(snapshot.certificates.len());
        self.users.clear();
        let (before, mut topology) = (self.topology(), Topology::default());
        for tenant in snapshot.tenants {
            topology.put_tenant(tenant);
        }
        for issuer in &snapshot.issuers {
            topology.put_issuer(issuer);
        }
        for site in snapshot.sites {
            topology.put_site(site, &before);
        }
        for user in snapshot.users {
            self.put_user(user);
        }
        for certificate in snapshot.certificates {
            self.put_certificate(&certificate);
        }
        self.replace_topology(topology, &before);
        self.generation.fetch_max(snapshot.generation, Ordering::Release);
        self.confirmed_at.store(read_at.as_millisecond(), Ordering::Release);
    }

    /// Applies changes whose reading began at `read_at`. Only a complete answer makes the view fresh: a
    /// bounded answer may have left out a revocation.
    pub fn apply(&self, changes: RecordChanges, read_at: Timestamp) {
        self.apply_touching(changes, read_at);
    }

    pub(crate) fn apply_touching(&self, changes: RecordChanges, read_at: Timestamp) -> Touched {
        let mut touched = Touched::default();
        let mut topology: Option<Topology> = None;
        let before = self.topology();
        let mut changed = || before.as_ref().clone();
        for record in changes.records {
            touched.others |= !matches!(record, RecordChange::Certificate(_));
            match record {
                RecordChange::Certificate(certificate) => {
                    self.put_certificate(&certificate);
                    touched.certificates.push(certificate.tag);
                }
                RecordChange::User(user) => self.put_user(user),
                RecordChange::Tenant(tenant) => topology.get_or_insert_with(&mut changed).put_tenant(tenant),
                RecordChange::Issuer(issuer) => topology.get_or_insert_with(&mut changed).put_issuer(&issuer),
                RecordChange::Site(site) => {
                    topology.get_or_insert_with(&mut changed).put_site(site, &before);
                }
            }
        }
        if let Some(topology) = topology {
            self.replace_topology(topology, &before);
        }
        self.generation.fetch_max(changes.upto, Ordering::Release);
        if changes.is_complete {
            self.confirmed_at.store(read_at.as_millisecond(), Ordering::Release);
        }
        touched
    }

    fn replace_topology(&self, topology: Topology, before: &Topology) {
        let topology = Arc::new(topology);
        self.topology.store(Arc::clone(&topology));
        topology.retire_applications_of(before);
    }

    fn put_user(&self, record: UserRecord) {
        self.users.put(record.facts, record.since);
    }

    fn put_certificate(&self, record: &TaggedCertificate) {
        let Some(user) = self.users.place(record.user) else { return };
        let found = FoundCertificate { id: record.id, user, status: record.status, since: record.since };
        self.certificates.put(record.tag, found);
    }

    /// No change up to this generation is missing.
    pub fn generation(&self) -> Generation {
        self.generation.load(Ordering::Acquire)
    }

    /// Whether a snapshot has been loaded.
    pub fn is_loaded(&self) -> bool {
        self.confirmed_at.load(Ordering::Acquire) != NEVER
    }

    /// Whether the view is complete, and its last good read within the staleness limit.
    pub fn is_fresh(&self, now: Timestamp) -> bool {
        let confirmed_at = self.confirmed_at.load(Ordering::Acquire);
        let limit = i64::try_from(self.staleness_limit.as_millis()).unwrap_or(i64::MAX);
        // A clock that was set back must not keep an old view fresh until the old time comes again.
        confirmed_at != NEVER && now.as_millisecond().saturating_sub(confirmed_at).saturating_abs() <= limit
    }

    pub(crate) fn topology(&self) -> Arc<Topology> {
        self.topology.load_full()
    }

    /// Since when a certificate's status holds, if that is on record.
    pub(crate) fn status_since(&self, tag: LeafTag) -> Option<Timestamp> {
        self.certificates.find(tag)?.since
    }

    /// Since when a certificate's user is suspended, if that is on record.
    pub(crate) fn user_suspended_since(&self, tag: LeafTag) -> Option<Timestamp> {
        self.users.suspended_since(self.certificates.find(tag)?.user)
    }

    /// Reports the view's metrics at `now`.
    pub(crate) fn measure(&self, now: Timestamp) {
        let confirmed_at = Timestamp::from_millisecond(self.confirmed_at.load(Ordering::Acquire));
        let read_at = confirmed_at.ok().filter(|_| self.is_loaded());
        meters::view(self.generation(), read_at.map(|read_at| now.duration_since(read_at)));
    }

    /// The facts on record about a certificate. A certificate whose user is not on record counts as not on record.
    pub(crate) fn certificate(&self, tag: LeafTag) -> Option<CertificateFacts> {
        let found = self.certificates.find(tag)?;
        let user = self.users.at(found.user)?;
        Some(CertificateFacts { id: found.id, status: found.status, user })
    }
}
