//! The second step of `/enrol`, for people whose name in roman letters is not on record.
//!
//! **Invariant:** this page follows only the right password. It carries the sealed form of the first step, so that
//! nothing is typed twice; no secret stands in it in plain text.

use super::{PublicSite, enrol};
use crate::{Failure, FormFields, Page, PageReader, PeerAddress};
use axum::response::{IntoResponse, Response};
use domain::{
    application_form::ApplyField,
    form::{Field, Form},
    refusal::{Problem, Refusal},
};
use templates::public::{self, EnrolNamePage};

const NAME: [ApplyField; 2] = [ApplyField::FamilyName, ApplyField::GivenName];

/// Asks for the name of a form that was found right but for that.
pub(super) fn ask(
    site: &PublicSite,
    reader: &PageReader,
    form: &Form<ApplyField>,
) -> Result<Response, Failure> {
    let held = site.authority.registration().hold_application(form)?;
    let page = EnrolNamePage { form: Form::default(), held: held.expose().clone() };
    Ok(Page::ok(public::enrol_name(&page, &site.chrome(reader))).into_response())
}

/// Applies with the form of before and the name.
pub(super) async fn send(
    site: &PublicSite,
    peer: PeerAddress,
    reader: &PageReader,
    fields: &FormFields,
) -> Result<Response, Failure> {
    let (held, name) = (fields.text("held"), fields.form_of(NAME));
    let Some(form) = site.authority.registration().held_application(held) else {
        let page = enrol::page(site, Form::default().refused(vec![Problem::Stale.into()]), None);
        return Ok(enrol::shown(site, reader, &page));
    };
    let missing = NAME.into_iter().filter(|field| name.text(*field).is_empty());
    let mut errors: Vec<Refusal> =
        missing.map(|field| Refusal::at(field.name(), Problem::Required)).collect();
    let form = form.overlaid(name.clone());
    if let Err(wrong) = form.application(templates::agreement::VERSION) {
        let at_name = |error: &Refusal| NAME.iter().any(|field| error.field == Some(field.name()));
        errors.extend(wrong.into_iter().filter(at_name));
    }
    errors.dedup();
    if errors.is_empty() {
        return Box::pin(enrol::apply(site, peer, reader, form)).await;
    }
    let page = EnrolNamePage { form: name.refused(errors), held: held.to_owned() };
    let html = public::enrol_name(&page, &site.chrome(reader));
    Ok(Page::refusing(page.form.errors(), html).into_response())
}
