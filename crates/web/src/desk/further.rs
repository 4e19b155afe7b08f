//! A further certificate for a device, whose PIN goes out: renewal, replacement or new file by an administrator, and the
//! replacement of one's own device.

use super::{
    Desk,
    certificate::known,
    devices,
    user::done,
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::{Failure, at_form},
    form_fields::FormFields,
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::renewal::RenewError;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    application::{Particulars, Purpose},
    certificate::CertificateRecord,
    grant::{DecideApplication, RenewOwnCertificate},
    one_line::one_line,
    pin_delivery::PinRecipient,
    refusal::{Problem, Refusal},
    renewal::{self, AskedBy},
    time::SignedDuration,
    user::{Role, User},
};
use store::TenantReader;
use templates::desk::{self as pages, DoneNotice, FurtherPage, Waiting};

/// A form that is sent twice within this time is one act, in minutes.
const SENT_TWICE_MINUTES: i64 = 5;

/// The most mails of a person among which that with a PIN is looked for.
const MAILS_READ_MAX: u32 = 50;

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/certificates/{id}/further/{purpose}", get(confirm).post(begin))
        .route("/devices/{id}/replace", get(confirm_own).post(begin_own))
}

/// A purpose by its name in addresses.
fn purpose_named(name: &str) -> Result<Purpose, Failure> {
    let found = Purpose::ALL.into_iter().find(|purpose| purpose.name() == name && *purpose != Purpose::New);
    found.ok_or(Failure::from(Problem::NotFound))
}

fn notice(purpose: Purpose) -> DoneNotice {
    match purpose {
        Purpose::New | Purpose::Renewal => DoneNotice::RenewalBegun,
        Purpose::Replacement => DoneNotice::ReplacementBegun,
        Purpose::NewFile => DoneNotice::NewFileBegun,
    }
}

/// What is on its way to a device, as lists and pages show it.
pub(super) fn waiting(stated: &Particulars) -> Waiting {
    Waiting {
        purpose: stated.purpose,
        reference: stated.reference.to_string(),
        device_name: stated.device_name.clone(),
    }
}

/// Whether an administrator shows the PIN for a person of this role.
fn is_pin_shown(visit: &DeskVisit, role: Role) -> bool {
    PinRecipient::of(&visit.tenant().policy, role) == PinRecipient::Administrator
}

/// The page for a device of somebody's.
fn page(visit: &DeskVisit, purpose: Purpose, user: &User, present: &CertificateRecord) -> FurtherPage {
    FurtherPage {
        purpose,
        own: false,
        action: format!("/certificates/{}/further/{}", present.id, purpose.name()),
        back: format!("/users/{}", user.id),
        user_name: user.display_name.clone(),
        device_name: present.device_name.clone(),
        new_name: String::new(),
        grace_days: visit.tenant().policy.renewal_grace_days,
        pin_from_administrator: is_pin_shown(visit, user.role),
        waiting: None,
        resend: None,
        errors: Vec::new(),
    }
}

fn own_page(visit: &DeskVisit, present: &CertificateRecord) -> FurtherPage {
    FurtherPage {
        purpose: Purpose::Replacement,
        own: true,
        action: format!("/devices/{}/replace", present.id),
        back: "/devices".to_owned(),
        user_name: visit.permit().user().display_name.clone(),
        device_name: present.device_name.clone(),
        new_name: String::new(),
        grace_days: visit.tenant().policy.renewal_grace_days,
        pin_from_administrator: is_pin_shown(visit, visit.permit().user().role),
        waiting: None,
        resend: None,
        errors: Vec::new(),
    }
}

/// What the page says at once, without having been sent: why nothing can be begun.
fn judged(visit: &DeskVisit, page: FurtherPage, line: &[CertificateRecord], asker: AskedBy) -> FurtherPage {
    let found = renewal::successor_of(line, page.purpose, asker, &visit.tenant().policy, visit.now());
    FurtherPage { errors: found.err().map(Refusal::whole).into_iter().collect(), ..page }
}

/// The address that sends the PIN of an application again.
async fn resend_address(
    tenant: &mut TenantReader<'_>,
    stated: &Particulars,
) -> Result<Option<String>, Failure> {
    let mails = tenant.mails_of(stated.user, MAILS_READ_MAX).await?;
    let mail = mails.into_iter().find(|mail| mail.application == Some(stated.id));
    Ok(mail.map(|mail| format!("/users/{}/mails/{}", stated.user, mail.id)))
}

async fn confirm(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path((certificate, purpose)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let purpose = purpose_named(&purpose)?;
    visit.grant::<DecideApplication>()?;
    let mut reader = visit.read(&desk).await?;
    let mut tenant = reader.records();
    let (present, user) = known(&mut tenant, &certificate).await?;
    let line = tenant.certificates_of_device(present.device).await?;
    let page = judged(&visit, page(&visit, purpose, &user, &present), &line, AskedBy::Administrator);
    Ok(Page::ok(pages::further(&page, visit.chrome())))
}

async fn begin(
    State(desk): State<Desk>,
    Path((certificate, purpose)): Path<(String, String)>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<DecideApplication>>,
) -> Result<Response, Failure> {
    let purpose = purpose_named(&purpose)?;
    let (present, user) = known(&mut visit.read(&desk).await?.records(), &certificate).await?;
    let name = (purpose == Purpose::Replacement).then(|| form.text("device_name"));
    let renewals = desk.authority.renewals();
    let begun = renewals.begin(&grant, visit.tenant_id(), present.id, purpose, name).await;
    let to = done(user.id, notice(purpose));
    let Err(error) = begun else { return Ok(see_other(&to)) };
    let mut page = again(page(&visit, purpose, &user, &present), &form);
    if matches!(error, RenewError::UnderWay(_)) {
        let mut reader = visit.read(&desk).await?;
        let mut tenant = reader.records();
        if let Some(open) = tenant.open_application_of(present.device).await? {
            let stated = open.application.particulars();
            if is_the_same(&visit, &page, stated) {
                return Ok(see_other(&to));
            }
            page.waiting = Some(waiting(stated));
            page.resend = resend_address(&mut tenant, stated).await?;
        }
    }
    page.errors = at_form(error)?;
    Ok(Page::refusing(&page.errors, pages::further(&page, visit.chrome())).into_response())
}

/// The form once more, with what was typed.
fn again(page: FurtherPage, form: &FormFields) -> FurtherPage {
    FurtherPage { new_name: form.text("device_name").to_owned(), ..page }
}

/// Whether the same form has begun this a moment ago.
fn is_the_same(visit: &DeskVisit, page: &FurtherPage, stated: &Particulars) -> bool {
    let since = visit.now().duration_since(stated.submitted_at);
    let named = page.purpose != Purpose::Replacement || stated.device_name == one_line(&page.new_name);
    stated.purpose == page.purpose && named && since < SignedDuration::from_mins(SENT_TWICE_MINUTES)
}

async fn confirm_own(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(certificate): Path<String>,
) -> Result<Page, Failure> {
    visit.grant::<RenewOwnCertificate>()?;
    let present = devices::own(&desk, &visit, &certificate).await?;
    let line = visit.read_own(&desk).await?.line(present.device).await?;
    let page = judged(&visit, own_page(&visit, &present), &line, AskedBy::Person);
    Ok(Page::ok(pages::further(&page, visit.chrome())))
}

async fn begin_own(
    State(desk): State<Desk>,
    Path(certificate): Path<String>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<RenewOwnCertificate>>,
) -> Result<Response, Failure> {
    let present = devices::own(&desk, &visit, &certificate).await?;
    let renewals = desk.authority.renewals();
    let begun = renewals.replace_own(&grant, visit.permit(), present.id, form.text("device_name")).await;
    let to = format!("/devices?done={}", notice(Purpose::Replacement).name());
    let Err(error) = begun else { return Ok(see_other(&to)) };
    let mut page = again(own_page(&visit, &present), &form);
    if matches!(error, RenewError::UnderWay(_)) {
        let open = visit.read_own(&desk).await?.open_application_of(present.device).await?;
        if let Some(open) = &open {
            let stated = open.application.particulars();
            if is_the_same(&visit, &page, stated) {
                return Ok(see_other(&to));
            }
            page.waiting = Some(waiting(stated));
        }
    }
    page.errors = at_form(error)?;
    Ok(Page::refusing(&page.errors, pages::further(&page, visit.chrome())).into_response())
}
