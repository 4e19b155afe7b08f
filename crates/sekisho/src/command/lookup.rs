//! From the typed words to their record.

use super::{CommandError, LIST_ROWS_MAX, ListReach, Services};
use crate::output::{Output, Record};
use domain::{id::TenantId, refusal::Problem, slug::TenantSlug, tenant::Tenant};
use std::{collections::HashMap, fmt, str::FromStr};
use store::{ListPage, PAGE_ROWS_MAX, PageRequest, Reader};

/// The tenant of a slug.
pub(super) async fn tenant(services: &Services, slug: &str) -> Result<Tenant, CommandError> {
    let found = match TenantSlug::parse_any(slug) {
        Ok(slug) => services.read().await?.tenant_by_slug(&slug).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| none_such("tenant", slug, "tenant list"))
}

/// A value in its own text form, or a refusal of the text.
pub(super) fn parsed<T: FromStr<Err: fmt::Display>>(
    what: &str,
    text: &str,
    or: Problem,
) -> Result<T, CommandError> {
    text.parse().map_err(|error| CommandError::because(or, format!("{what} {text:?}: {error}")))
}

/// "There is no such …".
pub(super) fn none_such(what: &str, text: &str, list: &str) -> CommandError {
    CommandError::because(
        Problem::NotFound,
        format!("there is no {what} {text:?}; \"sekisho {list}\" shows all"),
    )
}

/// The slugs of all tenants, by id, for every list that names tenants.
pub(super) async fn slugs(reader: &mut Reader) -> Result<HashMap<TenantId, String>, CommandError> {
    let tenants = reader.every_tenant().await?;
    Ok(tenants.into_iter().map(|tenant| (tenant.id, tenant.slug.to_string())).collect())
}

/// The part of a list that a command asks for; `read` reads the key before it.
pub(super) fn page<Key>(
    reach: &ListReach,
    read: impl FnOnce(&str) -> Option<Key>,
) -> Result<PageRequest<Key>, CommandError> {
    let Some(after) = &reach.after else { return Ok(PageRequest::first(PAGE_ROWS_MAX)) };
    let none = || CommandError::because(Problem::BadRequest, format!("no row {after:?} to go on behind"));
    let key = read(after).ok_or_else(none)?;
    Ok(PageRequest::after(key, PAGE_ROWS_MAX))
}

/// A part of a list as an answer; the next part begins after the `key` of its last row.
pub(super) fn part<Row, Key: fmt::Display>(
    page: &ListPage<Row>,
    key: impl FnOnce(&Row) -> Key,
    line: impl FnMut(&Row) -> Record,
) -> Output {
    let next = page.rows.last().filter(|_| page.more).map(|row| key(row).to_string());
    Output::Page { records: page.rows.iter().map(line).collect(), next }
}

/// A long list, gathered a page at a time up to [`LIST_ROWS_MAX`] rows:
///
/// ```text
/// while let Some(page) = rows.next_page() { rows.take(read(&page).await?); }
/// ```
pub(super) struct LongList<Row, Key> {
    read: Vec<Row>,
    key: fn(&Row) -> Key,
    next: Option<PageRequest<Key>>,
}

impl<Row, Key> LongList<Row, Key> {
    /// An empty list; `key` is the key of the list's order.
    pub(super) fn by(key: fn(&Row) -> Key) -> Self {
        Self { read: Vec::new(), key, next: Some(PageRequest::first(PAGE_ROWS_MAX)) }
    }

    /// The page to read now; `None` at the end.
    pub(super) fn next_page(&mut self) -> Option<PageRequest<Key>> {
        self.next.take()
    }

    /// Takes a page.
    pub(super) fn take(&mut self, page: ListPage<Row>) {
        self.read.extend(page.rows);
        let last = self.read.last().filter(|_| page.more && self.read.len() < LIST_ROWS_MAX);
        self.next = last.map(|row| PageRequest::after((self.key)(row), PAGE_ROWS_MAX));
    }

    /// All rows.
    pub(super) fn into_rows(self) -> Vec<Row> {
        self.read
    }
}
