//! Hold, release, revoke: any certificate of the company, by an administrator.

use super::{Desk, visit::Visit};
use crate::{failure::Failure, form_fields::FormFields, listing::id, page::Page, redirect::see_other};
use authority::revocation::RevokeError;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    certificate::Certificate,
    grant::RevokeCertificate,
    revocation::{Request, RevocationRefusal},
    user::User,
};
use pki::crl::RevocationReason;
use store::TenantReader;
use templates::{
    FieldError, Problem,
    desk::{self as pages, ConfirmAct, ConfirmPage, Notice},
};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/certificates/{id}/{act}", get(confirm).post(act))
}

/// What can be done to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Hold,
    Release,
    Revoke,
}

impl Act {
    pub(super) fn named(name: &str) -> Result<Self, Failure> {
        Ok(match name {
            "hold" => Self::Hold,
            "release" => Self::Release,
            "revoke" => Self::Revoke,
            _ => return Err(Failure::NotFound),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Revoke => "revoke",
        }
    }

    pub(super) fn notice(self) -> Notice {
        match self {
            Self::Hold => Notice::Held,
            Self::Release => Notice::Released,
            Self::Revoke => Notice::Revoked,
        }
    }

    /// The certificate stands already as was asked for: the form was sent twice.
    pub(super) fn was_done(self, refusal: RevocationRefusal) -> bool {
        matches!(
            (self, refusal),
            (Self::Hold, RevocationRefusal::AlreadyOnHold)
                | (Self::Release, RevocationRefusal::NotOnHold)
                | (Self::Revoke, RevocationRefusal::AlreadyRevoked)
        )
    }
}

/// A reason by its name in the form; the likeliest where none or an unknown one was sent.
fn reason_named(name: &str) -> RevocationReason {
    match name {
        "key-compromise" => RevocationReason::KeyCompromise,
        "affiliation-changed" => RevocationReason::AffiliationChanged,
        "superseded" => RevocationReason::Superseded,
        "cessation-of-operation" => RevocationReason::CessationOfOperation,
        _ => RevocationReason::Unspecified,
    }
}

/// A certificate of the visitor's company with its person; any other id names nothing.
async fn known(tenant: &mut TenantReader<'_>, text: &str) -> Result<(Certificate, User), Failure> {
    let certificate = tenant.certificate(id(text)?).await.map_err(Failure::unavailable)?;
    let certificate = certificate.ok_or(Failure::NotFound)?;
    let user = tenant.user(certificate.user).await.map_err(Failure::unavailable)?;
    Ok((certificate, user.ok_or(Failure::NotFound)?))
}

fn confirm_page(act: Act, certificate: &Certificate, user: &User, errors: Vec<FieldError>) -> ConfirmPage {
    ConfirmPage {
        act: match act {
            Act::Hold => ConfirmAct::Hold,
            Act::Release => ConfirmAct::Release,
            Act::Revoke => ConfirmAct::Revoke,
        },
        action: format!("/certificates/{}/{}", certificate.id, act.name()),
        back: format!("/users/{}", user.id),
        user_name: user.display_name.clone(),
        device_name: certificate.device_name.clone(),
        printed_slips_allowed: false,
        errors,
    }
}

async fn confirm(
    State(desk): State<Desk>,
    visit: Visit,
    Path((certificate, act)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let act = Act::named(&act)?;
    visit.grant::<RevokeCertificate>()?;
    let (certificate, user) = known(&mut desk.read().await?.tenant(visit.tenant_id()), &certificate).await?;
    Ok(Page::ok(pages::confirm(&confirm_page(act, &certificate, &user, Vec::new()), visit.chrome())))
}

async fn act(
    State(desk): State<Desk>,
    visit: Visit,
    Path((certificate, act)): Path<(String, String)>,
    form: FormFields,
) -> Result<Response, Failure> {
    let act = Act::named(&act)?;
    let grant = visit.grant::<RevokeCertificate>()?;
    let (certificate, user) = known(&mut desk.read().await?.tenant(visit.tenant_id()), &certificate).await?;
    let request = match act {
        Act::Hold => Request::Hold,
        Act::Release => Request::Release,
        Act::Revoke => Request::Revoke(reason_named(form.text("reason"))),
    };
    let done = || see_other(&format!("/users/{}?done={}", user.id, act.notice().name()));
    match desk.authority.decide_certificate(&grant, visit.tenant_id(), certificate.id, request).await {
        Ok(()) => Ok(done()),
        Err(RevokeError::Refused(refusal)) if act.was_done(refusal) => Ok(done()),
        Err(RevokeError::Refused(_)) => {
            let page = confirm_page(act, &certificate, &user, vec![FieldError::whole(Problem::Stale)]);
            Ok(Page::unprocessable(pages::confirm(&page, visit.chrome())).into_response())
        }
        Err(RevokeError::NotFound) => Err(Failure::NotFound),
        Err(RevokeError::Unavailable(cause)) => Err(Failure::unavailable(cause)),
    }
}
