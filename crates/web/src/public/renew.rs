//! `/renew`: a new certificate in place of one that has expired, for a person whom it does not let in any more.
//!
//! **Invariant:** a form that can be read gets the same answer, whoever it names.

use super::PublicSite;
use crate::{Failure, Page, PageReader, PeerAddress, failure::at_form, posted::Posted, redirect};
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{form::Form, renew_form::RenewField};
use templates::public::{self, AskedPage, RenewFormPage};

pub(super) async fn form(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::renew(&RenewFormPage::default(), &site.chrome(&reader)))
}

pub(super) async fn send(
    State(site): State<PublicSite>,
    reader: PageReader,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let typed: Form<RenewField> = fields.form();
    let asked = match typed.renewal() {
        Ok(asked) => asked,
        Err(errors) => return Ok(again(&site, &reader, typed.refused(errors))),
    };
    match site.authority.renewals().ask(&asked, reader.locale, peer.0).await {
        Ok(_behind_the_answer) => Ok(redirect::see_other("/renew/sent")),
        Err(refusal) => Ok(again(&site, &reader, typed.refused(at_form(refusal)?))),
    }
}

pub(super) async fn sent(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::renew_sent(&asked(&site), &site.chrome(&reader)))
}

fn again(site: &PublicSite, reader: &PageReader, form: Form<RenewField>) -> Response {
    let page = RenewFormPage { form };
    Page::refusing(page.form.errors(), public::renew(&page, &site.chrome(reader))).into_response()
}

pub(super) fn asked(site: &PublicSite) -> AskedPage {
    let provider_contact = site.authority.service().support_contact.clone();
    AskedPage { outbox: site.captured_mail.is_some(), provider_contact }
}
