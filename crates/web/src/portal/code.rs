//! A password by a mailed code: for people who have none, or have forgotten it.

use super::{Portal, signed_in};
use crate::{Failure, Page, PageReader, PeerAddress, Visitor, failure::at_form, posted::Posted, redirect};
use authority::portal::CodeStanding;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{permit::Permit, refusal::Refusal};
use templates::portal::{self, PasswordCodePage};

pub(super) fn routes() -> Router<Portal> {
    Router::new().route("/code", get(form).post(choose)).route("/code/mail", get(to_form).post(mail))
}

async fn to_form() -> Response {
    redirect::see_other("/code")
}

async fn form(
    State(site): State<Portal>,
    Visitor(permit): Visitor,
    reader: PageReader,
) -> Result<Page, Failure> {
    let standing = site.authority.portal().code_standing(&permit).await?;
    let chrome = site.chrome(&permit, &reader).await?;
    Ok(Page::ok(portal::password_code(&page(&permit, &standing, Vec::new()), &chrome)))
}

async fn mail(
    State(site): State<Portal>,
    peer: PeerAddress,
    reader: PageReader,
    Posted(Visitor(permit), _fields): Posted<Visitor>,
) -> Result<Response, Failure> {
    match site.authority.portal().mail_portal_code(&permit, peer.0).await {
        Ok(()) => Ok(to_form().await),
        Err(refusal) => again(&site, &permit, &reader, at_form(refusal)?).await,
    }
}

async fn choose(
    State(site): State<Portal>,
    peer: PeerAddress,
    reader: PageReader,
    Posted(Visitor(permit), fields): Posted<Visitor>,
) -> Result<Response, Failure> {
    match site.authority.portal().set_portal_password_by_code(&permit, &fields.form(), peer.0).await {
        Ok(token) => signed_in(&token, "/"),
        Err(refusal) => again(&site, &permit, &reader, at_form(refusal)?).await,
    }
}

/// The page with what was refused.
pub(super) async fn again(
    site: &Portal,
    permit: &Permit,
    reader: &PageReader,
    errors: Vec<Refusal>,
) -> Result<Response, Failure> {
    let standing = site.authority.portal().code_standing(permit).await?;
    let page = page(permit, &standing, errors);
    let chrome = site.chrome(permit, reader).await?.at("/code");
    Ok(Page::refusing(&page.errors, portal::password_code(&page, &chrome)).into_response())
}

pub(super) fn page(permit: &Permit, standing: &CodeStanding, errors: Vec<Refusal>) -> PasswordCodePage {
    PasswordCodePage {
        login_name: permit.user().login_name.clone(),
        user_name: permit.user().display_name.clone(),
        email: standing.email.to_string(),
        is_mailed: standing.is_mailed,
        has_password: standing.has_password,
        errors,
    }
}
