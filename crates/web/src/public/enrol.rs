//! `/enrol`: the application form (個人用電子証明書 新規申請).
//!
//! **Invariant:** a wrong credential is answered with the same bytes whichever it was; what the page
//! repeats was typed by its reader, or stands in the `data_entry.txt` that came along.

use super::PublicSite;
use crate::{Failure, FormFields, Page, PageReader, PeerAddress, failure::at_form, posted::Posted, redirect};
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use domain::{
    application_form::ApplyField,
    data_entry::DataEntry,
    form::{Field, Form},
    refusal::{Problem, Refusal},
};
use serde::Deserialize;
use templates::public::{self, EnrolPage, EnrolSentPage, LicenceShown};

pub(super) async fn form(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::enrol(&EnrolPage::default(), &site.chrome(&reader)))
}

/// The button `read` looks at `data_entry` only; any other way of sending applies.
pub(super) async fn send(
    State(site): State<PublicSite>,
    reader: PageReader,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let form = typed(&fields);
    let page = match fields.text("read") {
        "" => return apply(&site, peer, &reader, form).await,
        "clear" => EnrolPage { form: form.with(ApplyField::DataEntry, ""), licence: None },
        _ => read(&site, form).await?,
    };
    Ok(shown(&site, &reader, &page))
}

fn shown(site: &PublicSite, reader: &PageReader, page: &EnrolPage) -> Response {
    let html = public::enrol(page, &site.chrome(reader));
    let errors = page.form.errors();
    let answer = if errors.is_empty() { Page::ok(html) } else { Page::refusing(errors, html) };
    answer.into_response()
}

#[derive(Debug, Deserialize)]
pub(super) struct SentQuery {
    approval: Option<String>,
}

pub(super) async fn sent(
    State(site): State<PublicSite>,
    Query(query): Query<SentQuery>,
    reader: PageReader,
) -> Page {
    let page = EnrolSentPage {
        waits_for_approval: query.approval.is_some(),
        sender_address: site.authority.service().sender_address.to_string(),
        outbox: site.captured_mail.is_some(),
    };
    Page::ok(public::enrol_sent(&page, &site.chrome(&reader)))
}

/// The form with what its `data_entry.txt` says.
async fn read(site: &PublicSite, form: Form<ApplyField>) -> Result<EnrolPage, Failure> {
    let Some(file) = form.data_entry() else {
        let refusal = Refusal::at(ApplyField::DataEntryFile.name(), Problem::DataEntryMissing);
        return Ok(EnrolPage { form: form.refused(vec![refusal]), licence: None });
    };
    Ok(match site.authority.registration().read_data_entry(&file).await? {
        Ok(entry) => {
            let code = entry.identification_code.grouped();
            let form = form.with(ApplyField::IdentificationCode, code);
            EnrolPage { form, licence: Some(licence(&entry)?) }
        }
        Err(refusal) => {
            let refusal = Refusal::at(ApplyField::DataEntry.name(), refusal);
            EnrolPage { form: form.refused(vec![refusal]), licence: None }
        }
    })
}

async fn apply(
    site: &PublicSite,
    peer: PeerAddress,
    reader: &PageReader,
    form: Form<ApplyField>,
) -> Result<Response, Failure> {
    let errors = match site.authority.registration().apply(&form, reader.locale, peer.0).await {
        Ok(receipt) if receipt.approved => return Ok(redirect::see_other("/enrol/sent")),
        Ok(_) => return Ok(redirect::see_other("/enrol/sent?approval=waits")),
        // What goes beyond the uniform refusal is told only to a person who has proved the credentials.
        Err(refusal) => at_form(refusal)?,
    };
    let EnrolPage { form, licence } = match form.data_entry() {
        Some(_) => read(site, form).await?,
        None => EnrolPage { form, licence: None },
    };
    Ok(shown(site, reader, &EnrolPage { form: form.refused(errors), licence }))
}

/// What was typed; the chosen file counts for the pasted text.
fn typed(fields: &FormFields) -> Form<ApplyField> {
    let form = fields.form();
    match fields.file(ApplyField::DataEntryFile.name()) {
        Some(file) => {
            form.with(ApplyField::DataEntry, String::from_utf8_lossy(&file.bytes).replace('\0', ""))
        }
        None => form,
    }
}

fn licence(entry: &DataEntry) -> Result<LicenceShown, Failure> {
    Ok(LicenceShown {
        contract_number: entry.contract_number.clone(),
        organization: entry.organization.to_string(),
        organizational_unit: entry.organizational_unit.as_ref().map(ToString::to_string),
        identification_code: entry.identification_code.grouped(),
        seats: entry.seats,
        valid_until: entry.valid_until.parse().map_err(Failure::broken)?,
    })
}
