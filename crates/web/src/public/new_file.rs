//! `/pickup/new-file`: the file of a pickup made anew, because it does not open under the password that its person
//! remembers. The new PIN goes to that person's own address, so the form asks for the reference alone, which is no secret.

use super::{PublicSite, renew};
use crate::{Failure, Page, PageReader, PeerAddress, failure::at_form, posted::Posted, redirect};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use domain::{form::Form, renew_form::NewFileField};
use serde::Deserialize;
use templates::public::{self, NewFilePage};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ReferenceQuery {
    reference: String,
}

pub(super) async fn form(
    State(site): State<PublicSite>,
    Query(query): Query<ReferenceQuery>,
    reader: PageReader,
) -> Page {
    let form = Form::default().with(NewFileField::Reference, query.reference);
    Page::ok(public::new_file(&NewFilePage { form }, &site.chrome(&reader)))
}

pub(super) async fn send(
    State(site): State<PublicSite>,
    reader: PageReader,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let typed: Form<NewFileField> = fields.form();
    let asked = match typed.new_file() {
        Ok(reference) => site.authority.renewals().ask_for_new_file(&reference, peer.0).await,
        Err(errors) => return Ok(again(&site, &reader, typed.refused(errors))),
    };
    match asked {
        Ok(_behind_the_answer) => Ok(redirect::see_other("/pickup/new-file/sent")),
        Err(refusal) => Ok(again(&site, &reader, typed.refused(at_form(refusal)?))),
    }
}

pub(super) async fn sent(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::new_file_sent(&renew::asked(&site), &site.chrome(&reader)))
}

fn again(site: &PublicSite, reader: &PageReader, form: Form<NewFileField>) -> Response {
    let page = NewFilePage { form };
    Page::refusing(page.form.errors(), public::new_file(&page, &site.chrome(reader))).into_response()
}
