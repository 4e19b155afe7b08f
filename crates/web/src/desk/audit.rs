//! The acts at this company, with person and time.

use super::{Desk, visit::DeskVisit};
use crate::{
    failure::Failure,
    listing::{ListQuery, ROWS_PER_PAGE},
    page::Page,
};
use authority::reading::TenantRecords;
use axum::{
    Router,
    extract::{Query, State},
    routing::get,
};
use domain::{
    application::Reference,
    audit::AuditRow,
    grant::ViewTenant,
    id::{IssuerId, UserId},
    tenant::Tenant,
};
use std::collections::HashMap;
use store::{PageRequest, TenantReader};
use templates::desk::{self as pages, AuditActor, AuditLine, AuditPage};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/audit", get(list))
}

async fn list(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    let after = query.after(|text| text.parse::<i64>().ok())?;
    let mut reader = visit.read(&desk).await?;
    let request = PageRequest { after, rows: ROWS_PER_PAGE };
    let found = reader.records().audit_rows(&request).await?;
    let last = found.rows.last().filter(|_| found.more);
    let next = last.map(|row| query.page_after("/audit", &row.seq.to_string()));
    let mut names = PeopleNamed::default();
    let mut rows = Vec::with_capacity(found.rows.len());
    for row in found.rows {
        let subject = subject(&mut reader, visit.tenant(), &mut names, &row.subject).await?;
        let actor = names.actor(&mut reader.records(), &row).await?;
        rows.push(AuditLine {
            number: u64::try_from(row.seq).unwrap_or_default(),
            at: row.at,
            actor,
            act: row.act,
            subject: subject.name,
            user: subject.user.map(|user| user.to_string()),
            recorded: row.subject,
        });
    }
    let page = AuditPage { rows, next, previous: None, first: query.first_page("/audit") };
    Ok(Page::ok(pages::audit(&page, visit.chrome())))
}

/// The name of an act's subject, and its person.
struct Subject {
    name: String,
    user: Option<UserId>,
}

/// The log keeps ids and references; the page shows persons, devices and files of the company. A subject not
/// found in the company is shown as recorded.
async fn subject(
    records: &mut TenantRecords,
    company: &Tenant,
    names: &mut PeopleNamed,
    recorded: &str,
) -> Result<Subject, Failure> {
    let nobodys = |name: &str| Subject { name: name.to_owned(), user: None };
    if let Some(reference) = Reference::parse(recorded) {
        let Some(found) = records.application_by_reference(&reference).await? else {
            return Ok(nobodys(recorded));
        };
        let user = found.application.particulars().user;
        let name = names.of(&mut records.records(), user).await?.unwrap_or_default();
        return Ok(Subject { name: format!("{name} / {reference}"), user: Some(user) });
    }
    let mut tenant = records.records();
    if let Ok(user) = recorded.parse()
        && let Some(name) = names.of(&mut tenant, user).await?
    {
        return Ok(Subject { name, user: Some(user) });
    }
    if let Ok(id) = recorded.parse()
        && let Some(found) = tenant.certificate(id).await?
    {
        let name = names.of(&mut tenant, found.user).await?.unwrap_or_default();
        return Ok(Subject { name: format!("{name} / {}", found.device_name), user: Some(found.user) });
    }
    if let Ok(id) = recorded.parse()
        && let Some(import) = tenant.import(id).await?
    {
        return Ok(nobodys(&import.file_name));
    }
    if recorded == company.slug.as_str() || recorded.parse::<IssuerId>().is_ok() {
        return Ok(nobodys(&company.display_name));
    }
    Ok(nobodys(recorded))
}

/// Names of the company's people, each read once per page.
#[derive(Default)]
pub(super) struct PeopleNamed(HashMap<UserId, Option<String>>);

impl PeopleNamed {
    /// The actor of an act. No user is ever erased, so an actor who is not of this company is an operator: the page
    /// shows no name.
    pub(super) async fn actor(
        &mut self,
        tenant: &mut TenantReader<'_>,
        row: &AuditRow,
    ) -> Result<AuditActor, Failure> {
        let name = match row.actor_user {
            Some(user) => self.of(tenant, user).await?,
            None => None,
        };
        Ok(name.map_or_else(|| AuditActor::Kind(row.actor_kind.clone()), AuditActor::Person))
    }

    async fn of(&mut self, tenant: &mut TenantReader<'_>, user: UserId) -> Result<Option<String>, Failure> {
        if let Some(known) = self.0.get(&user) {
            return Ok(known.clone());
        }
        let found = tenant.user(user).await?;
        let name = found.map(|user| user.display_name);
        self.0.insert(user, name.clone());
        Ok(name)
    }
}
