//! A person's suspension at the end of a day: planned, changed, called off.

use super::{
    Desk,
    audit::PeopleNamed,
    ending,
    user::{done, known},
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::{Failure, at_form},
    listing::id,
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    form::Form, grant::ManageUsers, id::UserId, license::last_day, refusal::Problem,
    suspension::SuspensionField, user::User,
};
use templates::desk::{self as pages, DoneNotice, SuspensionPage};

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/users/{id}/suspend-on", get(form).post(save))
        .route("/users/{id}/suspend-on/cancel", get(to_form).post(cancel))
}

async fn form(State(desk): State<Desk>, visit: DeskVisit, Path(user): Path<String>) -> Result<Page, Failure> {
    visit.grant::<ManageUsers>()?;
    let user = known(&mut visit.read(&desk).await?.records(), &user).await?;
    let zone = &desk.authority.service().time_zone;
    let day = user.suspend_at.map(|at| last_day(at, zone).to_string());
    let form = Form::default().with_optional(SuspensionField::SuspendOn, day);
    // What would be refused afterwards is refused before the question.
    let refused = visit.is(user.id).then(|| Problem::OwnAccount.into());
    let page = page(&desk, &visit, &user, form.refused(refused.into_iter().collect())).await?;
    let html = pages::suspension(&page, visit.chrome());
    let errors = page.form.errors();
    Ok(if errors.is_empty() { Page::ok(html) } else { Page::refusing(errors, html) })
}

async fn page(
    desk: &Desk,
    visit: &DeskVisit,
    user: &User,
    form: Form<SuspensionField>,
) -> Result<SuspensionPage, Failure> {
    let mut reader = visit.read(desk).await?;
    let planned = ending::planned(&mut reader.records(), &mut PeopleNamed::default(), user).await?;
    Ok(SuspensionPage { user: user.id.to_string(), user_name: user.display_name.clone(), form, planned })
}

async fn save(
    State(desk): State<Desk>,
    Path(user): Path<String>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<ManageUsers>>,
) -> Result<Response, Failure> {
    let user = known(&mut visit.read(&desk).await?.records(), &user).await?;
    let typed: Form<SuspensionField> = form.form();
    let today = visit.now().to_zoned(desk.authority.service().time_zone.clone()).date();
    let errors = match typed.last_day(today) {
        Ok(day) => {
            match desk.authority.people().plan_suspension(&grant, visit.tenant_id(), user.id, day).await {
                Ok(()) => return Ok(see_other(&done(user.id, DoneNotice::SuspensionPlanned))),
                Err(error) => at_form(error)?,
            }
        }
        Err(errors) => errors,
    };
    let page = page(&desk, &visit, &user, typed.refused(errors)).await?;
    Ok(Page::refusing(page.form.errors(), pages::suspension(&page, visit.chrome())).into_response())
}

/// Where the act's address leads when it is opened anew, or in another language.
async fn to_form(Path(user): Path<String>) -> Result<Response, Failure> {
    Ok(see_other(&format!("/users/{}/suspend-on", id::<UserId>(&user)?)))
}

async fn cancel(
    State(desk): State<Desk>,
    Path(user): Path<String>,
    Posted(Allowed { visit, grant }, _): Posted<Allowed<ManageUsers>>,
) -> Result<Response, Failure> {
    let user = known(&mut visit.read(&desk).await?.records(), &user).await?;
    desk.authority.people().cancel_suspension(&grant, visit.tenant_id(), user.id).await?;
    Ok(see_other(&done(user.id, DoneNotice::SuspensionCancelled)))
}
