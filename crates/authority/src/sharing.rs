//! Applications behind the sites of several tenants: gathers the facts for [`domain::sharing`].

use crate::Unavailable;
use domain::{
    id::TenantId,
    sharing::{self, Sharer, SharingRefusal, SharingWarning},
    site::{Site, Upstream},
    tenant::{Tenant, TenantState},
    upstream_place::UpstreamPlace,
};
use std::collections::BTreeMap;
use store::Reader;

/// Every two tenants whose people an application could confuse: settings from before the rule.
pub(crate) async fn warnings(reader: &mut Reader) -> Result<Vec<SharingWarning>, Unavailable> {
    let mut places: BTreeMap<UpstreamPlace, Vec<(Site, Upstream)>> = BTreeMap::new();
    for site in reader.sites_with_upstream().await? {
        let Some(upstream) = site.upstream.clone() else { continue };
        places.entry(UpstreamPlace::of(&upstream.address)).or_default().push((site, upstream));
    }
    let mut warnings = Vec::new();
    for sites in places.into_values().filter(|sites| sites.len() > 1) {
        warnings.extend(sharing::warnings(&sharers(reader, sites).await?));
    }
    Ok(warnings)
}

/// The warnings of one tenant with others.
pub(crate) async fn warnings_of(
    reader: &mut Reader,
    tenant: &Tenant,
) -> Result<Vec<SharingWarning>, Unavailable> {
    let sites = reader.tenant(tenant.id).sites().await?;
    let Some(upstream) = sites.into_iter().find_map(|site| site.upstream) else { return Ok(Vec::new()) };
    let others = others_at(reader, tenant.id, &upstream).await?;
    if others.is_empty() || tenant.state == TenantState::Ended {
        return Ok(Vec::new());
    }
    let own = sharer(reader, tenant, upstream).await?;
    let pairs = others.into_iter().flat_map(|other| sharing::warnings(&[own.clone(), other]));
    Ok(pairs.collect())
}

/// Judges a new upstream of the tenant's site. Until the caller ends, no other act changes upstreams and rules.
pub(crate) async fn judge(
    reader: &mut Reader,
    tenant: &Tenant,
    former: Option<&Upstream>,
    new: &Upstream,
) -> Result<Result<(), SharingRefusal>, Unavailable> {
    let others = others_at(reader, tenant.id, new).await?;
    if others.is_empty() {
        return Ok(Ok(()));
    }
    let own = sharer(reader, tenant, new.clone()).await?;
    Ok(sharing::judge(&own, former, &others))
}

/// Judges the change of the tenant's rules to those of `next`, like [`judge`].
pub(crate) async fn judge_rules(
    reader: &mut Reader,
    former: &Tenant,
    next: &Tenant,
) -> Result<Result<(), SharingRefusal>, Unavailable> {
    let sites = reader.tenant(next.id).sites().await?;
    let Some(upstream) = sites.into_iter().find_map(|site| site.upstream) else { return Ok(Ok(())) };
    let others = others_at(reader, next.id, &upstream).await?;
    if others.is_empty() {
        return Ok(Ok(()));
    }
    let was = sharer(reader, former, upstream.clone()).await?;
    let becomes = sharer(reader, next, upstream).await?;
    Ok(sharing::judge_rules(&was, &becomes, &others))
}

/// The other tenants whose sites lead to the same place.
async fn others_at(
    reader: &mut Reader,
    tenant: TenantId,
    upstream: &Upstream,
) -> Result<Vec<Sharer>, Unavailable> {
    let place = UpstreamPlace::of(&upstream.address);
    let sites = reader.sites_with_upstream().await?.into_iter().filter(|site| site.tenant != tenant);
    let beside = sites.filter_map(|site| {
        let upstream = site.upstream.clone().filter(|other| UpstreamPlace::of(&other.address) == place)?;
        Some((site, upstream))
    });
    sharers(reader, beside.collect()).await
}

/// Tenants that have ended are left out: none of their people gets in again.
async fn sharers(reader: &mut Reader, sites: Vec<(Site, Upstream)>) -> Result<Vec<Sharer>, Unavailable> {
    let mut sharers = Vec::new();
    for (site, upstream) in sites {
        let tenant = reader.tenant(site.tenant).record().await?;
        if let Some(tenant) = tenant.filter(|tenant| tenant.state != TenantState::Ended) {
            sharers.push(sharer(reader, &tenant, upstream).await?);
        }
    }
    Ok(sharers)
}

async fn sharer(reader: &mut Reader, tenant: &Tenant, upstream: Upstream) -> Result<Sharer, Unavailable> {
    let misfits = reader.tenant(tenant.id).misfits(&tenant.names).await?;
    Ok(Sharer { slug: tenant.slug.clone(), upstream, rules: tenant.names.clone(), misfits })
}
