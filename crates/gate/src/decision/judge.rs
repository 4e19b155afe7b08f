//! The decision on the present facts.

use super::{identity::Peer, policy, proofs::FirstSeen};
use crate::{
    ports::Proofs,
    status::{Topology, View},
};
use domain::{
    denial::Denial,
    id::TenantId,
    permit::Permit,
    site::SiteKind,
    time::{Clock, Timestamp},
};
use std::sync::Arc;

/// Decides by one view and one clock.
pub(crate) struct Judge {
    view: Arc<View>,
    clock: Arc<dyn Clock>,
    first_seen: FirstSeen,
}

impl Judge {
    pub(crate) fn new(view: Arc<View>, clock: Arc<dyn Clock>, proofs: Arc<dyn Proofs>) -> Self {
        Self { view, clock, first_seen: FirstSeen::new(proofs) }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Decides, and reports a certificate that is good for the first time. The caller takes `topology` from
    /// the view after the request's hold.
    pub(crate) fn decide(
        &self,
        topology: &Topology,
        tenant: TenantId,
        kind: SiteKind,
        visitor: &Peer,
    ) -> Result<Permit, Denial> {
        let permit = policy::decide(&self.view, topology, tenant, kind, visitor, self.now())?;
        self.first_seen.note(permit.certificate());
        Ok(permit)
    }

    /// Since when a refusal holds; `None` if it has no such moment or the moment is unknown.
    pub(crate) fn since(
        &self,
        topology: &Topology,
        tenant: TenantId,
        visitor: &Peer,
        denial: Denial,
    ) -> Option<Timestamp> {
        policy::since(&self.view, topology, tenant, visitor, denial, self.now())
    }
}
