//! Several applications that were ticked in the queue are approved or rejected, after a page that names them.
//!
//! Each is an act of its own, with its own row in the log: what cannot be done to one does not keep it from the others.

use super::{
    Desk,
    applications::{APPLICATIONS_SHOWN_MAX, reason_of, shows_pins, waiting},
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::{Failure, at_form},
    form_fields::FormFields,
    listing::id,
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
    grant::{DecideApplication, Grant},
    refusal::{Problem, Refusal},
    rejection::RejectionReason,
};
use templates::desk::{
    self as pages, ApplicationDecision, ApplicationLine, Decided, DecidedPage, DecisionPage, DoneNotice,
};

/// The field of the queue's checkboxes.
const FIELD: &str = "application";

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/applications/selected/{act}", get(confirm).post(decide))
}

fn named(name: &str) -> Result<ApplicationDecision, Failure> {
    ApplicationDecision::ALL
        .into_iter()
        .find(|decision| decision.name() == name)
        .ok_or(Problem::NotFound.into())
}

async fn confirm(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(name): Path<String>,
    Query(query): Query<Vec<(String, String)>>,
) -> Result<Page, Failure> {
    visit.grant::<DecideApplication>()?;
    let decision = named(&name)?;
    let ticked = query.iter().filter(|(field, _)| field == FIELD).map(|(_, id)| id.as_str());
    let applications = ticked_ones(&desk, &visit, ticked).await?;
    let page = DecisionPage {
        decision,
        pins_shown_here: shows_pins(&visit),
        applications,
        reason: String::new(),
        untold: false,
        errors: Vec::new(),
    };
    Ok(Page::ok(pages::decision(&page, visit.chrome())))
}

async fn decide(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<DecideApplication>>,
) -> Result<Response, Failure> {
    let decision = named(&name)?;
    let applications = ticked_ones(&desk, &visit, form.texts(FIELD)).await?;
    if applications.is_empty() {
        return Ok(see_other("/applications"));
    }
    let reason = match decision {
        ApplicationDecision::Approve => None,
        ApplicationDecision::Reject => match reason_of(&form) {
            Ok(reason) => reason,
            Err(errors) => return Ok(again(&visit, &form, applications, errors)),
        },
    };
    let mut results = Vec::with_capacity(applications.len());
    for application in applications {
        let problem = one(&desk, &visit, &grant, decision, &application, reason.as_ref()).await?;
        results.push(Decided { application, problem });
    }
    if results.iter().all(|result| result.problem.is_none()) {
        let notice = match decision {
            ApplicationDecision::Approve if shows_pins(&visit) => DoneNotice::ApprovedAllShown,
            ApplicationDecision::Approve => DoneNotice::ApprovedAll,
            ApplicationDecision::Reject => DoneNotice::RejectedAll,
        };
        return Ok(see_other(&format!("/applications?done={}", notice.name())));
    }
    let chrome = visit.chrome().at("/applications");
    Ok(Page::ok(pages::decided(&DecidedPage { decision, results }, &chrome)).into_response())
}

fn again(
    visit: &DeskVisit,
    form: &FormFields,
    applications: Vec<ApplicationLine>,
    errors: Vec<Refusal>,
) -> Response {
    let page = DecisionPage {
        decision: ApplicationDecision::Reject,
        pins_shown_here: shows_pins(visit),
        applications,
        reason: form.text("reason_text").to_owned(),
        untold: form.is_ticked("reason_untold"),
        errors,
    };
    let chrome = visit.chrome().at("/applications");
    Page::refusing(&page.errors, pages::decision(&page, &chrome)).into_response()
}

/// Decides one; why not, if it was not.
async fn one(
    desk: &Desk,
    visit: &DeskVisit,
    grant: &Grant<DecideApplication>,
    decision: ApplicationDecision,
    application: &ApplicationLine,
    reason: Option<&RejectionReason>,
) -> Result<Option<Problem>, Failure> {
    let (registration, tenant, id) = (desk.authority.registration(), visit.tenant_id(), id(&application.id)?);
    let decided = match decision {
        ApplicationDecision::Approve => registration.approve(grant, tenant, id).await,
        ApplicationDecision::Reject => registration.reject(grant, tenant, id, reason).await,
    };
    match decided {
        Ok(()) => Ok(None),
        // Withdrawn since the page was opened: the others are not kept from it.
        Err(DecideError::NotFound) => Ok(Some(Problem::Stale)),
        Err(error) => Ok(at_form(error)?.into_iter().next().map(|refusal| refusal.problem)),
    }
}

/// The ticked applications that wait, each once; ids that name none are left out.
async fn ticked_ones<'a>(
    desk: &Desk,
    visit: &DeskVisit,
    ticked: impl Iterator<Item = &'a str>,
) -> Result<Vec<ApplicationLine>, Failure> {
    let mut ids: Vec<&str> = Vec::new();
    for id in ticked {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.len() > APPLICATIONS_SHOWN_MAX as usize {
        return Err(Problem::BadRequest.into());
    }
    let mut applications = Vec::with_capacity(ids.len());
    for id in ids {
        match waiting(desk, visit, id).await {
            Ok(found) => applications.extend(found.map(|(_, line)| line)),
            Err(failure) if failure == Problem::NotFound.into() => {}
            Err(failure) => return Err(failure),
        }
    }
    Ok(applications)
}
