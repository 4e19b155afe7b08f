//! One act on several users: those who were ticked in the list, everybody whom its filter finds, or those whom an import
//! has added.
//!
//! **Invariant:** an act is done to the people of the page that asked back, and to nobody else: who has come under the
//! filter since then was never named.
//!
//! Each person is an act of its own, with its own rules and its own row in the log: what cannot be done
//! to one does not keep it from the others. Once the service itself does not go on, the rest is left undone,
//! and the report says so.

use super::{
    Desk,
    people_query::PeopleFilter,
    slip,
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::Failure,
    failure::at_form,
    listing::{self, SELECTED_MAX, id},
    once,
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::users::{InvitationChannel, UserError};
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    grant::{Grant, ManageUsers},
    id::{ImportId, InvitationId, UserId},
    import::RowKind,
    refusal::Problem,
    user::User,
};
use store::{imports::ImportRowState, users::UsersAt};
use templates::desk::{
    self as pages, SelectedAct, SelectedPage, SelectedResult, SelectedResultPage, SelectedUser,
};

/// The field of the list's checkboxes.
const FIELD: &str = "user";

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/users/selected/{act}", get(confirm).post(act))
}

/// What the visitor's company may do to several users.
pub(super) fn offered(visit: &DeskVisit) -> Vec<SelectedAct> {
    let on_paper = visit.tenant().policy.printed_slips_allowed;
    SelectedAct::ALL.into_iter().filter(|act| on_paper || *act != SelectedAct::PrintSlips).collect()
}

fn named(visit: &DeskVisit, name: &str) -> Result<SelectedAct, Failure> {
    let act = SelectedAct::ALL.into_iter().find(|act| act.name() == name).ok_or(Problem::NotFound)?;
    if offered(visit).contains(&act) { Ok(act) } else { Err(Problem::SlipsNotAllowed.into()) }
}

async fn confirm(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(name): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Page, Failure> {
    visit.grant::<ManageUsers>()?;
    let act = named(&visit, &name)?;
    let text = |name: &str| query.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text);
    let filter = PeopleFilter::read(text);
    let (users, found) = if !text("import").is_empty() {
        let (users, found) = added_by(&desk, &visit, id(text("import"))?).await?;
        (users, Some(found))
    } else if text("all") == "yes" {
        let (users, found) = matching(&desk, &visit, &filter).await?;
        (users, Some(found))
    } else {
        let ticked = query.iter().filter(|(field, _)| field == FIELD).map(|(_, id)| id.as_str());
        (known(&desk, &visit, ticked).await?, None)
    };
    let users = users.iter().map(|user| shown(&desk, user)).collect();
    let page = SelectedPage { act, users, found, fields: filter.fields(), list: filter.list() };
    Ok(Page::ok(pages::selected(&page, visit.chrome())))
}

async fn act(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<ManageUsers>>,
) -> Result<Response, Failure> {
    let act = named(&visit, &name)?;
    let list = PeopleFilter::read(|name| form.text(name)).list();
    let users = known(&desk, &visit, form.texts(FIELD)).await?;
    if users.is_empty() {
        return Ok(see_other(&list));
    }
    let (mut problems, mut invited) = (Vec::with_capacity(users.len()), Vec::new());
    for user in &users {
        let invitation = once::invitation_in(&form, &user.id.to_string(), &desk.authority);
        match one(&desk, &grant, user, act, invitation).await {
            Ok(problem) => {
                invited.extend(problem.is_none().then_some(invitation));
                problems.push(problem);
            }
            // Nothing was done that would have to be told.
            Err(failure) if !problems.contains(&None) => return Err(failure),
            Err(_) => break,
        }
    }
    problems.resize(users.len(), Some(Problem::LeftUndone));
    let slips = slip::address_of_many(&invited).filter(|_| act == SelectedAct::PrintSlips);
    if let Some(slips) = slips.as_ref().filter(|_| invited.len() == users.len()) {
        return Ok(see_other(slips));
    }
    let results = users.iter().zip(problems);
    let results =
        results.map(|(user, problem)| SelectedResult { user: shown(&desk, user), problem }).collect();
    let page = SelectedResultPage { act, results, slips, list };
    // Asked for anew, in another language, the own address would say that nobody is selected.
    Ok(Page::ok(pages::selected_result(&page, &visit.chrome().at("/users"))).into_response())
}

/// Does it to one person; why not, if it was not.
async fn one(
    desk: &Desk,
    grant: &Grant<ManageUsers>,
    user: &User,
    act: SelectedAct,
    invitation: InvitationId,
) -> Result<Option<Problem>, Failure> {
    let (authority, tenant, user) = (&desk.authority, user.tenant, user.id);
    let acted = match act {
        SelectedAct::Invite | SelectedAct::PrintSlips => {
            let way = match act {
                SelectedAct::PrintSlips => InvitationChannel::Slip,
                SelectedAct::Invite | SelectedAct::Remind | SelectedAct::Suspend => InvitationChannel::Mail,
            };
            authority.people().invite_among_many(grant, tenant, user, way, invitation).await.map(|_| ())
        }
        SelectedAct::Remind => authority.people().send_end_notice_among_many(grant, tenant, user).await,
        SelectedAct::Suspend => authority.people().suspend_user(grant, tenant, user).await,
    };
    match acted {
        // Sent twice: it is as was asked for.
        Ok(()) | Err(UserError::SentBefore(_) | UserError::NoticedBefore) => Ok(None),
        Err(UserError::State(_)) if act == SelectedAct::Suspend => Ok(None),
        // Gone since the page was opened: the others are not kept from it.
        Err(UserError::NotFound) => Ok(Some(Problem::Stale)),
        Err(error) => Ok(at_form(error)?.into_iter().next().map(|refusal| refusal.problem)),
    }
}

/// The first users of the visitor's company whom the filter finds, and how many it finds.
async fn matching(
    desk: &Desk,
    visit: &DeskVisit,
    filter: &PeopleFilter,
) -> Result<(Vec<User>, u32), Failure> {
    let mut reader = visit.read(desk).await?;
    let mut tenant = reader.records();
    let (zone, now) = (&desk.authority.service().time_zone, visit.now());
    let found = tenant.find_users(filter.asked(zone, now), UsersAt::First, SELECTED_MAX, now).await?;
    Ok((found.rows.into_iter().map(|row| row.user).collect(), listing::shown(found.total)))
}

/// The first people whom an import has added and who are still there, and how many it has added.
async fn added_by(desk: &Desk, visit: &DeskVisit, import: ImportId) -> Result<(Vec<User>, u32), Failure> {
    let mut reader = visit.read(desk).await?;
    let mut tenant = reader.records();
    let added = tenant.import_counts(import).await?.done;
    let rows = tenant.import_rows_of_kind(import, RowKind::Add, SELECTED_MAX).await?;
    let mut users = Vec::with_capacity(rows.len());
    for row in rows.iter().filter(|row| row.state == ImportRowState::Done) {
        if let Ok(new) = &row.judged.verdict {
            users.extend(tenant.user_by_login_name(&new.login_name).await?);
        }
    }
    Ok((users, added))
}

/// The ticked users of the visitor's company, each once; ids that name nobody there are left out.
async fn known<'a>(
    desk: &Desk,
    visit: &DeskVisit,
    ticked: impl Iterator<Item = &'a str>,
) -> Result<Vec<User>, Failure> {
    let mut ids: Vec<UserId> = Vec::new();
    for id in ticked.filter_map(|id| id.parse().ok()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.len() > SELECTED_MAX as usize {
        return Err(Problem::BadRequest.into());
    }
    let mut reader = visit.read(desk).await?;
    let mut tenant = reader.records();
    let mut users = Vec::with_capacity(ids.len());
    for id in ids {
        users.extend(tenant.user(id).await?);
    }
    Ok(users)
}

fn shown(desk: &Desk, user: &User) -> SelectedUser {
    SelectedUser {
        id: user.id.to_string(),
        invitation: desk.authority.new_invitation_id().to_string(),
        display_name: user.display_name.clone(),
        email: user.email.to_string(),
    }
}
