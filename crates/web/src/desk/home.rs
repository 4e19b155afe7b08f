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
    time::Timestamp,
    user::Progress,
};
use store::{PAGE_ROWS_MAX, PageRequest, TenantReader};
use templates::desk::{self as pages, DeskHomePage, ProgressCount};

/// Up to how many users the front counts how far each has come; above it the list does with its
/// filter.
const USERS_COUNTED_MAX: u32 = 5_000;

const STEPS: [Progress; 5] =
    [Progress::NotInvited, Progress::Invited, Progress::Applied, Progress::PickedUp, Progress::Proved];

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
    let users = shown(tenant.user_count("").await.map_err(Failure::unavailable)?);
    let waiting =
        tenant.application_count(ApplicationState::Submitted).await.map_err(Failure::unavailable)?;
    let license = visit.tenant().license;
    let page = DeskHomePage {
        can_manage: visit.may::<ManageUsers>(),
        other_users: users.saturating_sub(1),
        progress: if users > USERS_COUNTED_MAX { Vec::new() } else { progress(&mut tenant, now).await? },
        applications_waiting: shown(waiting),
        seats_used: tenant.seats_used(now).await.map_err(Failure::unavailable)?,
        seats: license.seats,
        valid_until: license.valid_until,
        site: desk.authority.addresses().application(&visit.tenant().slug, ""),
    };
    Ok(Page::ok(pages::home(&page, visit.chrome())).into_response())
}

async fn progress(tenant: &mut TenantReader<'_>, now: Timestamp) -> Result<Vec<ProgressCount>, Failure> {
    let mut counts = STEPS.map(|progress| ProgressCount { progress, users: 0 });
    let mut request = PageRequest::first(PAGE_ROWS_MAX);
    for _ in 0..=USERS_COUNTED_MAX / PAGE_ROWS_MAX {
        let page = tenant.users("", &request, now).await.map_err(Failure::unavailable)?;
        for row in &page.rows {
            for count in counts.iter_mut().filter(|count| count.progress == row.progress) {
                count.users += 1;
            }
        }
        request.after = page.rows.last().map(|row| row.user.login_name.clone());
        if !page.more {
            break;
        }
    }
    Ok(counts.to_vec())
}
