//! The desk's front: what to do next, and the numbers.

use super::{Desk, visit::Visit};
use crate::{failure::Failure, listing::shown, page::Page, redirect::see_other};
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    application::ApplicationState,
    grant::{ManageUsers, ViewTenant},
};
use templates::desk::{self as pages, DeskHomePage, ProgressCount};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/", get(show))
}

/// Whoever looks after nobody else has one page here: the own devices.
async fn show(State(desk): State<Desk>, visit: Visit) -> Result<Response, Failure> {
    if !visit.may::<ViewTenant>() {
        return Ok(see_other("/devices"));
    }
    let now = visit.now();
    let mut reader = desk.read().await?;
    let mut tenant = reader.tenant(visit.tenant_id());
    let steps = tenant.users_by_progress("", now).await.map_err(Failure::unavailable)?;
    let users = steps.iter().map(|(_, users)| shown(*users)).sum::<u32>();
    let waiting =
        tenant.application_count(ApplicationState::Submitted).await.map_err(Failure::unavailable)?;
    let license = visit.tenant().license;
    let page = DeskHomePage {
        can_manage: visit.may::<ManageUsers>(),
        other_users: users.saturating_sub(1),
        progress: steps.map(|(progress, users)| ProgressCount { progress, users: shown(users) }).into(),
        applications_waiting: shown(waiting),
        seats_used: tenant.seats_used(now).await.map_err(Failure::unavailable)?,
        seats: license.seats,
        valid_until: license.valid_until,
        site: desk.authority.addresses().application(&visit.tenant().slug, ""),
    };
    Ok(Page::ok(pages::home(&page, visit.chrome())).into_response())
}
