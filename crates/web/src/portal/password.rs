//! The password: the first one, and another in place of the present one.

use super::{PASSWORD_CHANGED, Portal, code, session, signed_in, to_entry};
use crate::{Failure, Page, PageReader, PeerAddress, Visitor, failure::at_form, posted::Posted, redirect};
use authority::portal::PortalRefusal;
use axum::{
    Router,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{permit::Permit, refusal::Refusal};
use templates::portal::{self, ChangePasswordPage, SetPasswordPage};

pub(super) fn routes() -> Router<Portal> {
    Router::new()
        .route("/set-password", get(to_entry).post(set_password))
        .route("/password", get(change_form).post(change))
}

async fn set_password(
    State(site): State<Portal>,
    peer: PeerAddress,
    reader: PageReader,
    Posted(Visitor(permit), fields): Posted<Visitor>,
) -> Result<Response, Failure> {
    let errors = match site.authority.portal().set_portal_password(&permit, &fields.form(), peer.0).await {
        Ok(token) => return signed_in(&token, "/"),
        Err(PortalRefusal::AlreadySet) => return Ok(redirect::see_other("/")),
        // The form was open longer than the certificate sets a password up.
        Err(refusal @ PortalRefusal::CodeNeeded) => {
            return code::again(&site, &permit, &reader, at_form(refusal)?).await;
        }
        Err(refusal) => at_form(refusal)?,
    };
    let page = set_password_page(&permit, errors);
    let chrome = site.chrome(&permit, &reader).await?;
    Ok(Page::refusing(&page.errors, portal::set_password(&page, &chrome)).into_response())
}

pub(super) fn set_password_page(permit: &Permit, errors: Vec<Refusal>) -> SetPasswordPage {
    SetPasswordPage {
        login_name: permit.user().login_name.clone(),
        user_name: permit.user().display_name.clone(),
        errors,
    }
}

async fn change_form(
    State(site): State<Portal>,
    Visitor(permit): Visitor,
    reader: PageReader,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    if !site.authority.portal().is_signed_in(&permit, session(&headers)).await? {
        return Ok(redirect::see_other("/"));
    }
    let chrome = site.chrome(&permit, &reader).await?;
    Ok(Page::ok(portal::change_password(&change_page(&permit, Vec::new()), &chrome)).into_response())
}

async fn change(
    State(site): State<Portal>,
    peer: PeerAddress,
    reader: PageReader,
    headers: HeaderMap,
    Posted(Visitor(permit), fields): Posted<Visitor>,
) -> Result<Response, Failure> {
    if !site.authority.portal().is_signed_in(&permit, session(&headers)).await? {
        return Ok(redirect::see_other("/"));
    }
    let changed = site.authority.portal().change_portal_password(&permit, &fields.form(), peer.0).await;
    let errors = match changed {
        Ok(token) => return signed_in(&token, &format!("/?done={PASSWORD_CHANGED}")),
        Err(refusal) => at_form(refusal)?,
    };
    let page = change_page(&permit, errors);
    let chrome = site.chrome(&permit, &reader).await?;
    Ok(Page::refusing(&page.errors, portal::change_password(&page, &chrome)).into_response())
}

fn change_page(permit: &Permit, errors: Vec<Refusal>) -> ChangePasswordPage {
    ChangePasswordPage {
        login_name: permit.user().login_name.clone(),
        user_name: permit.user().display_name.clone(),
        errors,
    }
}
