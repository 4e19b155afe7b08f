//! The list of tenants.

use super::{Console, visit::ConsoleVisit};
use crate::{
    failure::Failure,
    listing::{ListQuery, ROWS_PER_PAGE, shown},
    page::Page,
};
use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use domain::{slug::TenantSlug, tenant::Tenant, time::Timestamp};
use store::{PageRequest, Reader};
use templates::console::{self as pages, TenantLine, TenantsPage};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/", get(list))
}

async fn list(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    let search = query.search();
    let after = query.after(|text| TenantSlug::parse(text).ok())?;
    let mut reader = visit.read(&console).await?;
    let total = reader.tenant_count(&search).await?;
    let request = PageRequest { after, rows: ROWS_PER_PAGE };
    let found = reader.tenants(&search, &request).await?;
    let last = found.rows.last().filter(|_| found.more);
    let next = last.map(|tenant| query.page_after("/", tenant.slug.as_str()));
    let mut tenants = Vec::with_capacity(found.rows.len());
    for tenant in &found.rows {
        tenants.push(line(&console, &mut reader, tenant, visit.now()).await?);
    }
    let first = query.first_page("/");
    let page = TenantsPage { query: search, total: shown(total), tenants, first, previous: None, next };
    Ok(Page::ok(pages::tenants(&page, &visit.chrome)))
}

/// A tenant as lists show one.
pub(super) async fn line(
    console: &Console,
    reader: &mut Reader,
    tenant: &Tenant,
    now: Timestamp,
) -> Result<TenantLine, Failure> {
    let seats_used = reader.tenant(tenant.id).seats_shown(now).await?;
    Ok(TenantLine {
        id: tenant.id.to_string(),
        display_name: tenant.display_name.clone(),
        slug: tenant.slug.to_string(),
        state: tenant.state,
        seats_used,
        seats: tenant.license.seats,
        valid_until: tenant.license.valid_until,
        contract: tenant.license.standing(console.authority.service().contract_grace_days, now),
    })
}
