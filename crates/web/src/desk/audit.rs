//! What was done at this company, by whom and when.

use super::{Desk, visit::Visit};
use crate::{
    failure::Failure,
    listing::{ListQuery, ROWS_PER_PAGE},
    page::Page,
};
use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use domain::{audit::AuditRow, grant::ViewTenant, id::UserId};
use std::collections::HashMap;
use store::{PageRequest, TenantReader};
use templates::desk::{self as pages, AuditActor, AuditLine, AuditPage};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/audit", get(list))
}

async fn list(
    State(desk): State<Desk>,
    visit: Visit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    let after = query.after(|text| text.parse::<i64>().ok())?;
    let mut reader = desk.read().await?;
    let mut tenant = reader.tenant(visit.tenant_id());
    let request = PageRequest { after, rows: ROWS_PER_PAGE };
    let found = tenant.audit_rows(&request).await.map_err(Failure::unavailable)?;
    let last = found.rows.last().filter(|_| found.more);
    let next = last.map(|row| query.page_after("/audit", &row.seq.to_string()));
    let mut names = Names::default();
    let mut rows = Vec::with_capacity(found.rows.len());
    for row in found.rows {
        rows.push(line(&mut tenant, &mut names, row).await?);
    }
    Ok(Page::ok(pages::audit(&AuditPage { rows, next, previous: None }, visit.chrome())))
}

async fn line(tenant: &mut TenantReader<'_>, names: &mut Names, row: AuditRow) -> Result<AuditLine, Failure> {
    let actor = match row.actor_user {
        Some(user) => names.of(tenant, user).await?,
        None => None,
    };
    let subject = match row.subject.parse() {
        Ok(user) => names.of(tenant, user).await?,
        Err(_) => None,
    };
    Ok(AuditLine {
        number: u64::try_from(row.seq).unwrap_or_default(),
        at: row.at,
        actor: actor.map_or(AuditActor::Kind(row.actor_kind), AuditActor::Person),
        act: row.act,
        subject: subject.unwrap_or(row.subject),
    })
}

/// Names of the company's people, each looked up once a page.
#[derive(Default)]
struct Names(HashMap<UserId, Option<String>>);

impl Names {
    async fn of(&mut self, tenant: &mut TenantReader<'_>, user: UserId) -> Result<Option<String>, Failure> {
        if let Some(known) = self.0.get(&user) {
            return Ok(known.clone());
        }
        let found = tenant.user(user).await.map_err(Failure::unavailable)?;
        let name = found.map(|user| user.display_name);
        self.0.insert(user, name.clone());
        Ok(name)
    }
}
