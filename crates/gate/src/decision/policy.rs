//! One request's facts, gathered for [`domain::permit::decide`], and since when a refusal holds.

use crate::{
    decision::identity::Peer,
    status::{Topology, View},
};
use domain::{
    denial::Denial,
    host_name::HostName,
    id::TenantId,
    permit::{self, Facts, Permit, Presented},
    site::SiteKind,
    tenant::ShutOut,
    time::Timestamp,
};

/// Decides whether `visitor` may pass to a page of `kind` of this tenant now.
pub(crate) fn decide(
    view: &View,
    topology: &Topology,
    tenant: TenantId,
    kind: SiteKind,
    visitor: &Peer,
    now: Timestamp,
) -> Result<Permit, Denial> {
    let record = visitor.tag.and_then(|tag| view.certificate(tag));
    // A site whose tenant is not on record cannot be judged: the unknown is not permitted.
    let tenant = topology.tenant(tenant).ok_or(Denial::StatusStale)?;
    let facts = Facts {
        presented: &visitor.presented,
        tenant: &tenant.facts,
        site: kind,
        record: record.as_ref(),
        view_fresh: view.is_fresh(now),
    };
    permit::decide(&facts, now)
}

/// Like [`decide`], for a connection that was opened for the site `host`.
pub(crate) fn decide_at(
    view: &View,
    host: &HostName,
    visitor: &Peer,
    now: Timestamp,
) -> Result<Permit, Denial> {
    let topology = view.topology();
    let site = topology.site(host).ok_or(Denial::StatusStale)?;
    decide(view, &topology, site.record.tenant, site.record.kind, visitor, now)
}

/// Since when `denial` holds for `visitor` at a site of this tenant; `None` if it has no such moment or the
/// moment is unknown.
pub(crate) fn since(
    view: &View,
    topology: &Topology,
    tenant: TenantId,
    visitor: &Peer,
    denial: Denial,
    now: Timestamp,
) -> Option<Timestamp> {
    match (denial, &visitor.presented) {
        (Denial::Revoked | Denial::OnHold, _) => view.status_since(visitor.tag?),
        (Denial::UserSuspended, _) => view.user_suspended_since(visitor.tag?),
        (Denial::NotYetValid, Presented::Leaf(leaf)) => Some(leaf.not_before),
        (Denial::Expired, Presented::Leaf(leaf)) => Some(leaf.not_after),
        (Denial::TenantSuspended, _) => {
            let tenant = topology.tenant(tenant)?;
            match tenant.facts.state.shut_out(tenant.facts.suspended_from, now)? {
                ShutOut::ByAct => tenant.since,
                ShutOut::ByContract => Some(tenant.facts.suspended_from),
            }
        }
        _ => None,
    }
}
