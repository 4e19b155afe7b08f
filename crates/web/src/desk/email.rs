//! My e-mail address: everybody proves by a mailed code that an address which was entered for them reaches them.

use super::{
    Desk,
    user::email_standing,
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::Failure, failure::at_form, listing::ListQuery, page::Page, posted::Posted, redirect::see_other,
};
use authority::email_proof::EmailProofError;
use axum::{
    Router,
    extract::{Query, State},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{
    grant::ProveOwnEmail,
    pin::{PIN_DIGITS, Pin},
    refusal::{Problem, Refusal, number},
};
use templates::desk::{self as pages, DoneNotice, MyEmailPage};

const CODE: &str = "email_code";

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/email", get(show).post(prove)).route("/email/code", post(mail_code))
}

async fn show(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<ProveOwnEmail>()?;
    let page = page(&desk, &visit, DoneNotice::parse(&query.done), Vec::new()).await?;
    Ok(Page::ok(pages::email(&page, visit.chrome())))
}

async fn page(
    desk: &Desk,
    visit: &DeskVisit,
    notice: Option<DoneNotice>,
    errors: Vec<Refusal>,
) -> Result<MyEmailPage, Failure> {
    let mut records = visit.read_own(desk).await?;
    let user = records.user().await?.ok_or(Problem::NotFound)?;
    let proof = records.email_proof().await?;
    Ok(MyEmailPage {
        address: user.email.to_string(),
        email: email_standing(&user, &visit.tenant().names),
        code_mailed: proof.is_some_and(|proof| proof.is_open(&user, visit.now())),
        notice,
        errors,
    })
}

async fn prove(
    State(desk): State<Desk>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<ProveOwnEmail>>,
) -> Result<Response, Failure> {
    let typed = form.text(CODE).trim();
    // What can be no code is a typing mistake, and no wrong try.
    let Some(code) = Pin::parse(typed) else {
        let mistyped = Problem::DigitsMistyped { digits: number(PIN_DIGITS) };
        let problem = if typed.is_empty() { Problem::Required } else { mistyped };
        return again(&desk, &visit, vec![Refusal::at(CODE, problem)]).await;
    };
    match desk.authority.email_proofs().prove_own_email(&grant, visit.permit(), &code).await {
        // Sent twice, or proved at another door meanwhile.
        Ok(()) | Err(EmailProofError::Proved) => Ok(see_other("/email?done=email-proved")),
        Err(error) => again(&desk, &visit, at_form(error)?).await,
    }
}

async fn mail_code(
    State(desk): State<Desk>,
    Posted(Allowed { visit, grant }, _form): Posted<Allowed<ProveOwnEmail>>,
) -> Result<Response, Failure> {
    match desk.authority.email_proofs().mail_own_email_code(&grant, visit.permit()).await {
        Ok(()) => Ok(see_other("/email?done=email-code-sent")),
        Err(EmailProofError::Proved) => Ok(see_other("/email")),
        Err(error) => again(&desk, &visit, at_form(error)?).await,
    }
}

async fn again(desk: &Desk, visit: &DeskVisit, errors: Vec<Refusal>) -> Result<Response, Failure> {
    let page = page(desk, visit, None, errors).await?;
    Ok(Page::refusing(&page.errors, pages::email(&page, &visit.chrome().at("/email"))).into_response())
}
