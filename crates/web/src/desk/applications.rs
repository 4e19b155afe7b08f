//! Applications that wait for an administrator.

use super::{Desk, visit::Visit};
use crate::{
    failure::Failure,
    form_fields::FormFields,
    licence,
    listing::{ListQuery, id},
    page::Page,
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
    application::{ApplicationState, StoredApplication},
    grant::{DecideApplication, ViewTenant},
};
use store::{PageRequest, TenantReader, applications::ApplicationRecord};
use templates::{
    FieldError,
    desk::{self as pages, ApplicationLine, ApplicationsPage, Notice},
};

/// The most applications shown at a time, the oldest first: deciding on them brings up the next.
const APPLICATIONS_SHOWN_MAX: u32 = 100;

/// The longest reason that is passed on to an applicant, in letters.
const REASON_LETTERS_MAX: usize = 200;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/applications", get(list))
        .route("/applications/{id}/approve", get(to_queue).post(approve))
        .route("/applications/{id}/reject", get(to_queue).post(reject))
}

/// For whoever opens an act's address anew, or in another language.
async fn to_queue() -> Response {
    see_other("/applications")
}

async fn list(
    State(desk): State<Desk>,
    visit: Visit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    Ok(Page::ok(queue(&desk, &visit, Notice::parse(&query.done), Vec::new()).await?))
}

async fn queue(
    desk: &Desk,
    visit: &Visit,
    notice: Option<Notice>,
    errors: Vec<FieldError>,
) -> Result<String, Failure> {
    let mut reader = desk.read().await?;
    let mut tenant = reader.tenant(visit.tenant_id());
    let first = PageRequest::first(APPLICATIONS_SHOWN_MAX);
    let waiting =
        tenant.applications_in(ApplicationState::Submitted, &first).await.map_err(Failure::unavailable)?;
    let mut applications = Vec::with_capacity(waiting.rows.len());
    for record in &waiting.rows {
        applications.extend(line(&mut tenant, record).await?);
    }
    let page = ApplicationsPage {
        can_decide: visit.may::<DecideApplication>(),
        approval_required: visit.tenant().policy.approval_required,
        applications,
        notice,
        errors,
    };
    Ok(pages::applications(&page, visit.chrome()))
}

async fn line(
    tenant: &mut TenantReader<'_>,
    record: &ApplicationRecord,
) -> Result<Option<ApplicationLine>, Failure> {
    let StoredApplication::Submitted(application) = &record.application else { return Ok(None) };
    let stated = application.particulars();
    let user = tenant.user(stated.user).await.map_err(Failure::unavailable)?;
    Ok(user.map(|user| ApplicationLine {
        id: stated.id.to_string(),
        display_name: user.display_name,
        roman_name: stated.roman_name.common_name(),
        email: stated.email.as_str().to_owned(),
        device_name: stated.device_name.clone(),
        reference: stated.reference.to_string(),
        submitted_at: stated.submitted_at,
    }))
}

async fn approve(
    State(desk): State<Desk>,
    visit: Visit,
    Path(application): Path<String>,
) -> Result<Response, Failure> {
    let grant = visit.grant::<DecideApplication>()?;
    let decided = desk.authority.approve(&grant, visit.tenant_id(), id(&application)?).await;
    answer(&desk, &visit, decided, Notice::Approved).await
}

async fn reject(
    State(desk): State<Desk>,
    visit: Visit,
    Path(application): Path<String>,
    form: FormFields,
) -> Result<Response, Failure> {
    let grant = visit.grant::<DecideApplication>()?;
    let reason: String = form.text("reason_text").chars().take(REASON_LETTERS_MAX).collect();
    let decided = desk.authority.reject(&grant, visit.tenant_id(), id(&application)?, &reason).await;
    answer(&desk, &visit, decided, Notice::Rejected).await
}

async fn answer(
    desk: &Desk,
    visit: &Visit,
    decided: Result<(), DecideError>,
    notice: Notice,
) -> Result<Response, Failure> {
    match decided {
        Ok(()) => Ok(see_other(&format!("/applications?done={}", notice.name()))),
        // Another administrator was faster, or the form was sent twice: the queue shows what is left.
        Err(DecideError::Decided) => Ok(see_other("/applications")),
        Err(DecideError::License(refusal)) => {
            let errors = vec![FieldError::whole(licence::problem(refusal))];
            Ok(Page::unprocessable(queue(desk, visit, None, errors).await?).into_response())
        }
        Err(DecideError::NotFound) => Err(Failure::NotFound),
        Err(DecideError::Unavailable(cause)) => Err(Failure::unavailable(cause)),
    }
}
