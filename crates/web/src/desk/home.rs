//! The desk's front: what to do next, and the numbers.

use super::{
    Desk,
    applications::APPLICATIONS_SHOWN_MAX,
    people_query::{ending_in, months},
    visit::DeskVisit,
};
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
    refusal::number,
    user::{Progress, UserSubset},
};
use store::users::UserFilter;
use templates::desk::{self as pages, ContractEnd, DeskHomePage, MonthCount, ProgressCount, TodoCount};

/// Who wants a look, the most pressing first; then come those who stand at a step of [`TODO_STEPS`].
const TODO: [UserSubset; 2] = [UserSubset::MailTrouble, UserSubset::EndingSoon];

const TODO_STEPS: [Progress; 6] = [
    Progress::OnHold,
    Progress::Suspended,
    Progress::Expired,
    Progress::Revoked,
    Progress::NotInvited,
    Progress::Invited,
];

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/", get(show))
}

/// The home of administrators and auditors. Other people are led to their own devices.
async fn show(State(desk): State<Desk>, visit: DeskVisit) -> Result<Response, Failure> {
    if !visit.may::<ViewTenant>() {
        return Ok(see_other("/devices"));
    }
    let now = visit.now();
    let mut reader = visit.read(&desk).await?;
    let mut tenant = reader.records();
    let steps = tenant.users_by_progress().await?;
    let progress = steps.map(|(progress, users)| ProgressCount { progress, users: shown(users) });
    let users = progress.iter().map(|count| count.users).sum::<u32>();
    let waiting = tenant.application_count(ApplicationState::Submitted).await?;
    let shown_role = visit.tenant().policy.role_with_shown_pins();
    let stopped = tenant.stopped_pickups(shown_role, now, APPLICATIONS_SHOWN_MAX).await?;
    let awaited = match shown_role {
        Some(role) => tenant.pins_awaited(role, now, APPLICATIONS_SHOWN_MAX).await?.len(),
        None => 0,
    };
    let mut todo = Vec::with_capacity(TODO.len() + TODO_STEPS.len());
    for subset in TODO {
        let filter = UserFilter { subset: Some(subset), ..UserFilter::default() };
        let users = tenant.users_found(filter, now).await?;
        todo.push(TodoCount { subset, users: shown(users) });
    }
    for step in TODO_STEPS {
        let found = progress.iter().filter(|count| count.progress == step);
        todo.extend(found.map(|count| TodoCount { subset: UserSubset::At(step), users: count.users }));
    }
    let zone = &desk.authority.service().time_zone;
    let mut ends = Vec::new();
    for month in months(zone, now) {
        let subset = Some(ending_in(month, zone, now));
        let users = tenant.users_found(UserFilter { subset, ..UserFilter::default() }, now).await?;
        ends.extend((users > 0).then(|| MonthCount { month, users: shown(users) }));
    }
    let license = visit.tenant().license;
    let contract_end = match license.valid_until > now {
        true if license.ends_soon(now) => ContractEnd::Soon,
        true => ContractEnd::Far,
        false => ContractEnd::Past,
    };
    let page = DeskHomePage {
        can_manage: visit.may::<ManageUsers>(),
        other_users: users.saturating_sub(1),
        progress: progress.into(),
        todo,
        ends,
        applications_waiting: shown(waiting),
        pickups_stopped: number(stopped.len()),
        pins_awaited: number(awaited),
        seats_used: tenant.seats_shown(now).await?,
        seats: license.seats,
        valid_until: license.valid_until,
        contract_end,
        site: desk.authority.addresses().application(&visit.tenant().slug, ""),
    };
    Ok(Page::ok(pages::home(&page, visit.chrome())).into_response())
}
