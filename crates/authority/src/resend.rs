//! Mail once more: by an administrator, or by an operator.
//!
//! **Invariant:** a secret is never mailed twice. Whoever asks for its mail again gets a new one, and the former one
//! opens nothing from then on.

use crate::{
    Authority, Unavailable,
    unavailable::unavailable_in,
    users::{Delivery, UserError, open_tenant},
    work::must_apply,
};
use domain::{
    act::Act,
    application::StoredApplication,
    email::EmailAddress,
    grant::{Grant, ManageTenants, ResendMail},
    id::{EffectId, TenantId},
    locale::Locale,
    mail::{MailClass, MailPurpose, MailStanding},
    user::UserState,
};
use templates::mail::{self, NewPinReason};

/// What was done to send a mail again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resent {
    /// A new secret is on its way.
    NewSecret,
    /// The mail itself is tried again at once.
    TriedAgain,
    /// There is a newer one already: this was asked for before.
    Before,
}

/// Why a mail was not sent again.
#[derive(Debug, thiserror::Error)]
pub enum ResendError {
    /// There is no such mail in this tenant, or no such tenant within reach.
    #[error("there is no such mail")]
    NotFound,
    /// News that was sent or given up: its text is erased.
    #[error("the text of this mail is erased; only mails with a PIN or a one-time password can be made anew")]
    Erased,
    /// The application of its PIN is not open any more.
    #[error("the application is not open any more; invite the person again")]
    ApplicationClosed,
    /// The person or the tenant.
    #[error(transparent)]
    User(UserError),
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

unavailable_in!(ResendError);

impl ResendError {
    fn of_user(error: UserError) -> Self {
        match error {
            UserError::NotFound => Self::NotFound,
            UserError::Unavailable(cause) => Self::Unavailable(cause),
            error => Self::User(error),
        }
    }
}

/// What came of a test mail.
#[derive(Debug, Clone)]
pub struct MailTest {
    /// What was said to the mail server, and its answers.
    pub steps: Vec<String>,
    /// Why it was not taken, in the server's words; `None`: it was.
    pub refused: Option<String>,
    /// Does mail leave this machine?
    pub leaves: bool,
}

impl Authority {
    /// Sends a mail again: with a new secret, if it had one.
    pub async fn resend_mail(
        &self,
        grant: &Grant<ResendMail>,
        tenant: TenantId,
        id: EffectId,
    ) -> Result<Resent, ResendError> {
        let mut work = self.begin("resend_mail").await?;
        let now = work.now;
        let tenant =
            open_tenant(&mut work, grant.reaches(tenant), tenant).await.map_err(ResendError::of_user)?;
        let found = work.tenant(tenant.id).mail(id).await?.ok_or(ResendError::NotFound)?;
        let Some(user) = found.user else { return Err(ResendError::NotFound) };
        let user = work.tenant(tenant.id).lock_user(user).await?.ok_or(ResendError::NotFound)?;
        if found.purpose != MailPurpose::Notice {
            if user.state != UserState::Active {
                return Err(ResendError::User(UserError::State(user.state)));
            }
            if work.tenant(tenant.id).has_newer_mail(&found, user.id).await? {
                return Ok(Resent::Before);
            }
        }
        let resent = match (found.purpose, found.application) {
            (MailPurpose::Invitation, _) => {
                let way = self.new_way(Delivery::Mail, MailClass::Awaited, grant.actor());
                let slip = self.invite_within(&mut work, &tenant, &user, way).await;
                let _none = slip.map_err(ResendError::of_user)?;
                Resent::NewSecret
            }
            (MailPurpose::Pin, Some(application)) => {
                let stored = work.tenant(tenant.id).lock_application(application).await?;
                let stored = stored.ok_or(ResendError::NotFound)?;
                let StoredApplication::Approved(open) = &stored.application else {
                    return Err(ResendError::ApplicationClosed);
                };
                // An administrator's wish does not count against the PINs that strangers can cause.
                let (particulars, mails) = (open.particulars(), stored.pin_mails);
                let reason = NewPinReason::Resent;
                self.mail_new_pin(&mut work, &tenant, &user, particulars, mails, reason).await?;
                Resent::NewSecret
            }
            _ if matches!(found.standing, MailStanding::Queued | MailStanding::Delayed) => {
                must_apply(work.tenant(tenant.id).retry_mail_now(id, now).await?)?;
                work.posts();
                Resent::TriedAgain
            }
            _ => return Err(ResendError::Erased),
        };
        let detail = format!("mail={} user={}", found.purpose.name(), user.id);
        work.audit(grant, Act::ResendMail, Some(tenant.id), id, detail).await?;
        work.finish().await?;
        Ok(resent)
    }

    /// Tries at once whatever waits for the mail server; how many mails.
    pub async fn retry_mail(&self, grant: &Grant<ManageTenants>) -> Result<u64, Unavailable> {
        let mut work = self.begin("retry_mail").await?;
        let now = work.now;
        let mails = work.bring_effects_forward(now).await?;
        work.audit(grant, Act::RetryMail, None, "outbox", format!("mails={mails}")).await?;
        work.posts();
        work.finish().await?;
        Ok(mails)
    }

    /// Sends a test mail past the outbox, over a connection of its own. If it is taken, what waited for the mail server
    /// is tried at once.
    pub async fn test_mail(
        &self,
        grant: &Grant<ManageTenants>,
        to: &EmailAddress,
        locale: Locale,
    ) -> Result<MailTest, Unavailable> {
        let contact = &self.service().support_contact;
        let written = mail::test(&self.letterhead(locale, contact));
        let letter = crate::letter::Letter::new(to, locale, contact, written);
        let id = EffectId::new(self.now(), &mut *self.rng()).to_string();
        let (steps, sent) = self.send_telling(letter, id).await;
        let mut work = self.begin("test_mail").await?;
        let now = work.now;
        if sent.is_ok() {
            let _mails = work.bring_effects_forward(now).await?;
            work.posts();
        }
        let detail = format!("taken={}", sent.is_ok());
        work.audit(grant, Act::TestMail, None, to, detail).await?;
        work.finish().await?;
        let refused = sent.err().map(|error| error.words());
        Ok(MailTest { steps, refused, leaves: self.inner.parts.mail.leaves() })
    }
}
