//! An application that waits is approved or turned down by an administrator.

use super::Registration;
use crate::{
    Unavailable,
    runner::{ActError, TenantWork},
    unavailable::unavailable_in,
};
use domain::{
    act,
    application::{Application, Approval, StoredApplication, Submitted},
    grant::{DecideApplication, Grant},
    id::{ApplicationId, TenantId},
    license::LicenseRefusal,
    refusal::{Problem, Refusal, Refuses},
    rejection::RejectionReason,
    user::User,
};
use templates::mail;

/// Why an application was not decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    /// There is no such application in this tenant.
    #[error("there is no such application")]
    NotFound,
    /// It has been decided already.
    #[error("the application has been decided already")]
    Decided,
    /// Its PIN comes from an administrator: it is shown, not mailed.
    #[error("the PIN of this person is shown to an administrator and not mailed")]
    PinIsShown,
    /// The contract allows no further certificate.
    #[error(transparent)]
    License(LicenseRefusal),
    /// Store or signer.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for DecideError {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::NotFound => Problem::NotFound.into(),
            Self::Decided => Problem::AlreadyDone.into(),
            Self::PinIsShown => Problem::PinByAdministrator.into(),
            Self::License(refusal) => Refusal::whole(*refusal),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(DecideError);

impl ActError for DecideError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

impl Registration {
    /// Approves a waiting application: its pickup is opened.
    pub async fn approve(
        &self,
        grant: &Grant<DecideApplication>,
        tenant: TenantId,
        id: ApplicationId,
    ) -> Result<(), DecideError> {
        let done = self.core.act_in(grant.to(act::Approve), tenant, |mut work| async move {
            let (user, application) = submitted(&mut work, id).await?;
            let approval = Approval::by_administrator(grant, tenant).ok_or(DecideError::NotFound)?;
            // A waiting application holds no seat, and the contract may have ended meanwhile.
            let device = application.particulars().device;
            work.seat_for(device).await?.map_err(DecideError::License)?;
            let reference = application.particulars().reference.clone();
            let opened = application.approve(approval);
            self.open_pickup(&mut work, &user, opened, grant.actor()).await?;
            Ok(work.done(reference, "", ()))
        });
        done.await
    }

    /// Turns a waiting application down; the applicant gets a mail, with the reason if one is given.
    pub async fn reject(
        &self,
        grant: &Grant<DecideApplication>,
        tenant: TenantId,
        id: ApplicationId,
        reason: Option<&RejectionReason>,
    ) -> Result<(), DecideError> {
        let done = self.core.act_in(grant.to(act::Reject), tenant, |mut work| async move {
            let now = work.now;
            let (user, application) = submitted(&mut work, id).await?;
            if !work.records().reject_application(id, now).await? {
                return Err(DecideError::Decided);
            }
            let reference = &application.particulars().reference;
            let rejected = mail::ApplicationRejected {
                recipient_name: user.display_name.clone(),
                reference: reference.to_string(),
                reason: reason.map(|reason| reason.as_str().to_owned()),
            };
            let letter =
                self.core.letter(&user, &work.tenant, |head| mail::application_rejected(&rejected, head));
            work.post(tenant, &letter).await?;
            let detail = reason.map(|reason| format!("reason={}", reason.as_str())).unwrap_or_default();
            Ok(work.done(reference, detail, ()))
        });
        done.await
    }
}

/// A waiting application, locked, and its user.
async fn submitted(
    work: &mut TenantWork,
    id: ApplicationId,
) -> Result<(User, Application<Submitted>), DecideError> {
    let found = work.records().lock_application(id).await?.ok_or(DecideError::NotFound)?;
    let StoredApplication::Submitted(application) = found.application else {
        return Err(DecideError::Decided);
    };
    let user = work.records().user(application.particulars().user).await?;
    Ok((user.ok_or(DecideError::NotFound)?, application))
}
