//! One's own renewal: a form, the waiting, the file, all at the desk's own host, where the certificate that is still
//! valid opens the pickup in place of a PIN. What follows the form is the public pickup's.

use super::{
    Desk,
    devices::own,
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::{Failure, at_form},
    form_fields::FormFields,
    page::Page,
    pickup_site::PickupSite,
    posted::Posted,
    public::{pickup, pickup_file, pickup_other, pickup_profile},
    redirect::see_other,
    scheme::Scheme,
};
use axum::{
    Router,
    extract::{FromRequestParts, Path, Query, State},
    http::{HeaderMap, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    application::Purpose,
    certificate::CertificateRecord,
    form::Form,
    grant::RenewOwnCertificate,
    pickup_form::PickupField,
    refusal::{Problem, Refusal},
    renewal::{self, AskedBy, RenewalRefusal},
};
use serde::Deserialize;
use templates::{
    agreement,
    desk::{self as pages, RenewPage},
};

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/devices/{id}/renew", get(form).post(send))
        .route("/renewal/progress", get(pickup::progress))
        .route("/renewal/file", get(pickup_file::file))
        .route("/renewal/mobileconfig", get(pickup_profile::profile))
        .route("/renewal/other", get(pickup_other::form).post(pickup_other::send))
}

impl FromRequestParts<Desk> for PickupSite {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, Failure> {
        let visit = DeskVisit::from_request_parts(parts, desk).await?;
        visit.grant::<RenewOwnCertificate>()?;
        Ok(site(desk, &visit))
    }
}

fn site(desk: &Desk, visit: &DeskVisit) -> PickupSite {
    PickupSite::new(desk.authority.clone(), Scheme::Https, visit.chrome().clone(), "/renewal")
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RenewQuery {
    /// The link of the page that says that cookies are off.
    cookies: Option<String>,
}

/// The certificate that the device has now, or why it gets no other.
async fn present(
    desk: &Desk,
    visit: &DeskVisit,
    named: &CertificateRecord,
) -> Result<Result<CertificateRecord, RenewalRefusal>, Failure> {
    let line = visit.read_own(desk).await?.line(named.device).await?;
    let policy = &visit.tenant().policy;
    let found = renewal::successor_of(&line, Purpose::Renewal, AskedBy::Person, policy, visit.now());
    Ok(found.cloned())
}

/// Whether this browser has the file of this device's renewal, or is about to.
async fn leads_back(
    desk: &Desk,
    visit: &DeskVisit,
    headers: &HeaderMap,
    named: &CertificateRecord,
) -> Result<bool, Failure> {
    let site = site(desk, visit);
    let Some(token) = pickup::token(&site, headers) else { return Ok(false) };
    let newest = visit.read_own(desk).await?.newest_reference_of(named.device).await?;
    pickup::is_there(&site, token, newest.as_ref()).await
}

fn page(visit: &DeskVisit, named: &CertificateRecord, form: Form<PickupField>) -> RenewPage {
    RenewPage {
        form,
        action: format!("/devices/{}/renew", named.id),
        device_name: named.device_name.clone(),
        not_after: named.not_after,
        grace_days: visit.tenant().policy.renewal_grace_days,
        cookies_off: false,
        is_possible: true,
    }
}

async fn form(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path(certificate): Path<String>,
    Query(query): Query<RenewQuery>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    visit.grant::<RenewOwnCertificate>()?;
    let named = own(&desk, &visit, &certificate).await?;
    if leads_back(&desk, &visit, &headers, &named).await? {
        return Ok(see_other("/renewal/progress"));
    }
    let present = match present(&desk, &visit, &named).await? {
        Ok(present) => present,
        Err(refusal) => {
            let form = Form::default().refused(vec![Refusal::whole(refusal)]);
            let page = RenewPage { is_possible: false, ..page(&visit, &named, form) };
            let html = pages::renew(&page, visit.chrome());
            return Ok(Page::refusing(page.form.errors(), html).into_response());
        }
    };
    let site = site(&desk, &visit);
    let form = Form::default().with(PickupField::DeviceType, present.device_type.name());
    let cookies_off = query.cookies.is_some() && pickup::attempt(&site, &headers).is_none();
    let page = RenewPage { cookies_off, ..page(&visit, &present, form) };
    pickup::with_attempt(&site, Page::ok(pages::renew(&page, visit.chrome())))
}

/// Whether the button was pressed below the agreement that is in force.
fn check_agreement(fields: &FormFields) -> Result<(), Refusal> {
    let problem = match fields.is_ticked("agree") {
        false => Problem::AgreementMissing,
        true if fields.text("agreement_version") != agreement::VERSION => Problem::AgreementChanged,
        true => return Ok(()),
    };
    Err(Refusal::at("agree", problem))
}

async fn send(
    State(desk): State<Desk>,
    Path(certificate): Path<String>,
    headers: HeaderMap,
    Posted(Allowed { visit, grant }, fields): Posted<Allowed<RenewOwnCertificate>>,
) -> Result<Response, Failure> {
    let named = own(&desk, &visit, &certificate).await?;
    if leads_back(&desk, &visit, &headers, &named).await? {
        return Ok(see_other("/renewal/progress"));
    }
    let site = site(&desk, &visit);
    let form: Form<PickupField> = fields.form();
    // Nothing is begun that this browser could not fetch.
    let Some(attempt) = pickup::attempt(&site, &headers) else {
        let page = RenewPage { cookies_off: true, ..page(&visit, &named, form) };
        return pickup::with_attempt(&site, Page::refusing(&[], pages::renew(&page, visit.chrome())));
    };
    let form = form.with(PickupField::Attempt, attempt);
    let mut errors = form.file().err().unwrap_or_default();
    errors.extend(check_agreement(&fields).err());
    if errors.is_empty() {
        let delivery = desk.authority.delivery();
        let consent = desk.authority.registration().consent(visit.chrome().locale, visit.address());
        match delivery.renew_own(&grant, visit.permit(), named.id, &form, consent).await {
            Ok(cookie) => return pickup::to_progress(&site, &cookie, &form),
            Err(refusal) => errors = at_form(refusal)?,
        }
    }
    let is_possible = errors.iter().all(|error| error.field.is_some());
    let page = RenewPage { is_possible, ..page(&visit, &named, form.refused(errors)) };
    Ok(Page::refusing(page.form.errors(), pages::renew(&page, visit.chrome())).into_response())
}
