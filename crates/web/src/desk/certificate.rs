//! Hold, release, revoke: any certificate of the company, by an administrator.

use super::{
    Desk,
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::Failure, failure::at_form, form_fields::FormFields, listing::id, page::Page, posted::Posted,
    redirect::see_other,
};
use authority::revocation::RevokeError;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    certificate::CertificateRecord,
    grant::RevokeCertificate,
    refusal::{Problem, Refusal},
    revocation::{Request, RevocationRefusal, reason_named},
    user::{User, UserState},
};
use pki::crl::RevocationReason;
use store::TenantReader;
use templates::desk::{self as pages, ConfirmAct, ConfirmPage, DeskKey, DoneNotice};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/certificates/{id}/{act}", get(confirm).post(act))
}

/// What can be done to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CertificateAct {
    Hold,
    Release,
    Revoke,
}

impl CertificateAct {
    pub(super) fn named(name: &str) -> Result<Self, Failure> {
        Ok(match name {
            "hold" => Self::Hold,
            "release" => Self::Release,
            "revoke" => Self::Revoke,
            _ => return Err(Problem::NotFound.into()),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Revoke => "revoke",
        }
    }

    pub(super) fn notice(self) -> DoneNotice {
        match self {
            Self::Hold => DoneNotice::Held,
            Self::Release => DoneNotice::Released,
            Self::Revoke => DoneNotice::Revoked,
        }
    }
}

/// Would the company lose its last way into the desk with this certificate?
pub(super) async fn desk_key(desk: &Desk, certificate: &CertificateRecord) -> Result<DeskKey, Failure> {
    let last = desk.authority.revocation().is_last_desk_key(certificate.tenant, certificate.id).await;
    Ok(if last? { DeskKey::Last } else { DeskKey::Spare })
}

/// Revoking, as the form asks for it: the last key of the desk by a tick only.
pub(super) fn revoke(form: &FormFields, reason: RevocationReason) -> Request {
    if form.text("last_key") == "yes" { Request::RevokeLastKey(reason) } else { Request::Revoke(reason) }
}

/// What a refusal says on the page that asked.
pub(super) fn refused(act: CertificateAct, error: RevokeError) -> Result<Vec<Refusal>, Failure> {
    match error {
        // A revocation is possible all the same. Otherwise another act came first: the page shows the certificate's state.
        RevokeError::Refused(RevocationRefusal::LastDeskKey) if act != CertificateAct::Revoke => {
            Ok(vec![Problem::Stale.into()])
        }
        error => at_form(error),
    }
}

/// A certificate of the visitor's company with its person; any other id names nothing.
pub(super) async fn known(
    tenant: &mut TenantReader<'_>,
    text: &str,
) -> Result<(CertificateRecord, User), Failure> {
    let certificate = tenant.certificate(id(text)?).await?;
    let certificate = certificate.ok_or(Problem::NotFound)?;
    let user = tenant.user(certificate.user).await?;
    Ok((certificate, user.ok_or(Problem::NotFound)?))
}

async fn confirm_page(
    desk: &Desk,
    visit: &DeskVisit,
    act: CertificateAct,
    (certificate, user): (&CertificateRecord, &User),
) -> Result<ConfirmPage, Failure> {
    Ok(ConfirmPage {
        act: match act {
            CertificateAct::Hold => ConfirmAct::Hold,
            CertificateAct::Release if user.state == UserState::Suspended => ConfirmAct::ReleaseSuspended,
            CertificateAct::Release => ConfirmAct::Release,
            CertificateAct::Revoke => ConfirmAct::Revoke,
        },
        action: format!("/certificates/{}/{}", certificate.id, act.name()),
        back: format!("/users/{}", user.id),
        user_name: user.display_name.clone(),
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
    Path((certificate, act)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let act = CertificateAct::named(&act)?;
    visit.grant::<RevokeCertificate>()?;
    let (certificate, user) = known(&mut visit.read(&desk).await?.records(), &certificate).await?;
    let page = confirm_page(&desk, &visit, act, (&certificate, &user)).await?;
    Ok(Page::ok(pages::confirm(&page, visit.chrome())))
}

async fn act(
    State(desk): State<Desk>,
    Path((certificate, act)): Path<(String, String)>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<RevokeCertificate>>,
) -> Result<Response, Failure> {
    let act = CertificateAct::named(&act)?;
    let (certificate, user) = known(&mut visit.read(&desk).await?.records(), &certificate).await?;
    let again = async |errors| {
        let mut page = confirm_page(&desk, &visit, act, (&certificate, &user)).await?;
        form.text("reason").clone_into(&mut page.reason);
        page.errors = errors;
        Ok(Page::refusing(&page.errors, pages::confirm(&page, visit.chrome())).into_response())
    };
    let request = match (act, reason_named(form.text("reason"))) {
        (CertificateAct::Hold, _) => Request::Hold,
        (CertificateAct::Release, _) => Request::Release,
        (CertificateAct::Revoke, Some(reason)) => revoke(&form, reason),
        (CertificateAct::Revoke, None) => {
            return again(vec![Refusal::at("reason", Problem::ReasonMissing)]).await;
        }
    };
    let done = |notice: DoneNotice| see_other(&format!("/users/{}?done={}", user.id, notice.name()));
    match desk
        .authority
        .revocation()
        .decide_certificate(&grant, visit.tenant_id(), certificate.id, request)
        .await
    {
        Ok(()) => Ok(done(act.notice())),
        Err(RevokeError::Refused(refusal)) if refusal.is_so_already(request) => Ok(done(DoneNotice::WasSo)),
        Err(error) => again(refused(act, error)?).await,
    }
}
