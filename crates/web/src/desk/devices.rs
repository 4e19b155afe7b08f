//! My devices: everybody's own certificates, to hold or revoke when a device is lost.

use super::{
    Desk,
    certificate::{CertificateAct, desk_key, refused, revoke},
    further::waiting,
    user::{CERTIFICATES_SHOWN_MAX, access, device_lines},
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::Failure,
    listing::{ListQuery, id},
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::revocation::RevokeError;
use axum::{
    Router,
    extract::{Path, Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    certificate::{CertificateRecord, Line},
    grant::RevokeOwnCertificate,
    refusal::Problem,
    revocation::Request,
};
use pki::crl::RevocationReason;
use templates::desk::{self as pages, ConfirmAct, ConfirmPage, DoneNotice, MyDevicesPage};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/devices", get(list)).route("/devices/{id}/{act}", get(confirm).post(act))
}

async fn list(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<RevokeOwnCertificate>()?;
    let mut records = visit.read_own(&desk).await?;
    let own = records.certificates(CERTIFICATES_SHOWN_MAX).await?;
    let user = records.user().await?.ok_or(Problem::NotFound)?;
    let mut devices = device_lines(&own, access(&desk, &visit, &user), &visit);
    for (device, line) in devices.iter_mut().zip(Line::of(&own, visit.now())) {
        let open = if device.further.replaceable {
            records.open_application_of(line.first.device).await?
        } else {
            None
        };
        device.further.waiting = open.map(|open| waiting(open.application.particulars()));
    }
    let page = MyDevicesPage {
        email_unproved: !user.email_is_proved(),
        devices,
        current: visit.permit().certificate().to_string(),
        site: desk.authority.addresses().application(&visit.tenant().slug, ""),
        notice: DoneNotice::parse(&query.done),
    };
    Ok(Page::ok(pages::devices(&page, visit.chrome())))
}

/// The visitor's own certificate; somebody else's is answered like one that never was.
pub(super) async fn own(desk: &Desk, visit: &DeskVisit, text: &str) -> Result<CertificateRecord, Failure> {
    let certificate = id(text)?;
    visit.read_own(desk).await?.certificate(certificate).await?.ok_or(Failure::from(Problem::NotFound))
}

/// Only an administrator lets a held certificate in again: it may be in other hands.
fn own_act(name: &str) -> Result<(CertificateAct, ConfirmAct), Failure> {
    match CertificateAct::named(name)? {
        CertificateAct::Hold => Ok((CertificateAct::Hold, ConfirmAct::HoldOwn)),
        CertificateAct::Revoke => Ok((CertificateAct::Revoke, ConfirmAct::RevokeOwn)),
        CertificateAct::Release => Err(Problem::NotFound.into()),
    }
}

async fn confirm_page(
    desk: &Desk,
    visit: &DeskVisit,
    (name, act): (&str, ConfirmAct),
    certificate: &CertificateRecord,
) -> Result<ConfirmPage, Failure> {
    Ok(ConfirmPage {
        act,
        action: format!("/devices/{}/{name}", certificate.id),
        back: "/devices".to_owned(),
        user_name: visit.permit().user().display_name.clone(),
        email: String::new(),
        device_name: certificate.device_name.clone(),
        desk_key: desk_key(desk, certificate).await?,
        current: certificate.id == visit.permit().certificate(),
        reason: String::new(),
        printed_slips_allowed: false,
        invitation: String::new(),
        open_invitation: false,
        errors: Vec::new(),
    })
}

async fn confirm(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path((certificate, name)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let (_, confirmed) = own_act(&name)?;
    visit.grant::<RevokeOwnCertificate>()?;
    let certificate = own(&desk, &visit, &certificate).await?;
    let page = confirm_page(&desk, &visit, (&name, confirmed), &certificate).await?;
    Ok(Page::ok(pages::confirm(&page, visit.chrome())))
}

async fn act(
    State(desk): State<Desk>,
    Path((certificate, name)): Path<(String, String)>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<RevokeOwnCertificate>>,
) -> Result<Response, Failure> {
    let (act, confirmed) = own_act(&name)?;
    let request = match act {
        CertificateAct::Revoke => revoke(&form, RevocationReason::Unspecified),
        _ => Request::Hold,
    };
    let certificate = own(&desk, &visit, &certificate).await?;
    let done = |notice: DoneNotice| see_other(&format!("/devices?done={}", notice.name()));
    match desk
        .authority
        .revocation()
        .decide_own_certificate(&grant, visit.permit(), certificate.id, request)
        .await
    {
        Ok(()) => Ok(done(act.notice())),
        Err(RevokeError::Refused(refusal)) if refusal.is_so_already(request) => Ok(done(DoneNotice::WasSo)),
        Err(error) => {
            let mut page = confirm_page(&desk, &visit, (&name, confirmed), &certificate).await?;
            page.errors = refused(act, error)?;
            Ok(Page::refusing(&page.errors, pages::confirm(&page, visit.chrome())).into_response())
        }
    }
}
