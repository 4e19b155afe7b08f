//! Applications that wait for an administrator.

use super::{
    Desk, applications_compared, pins,
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::Failure,
    failure::at_form,
    form_fields::FormFields,
    listing::{ListQuery, id},
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::ra::DecideError;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    application::{ApplicationState, Particulars, StoredApplication},
    grant::{DecideApplication, ViewTenant},
    id::UserId,
    refusal::{Problem, Refusal},
    rejection::{RejectionReason, RejectionReasonError},
};
use store::{PageRequest, TenantReader, applications::ApplicationRecord};
use templates::{
    Chrome,
    desk::{self as pages, ApplicationLine, ApplicationsPage, DoneNotice, RejectionPage},
};

/// The most applications shown at a time, the oldest first: deciding on them brings up the next.
pub(super) const APPLICATIONS_SHOWN_MAX: u32 = 100;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/applications", get(list))
        .route("/applications/{id}/approve", get(to_queue).post(approve))
        .route("/applications/{id}/reopen", get(to_queue).post(reopen))
        .route("/applications/{id}/reject", get(ask_reason).post(reject))
}

/// Where an act's address leads when it is opened anew, or in another language.
pub(super) async fn to_queue() -> Response {
    see_other("/applications")
}

async fn list(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    let notice = DoneNotice::parse(&query.done);
    Ok(Page::ok(queue(&desk, &visit, visit.chrome(), notice, Vec::new()).await?))
}

pub(super) async fn queue(
    desk: &Desk,
    visit: &DeskVisit,
    chrome: &Chrome,
    notice: Option<DoneNotice>,
    errors: Vec<Refusal>,
) -> Result<String, Failure> {
    let mut reader = visit.read(desk).await?;
    let mut tenant = reader.records();
    let first = PageRequest::first(APPLICATIONS_SHOWN_MAX);
    let waiting = tenant.applications_in(ApplicationState::Submitted, &first).await?;
    let mut applications = Vec::with_capacity(waiting.rows.len());
    for record in &waiting.rows {
        applications.extend(compared_line(desk, visit, &mut tenant, record).await?);
    }
    let shown = visit.tenant().policy.role_with_shown_pins();
    let awaited = match shown {
        Some(role) => tenant.pins_awaited(role, visit.now(), APPLICATIONS_SHOWN_MAX).await?,
        None => Vec::new(),
    };
    let pins_awaited = pins::lines(desk, visit, &mut tenant, &awaited).await?;
    let found = tenant.stopped_pickups(shown, visit.now(), APPLICATIONS_SHOWN_MAX).await;
    let mut stopped = Vec::new();
    for record in &found? {
        stopped.extend(line_of(&mut tenant, record.application.particulars()).await?);
    }
    let page = ApplicationsPage {
        can_decide: visit.may::<DecideApplication>(),
        approval_required: visit.tenant().policy.approval_required,
        applications,
        pins_shown_here: shown.is_some(),
        pins_awaited,
        stopped,
        notice,
        errors,
    };
    Ok(pages::applications(&page, chrome))
}

async fn line(
    tenant: &mut TenantReader<'_>,
    record: &ApplicationRecord,
) -> Result<Option<ApplicationLine>, Failure> {
    let StoredApplication::Submitted(application) = &record.application else { return Ok(None) };
    line_of(tenant, application.particulars()).await
}

async fn line_of(
    tenant: &mut TenantReader<'_>,
    stated: &Particulars,
) -> Result<Option<ApplicationLine>, Failure> {
    let user = tenant.user(stated.user).await?;
    Ok(user.map(|user| ApplicationLine {
        id: stated.id.to_string(),
        display_name: user.display_name,
        roman_name: stated.roman_name.common_name(),
        email: stated.email.as_str().to_owned(),
        device_name: stated.device_name.clone(),
        reference: stated.reference.to_string(),
        submitted_at: stated.submitted_at,
        purpose: stated.purpose,
        compared: None,
    }))
}

/// With what an administrator compares before deciding.
async fn compared_line(
    desk: &Desk,
    visit: &DeskVisit,
    tenant: &mut TenantReader<'_>,
    record: &ApplicationRecord,
) -> Result<Option<ApplicationLine>, Failure> {
    let Some(line) = line(tenant, record).await? else { return Ok(None) };
    let stated = record.application.particulars();
    let compared = applications_compared::compared(desk, visit, tenant, stated).await?;
    Ok(Some(ApplicationLine { compared, ..line }))
}

async fn approve(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(application): Path<String>,
) -> Result<Response, Failure> {
    let grant = visit.grant::<DecideApplication>()?;
    let decided = desk.authority.registration().approve(&grant, visit.tenant_id(), id(&application)?).await;
    let shown = shows_pins(&visit);
    let notice = if shown { DoneNotice::ApprovedShown } else { DoneNotice::Approved };
    let done = format!("/applications?done={}{}", notice.name(), if shown { "#pins" } else { "" });
    answer(&desk, &visit, decided, &done).await
}

/// Whether administrators of the visitor's company show the PINs of ordinary people.
pub(super) fn shows_pins(visit: &DeskVisit) -> bool {
    visit.tenant().policy.role_with_shown_pins().is_some()
}

async fn reopen(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(application): Path<String>,
) -> Result<Response, Failure> {
    let grant = visit.grant::<DecideApplication>()?;
    let reopened =
        desk.authority.delivery().reopen_pickup(&grant, visit.tenant_id(), id(&application)?).await;
    let done = format!("/applications?done={}", DoneNotice::Reopened.name());
    answer(&desk, &visit, reopened, &done).await
}

async fn ask_reason(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(application): Path<String>,
) -> Result<Response, Failure> {
    visit.grant::<DecideApplication>()?;
    let Some((_, application)) = waiting(&desk, &visit, &application).await? else {
        return Ok(see_other("/applications"));
    };
    let page = RejectionPage { application, reason: String::new(), untold: false, errors: Vec::new() };
    Ok(Page::ok(pages::rejection(&page, visit.chrome())).into_response())
}

async fn reject(
    State(desk): State<Desk>,
    Path(application): Path<String>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<DecideApplication>>,
) -> Result<Response, Failure> {
    let Some((user, line)) = waiting(&desk, &visit, &application).await? else {
        return Ok(see_other("/applications"));
    };
    let reason = match reason_of(&form) {
        Ok(reason) => reason,
        Err(errors) => {
            let (reason, untold) = (form.text("reason_text").to_owned(), form.is_ticked("reason_untold"));
            let page = RejectionPage { application: line, reason, untold, errors };
            return Ok(Page::refusing(&page.errors, pages::rejection(&page, visit.chrome())).into_response());
        }
    };
    let decided = desk
        .authority
        .registration()
        .reject(&grant, visit.tenant_id(), id(&application)?, reason.as_ref())
        .await;
    let done = format!("/users/{user}?done={}", DoneNotice::Rejected.name());
    answer(&desk, &visit, decided, &done).await
}

/// The reason that the applicant is given; `None` if none is to be given.
pub(super) fn reason_of(form: &FormFields) -> Result<Option<RejectionReason>, Vec<Refusal>> {
    let untold = form.is_ticked("reason_untold");
    match RejectionReason::parse(form.text("reason_text")) {
        Ok(reason) => Ok((!untold).then_some(reason)),
        Err(RejectionReasonError::Missing) if untold => Ok(None),
        Err(error) => Err(vec![Refusal::at("reason_text", error)]),
    }
}

/// An application of the visitor's company that waits, with its user; `None`: it is decided already.
pub(super) async fn waiting(
    desk: &Desk,
    visit: &DeskVisit,
    application: &str,
) -> Result<Option<(UserId, ApplicationLine)>, Failure> {
    let mut reader = visit.read(desk).await?;
    let mut tenant = reader.records();
    let record = tenant.application(id(application)?).await?;
    let record = record.ok_or(Problem::NotFound)?;
    let user = record.application.particulars().user;
    Ok(line(&mut tenant, &record).await?.map(|line| (user, line)))
}

async fn answer(
    desk: &Desk,
    visit: &DeskVisit,
    decided: Result<(), DecideError>,
    done: &str,
) -> Result<Response, Failure> {
    match decided {
        Ok(()) => Ok(see_other(done)),
        // Another administrator was faster, or the form was sent twice: the queue shows what is left.
        Err(DecideError::Decided) => Ok(see_other("/applications")),
        Err(error) => {
            let errors = at_form(error)?;
            Ok(Page::refusing(&errors, queue(desk, visit, visit.chrome(), None, errors.clone()).await?)
                .into_response())
        }
    }
}
