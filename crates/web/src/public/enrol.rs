//! `/enrol`: the application form (個人用電子証明書 新規申請).
//!
//! **Invariant:** a wrong credential is answered with the same bytes whichever it was; what the page
//! repeats was typed by its reader, or stands in the `data_entry.txt` that came along.

use super::PublicSite;
use crate::{Failure, FormFields, Page, PageReader, PeerAddress, failure::at_form, posted::Posted, redirect};
use authority::ra::ApplicationForm;
use axum::{
    extract::{Query, State},
    response::{IntoResponse, Response},
};
use domain::{
    data_entry::DataEntry,
    password::OneTimePassword,
    refusal::{Problem, Refusal},
};
use serde::Deserialize;
use templates::public::{self, EnrolPage, EnrolSentPage, EnrolValues, LicenceShown};

pub(super) async fn form(State(site): State<PublicSite>, reader: PageReader) -> Page {
    Page::ok(public::enrol(&EnrolPage::default(), &site.chrome(&reader)))
}

/// The button `read` looks at `data_entry` only; any other way of sending applies.
pub(super) async fn send(
    State(site): State<PublicSite>,
    reader: PageReader,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let data_entry = data_entry(&fields);
    match fields.text("read") {
        "" => apply(&site, peer, &reader, &fields, data_entry).await,
        "clear" => {
            let page = EnrolPage { values: values(&fields, String::new()), ..EnrolPage::default() };
            Ok(Page::ok(public::enrol(&page, &site.chrome(&reader))).into_response())
        }
        _ => {
            let page = read(&site, &fields, data_entry).await?;
            let html = public::enrol(&page, &site.chrome(&reader));
            let answer =
                if page.errors.is_empty() { Page::ok(html) } else { Page::refusing(&page.errors, html) };
            Ok(answer.into_response())
        }
    }
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

async fn read(site: &PublicSite, fields: &FormFields, data_entry: String) -> Result<EnrolPage, Failure> {
    let mut page = EnrolPage { values: values(fields, data_entry), ..EnrolPage::default() };
    if page.values.data_entry.trim().is_empty() {
        page.errors.push(Refusal::at("data_entry_file", Problem::DataEntryMissing));
        return Ok(page);
    }
    match site.authority.registration().read_data_entry(&page.values.data_entry).await? {
        Ok(entry) => page.licence = Some(licence(&entry)?),
        Err(refusal) => page.errors.push(Refusal::at("data_entry", refusal)),
    }
    Ok(page)
}

async fn apply(
    site: &PublicSite,
    peer: PeerAddress,
    reader: &PageReader,
    fields: &FormFields,
    data_entry: String,
) -> Result<Response, Failure> {
    let form = ApplicationForm {
        data_entry: data_entry.clone(),
        family_name: fields.text("family_name").to_owned(),
        given_name: fields.text("given_name").to_owned(),
        email: fields.text("email").to_owned(),
        identification_code: fields.text("identification_code").to_owned(),
        password: OneTimePassword::typed(fields.text("password")),
        device_name: fields.text("device_name").to_owned(),
        challenge_phrase: fields.secret("challenge_phrase"),
        agreement_version: fields.text("agreement_version").to_owned(),
        agreed: fields.is_ticked("agree"),
        locale: reader.locale,
    };
    let errors = match site.authority.registration().apply(form, peer.0).await {
        Ok(receipt) if receipt.approved => return Ok(redirect::see_other("/enrol/sent")),
        Ok(_) => return Ok(redirect::see_other("/enrol/sent?approval=waits")),
        // What goes beyond the uniform refusal is told only to a person who has proved the credentials.
        Err(refusal) => at_form(refusal)?,
    };
    let mut page = if data_entry.trim().is_empty() {
        EnrolPage { values: values(fields, data_entry), ..EnrolPage::default() }
    } else {
        read(site, fields, data_entry).await?
    };
    page.errors = errors;
    Ok(Page::refusing(&page.errors, public::enrol(&page, &site.chrome(reader))).into_response())
}

/// The chosen file, else the pasted text.
fn data_entry(fields: &FormFields) -> String {
    match fields.file("data_entry_file") {
        Some(file) => String::from_utf8_lossy(&file.bytes).replace('\0', ""),
        None => fields.text("data_entry").to_owned(),
    }
}

fn values(fields: &FormFields, data_entry: String) -> EnrolValues {
    EnrolValues {
        data_entry,
        family_name: fields.text("family_name").to_owned(),
        given_name: fields.text("given_name").to_owned(),
        email: fields.text("email").to_owned(),
        identification_code: fields.text("identification_code").to_owned(),
        device_name: fields.text("device_name").to_owned(),
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
