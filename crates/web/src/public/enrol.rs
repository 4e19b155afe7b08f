//! `/enrol`: the application form (個人用電子証明書 新規申請).
//!
//! **Invariant:** a wrong credential is answered with the same bytes whichever it was; what the page
//! repeats was typed by its reader, or stands in the `data_entry.txt` that came along.

use super::{PublicSite, enrol_name, enrol_sent};
use crate::{
    Failure, FormFields, Page, PageReader, PeerAddress, failure::at_form, posted::Posted,
    user_agent::BrowserWords,
};
use authority::ra::ApplyRefusal;
use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use domain::{
    application_form::ApplyField,
    data_entry::DataEntry,
    email::EmailAddress,
    form::{Field, Form},
    refusal::{Problem, Refusal},
    tenant::IdentificationCode,
};
use serde::Deserialize;
use templates::public::{self, EnrolPage, INVITATION_DOOR, LicenceShown, SHEET_DOOR};

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct InvitationQuery {
    /// What an invitation's link tells: the identification code …
    code: String,
    /// … and the address that was invited.
    email: String,
    /// With which paper the reader comes.
    door: String,
}

impl InvitationQuery {
    /// The form with the link's code and address. Only their shape is checked: the page does not show whether they are
    /// on record.
    fn form(&self) -> Form<ApplyField> {
        let form = Form::default().with(ApplyField::Door, self.door.as_str());
        match (IdentificationCode::parse(&self.code), EmailAddress::parse(&self.email)) {
            (Some(code), Ok(email)) => form
                .with(ApplyField::IdentificationCode, code.grouped())
                .with(ApplyField::Email, email.as_str())
                .with_tick(ApplyField::Locked, true),
            _ => form,
        }
    }
}

pub(super) async fn form(
    State(site): State<PublicSite>,
    Query(query): Query<InvitationQuery>,
    reader: PageReader,
    headers: HeaderMap,
) -> Page {
    let browser = BrowserWords::of(&headers);
    let form = query.form().with(ApplyField::DeviceName, browser.machine().unwrap_or_default());
    let page = EnrolPage { mac_or_ipad: browser.is_mac_or_ipad(), ..page(&site, form, None) };
    Page::ok(public::enrol(&page, &site.chrome(&reader)))
}

/// The button `read` looks at `data_entry` only, `to` opens another door, `held` brings the name; any other way of
/// sending applies.
pub(super) async fn send(
    State(site): State<PublicSite>,
    reader: PageReader,
    Posted(peer, fields): Posted<PeerAddress>,
) -> Result<Response, Failure> {
    let form = typed(&fields);
    if !fields.text("held").is_empty() {
        return enrol_name::send(&site, peer, &reader, &fields).await;
    }
    let page = match (fields.text("to"), fields.text("read")) {
        ("", "") => return apply(&site, peer, &reader, form).await,
        ("", "clear") => page(&site, form.with(ApplyField::DataEntry, ""), None),
        ("", _) => read(&site, form).await?,
        (SHEET_DOOR, _) => page(&site, form.with(ApplyField::Door, SHEET_DOOR), None),
        // An invitation has no such file.
        _ => page(&site, form.with(ApplyField::Door, INVITATION_DOOR).with(ApplyField::DataEntry, ""), None),
    };
    Ok(shown(&site, &reader, &page))
}

pub(super) fn page(site: &PublicSite, form: Form<ApplyField>, licence: Option<LicenceShown>) -> EnrolPage {
    let provider_contact = site.authority.service().support_contact.clone();
    EnrolPage { form, licence, provider_contact, mac_or_ipad: false }
}

pub(super) fn shown(site: &PublicSite, reader: &PageReader, page: &EnrolPage) -> Response {
    let told = [ApplyField::IdentificationCode, ApplyField::Email].map(|field| page.form.text(field));
    let chrome = match (page.form.is_ticked(ApplyField::Locked), told) {
        (true, [code, email]) => site.chrome(reader).at(public::enrol_path(code, email)),
        (false, _) => site.chrome(reader),
    };
    let html = public::enrol(page, &chrome);
    let errors = page.form.errors();
    let answer = if errors.is_empty() { Page::ok(html) } else { Page::refusing(errors, html) };
    answer.into_response()
}

/// The form with what its `data_entry.txt` says.
async fn read(site: &PublicSite, form: Form<ApplyField>) -> Result<EnrolPage, Failure> {
    let Some(file) = form.data_entry() else {
        let refusal = Refusal::at(ApplyField::DataEntryFile.name(), Problem::DataEntryMissing);
        return Ok(page(site, form.refused(vec![refusal]), None));
    };
    Ok(match site.authority.registration().read_data_entry(&file).await? {
        Ok(entry) => {
            let code = entry.identification_code.grouped();
            let form = form.with(ApplyField::IdentificationCode, code);
            page(site, form, Some(licence(&entry)?))
        }
        Err(refusal) => {
            let refusal = Refusal::at(ApplyField::DataEntry.name(), refusal);
            page(site, refused(form, vec![refusal]), None)
        }
    })
}

/// The form with these errors. An error of an uploaded file stands at the file field, and the file's text is not
/// shown for editing: a changed file would be refused.
fn refused(form: Form<ApplyField>, mut errors: Vec<Refusal>) -> Form<ApplyField> {
    let of_contents = |error: &&mut Refusal| error.field == Some(ApplyField::DataEntry.name());
    let was_chosen = !form.text(ApplyField::DataEntryFile).is_empty();
    let mut is_refused = false;
    for error in errors.iter_mut().filter(of_contents).filter(|_| was_chosen) {
        error.field = Some(ApplyField::DataEntryFile.name());
        is_refused = true;
    }
    let form = if is_refused { form.with(ApplyField::DataEntry, "") } else { form };
    form.refused(errors)
}

pub(super) async fn apply(
    site: &PublicSite,
    peer: PeerAddress,
    reader: &PageReader,
    form: Form<ApplyField>,
) -> Result<Response, Failure> {
    let errors = match site.authority.registration().apply(&form, reader.locale, peer.0).await {
        Ok(receipt) => return enrol_sent::to_sent(site, &receipt),
        Err(ApplyRefusal::NameMissing) => return enrol_name::ask(site, reader, &form),
        // Only a person with the right credentials sees more than the uniform refusal.
        Err(refusal) => at_form(refusal)?,
    };
    let EnrolPage { form, licence, .. } = match form.data_entry() {
        Some(_) => read(site, form).await?,
        None => page(site, form, None),
    };
    Ok(shown(site, reader, &page(site, refused(form, errors), licence)))
}

/// What was typed; the chosen file counts for the pasted text.
fn typed(fields: &FormFields) -> Form<ApplyField> {
    let form = fields.form();
    match fields.file(ApplyField::DataEntryFile.name()) {
        Some(file) => form
            .with(ApplyField::DataEntryFile, file.name.as_str())
            .with(ApplyField::DataEntry, String::from_utf8_lossy(&file.bytes).replace('\0', "")),
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
