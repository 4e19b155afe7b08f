//! Mail once more: by an administrator, or by an operator.
//!
//! **Invariant:** a secret is never mailed twice. A repeated mail has a new secret, and the former secret opens
//! nothing from then on.

use crate::{
    Unavailable,
    core::Core,
    outbox::Outbox,
    pins::Pins,
    runner::{ActError, Done, TenantWork},
    unavailable::unavailable_in,
    users::{InvitationChannel, People, UserError, in_service},
    work::must_apply,
};
use domain::{
    act,
    application::StoredApplication,
    email::EmailAddress,
    grant::{Grant, ManageTenants, ResendMail},
    id::{ApplicationId, EffectId, TenantId},
    locale::Locale,
    mail::{MailClass, MailPurpose, MailStanding},
    pin_delivery::PinRecipient,
    refusal::{Problem, Refusal, Refuses},
    user::{User, UserState},
};
use store::mails::MailRow;
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
    /// Since the mail was sent, the policy has PINs come from an administrator.
    #[error("the PIN of this person is shown to an administrator and not mailed")]
    PinIsShown,
    /// The person or the tenant.
    #[error(transparent)]
    User(UserError),
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for ResendError {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::NotFound => Problem::NotFound.into(),
            Self::Erased => Problem::MailErased.into(),
            Self::ApplicationClosed => Problem::ApplicationClosed.into(),
            Self::PinIsShown => Problem::PinByAdministrator.into(),
            Self::User(error) => return error.refusals(),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(ResendError);

impl ActError for ResendError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

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

/// Sends mail once more.
#[derive(Clone)]
pub struct Mails {
    core: Core,
    people: People,
    pins: Pins,
    outbox: Outbox,
}

impl Mails {
    pub(crate) fn new(core: &Core, people: &People, pins: &Pins, outbox: &Outbox) -> Self {
        let (people, pins, outbox) = (people.clone(), pins.clone(), outbox.clone());
        Self { core: core.clone(), people, pins, outbox }
    }

    /// Sends a mail again: with a new secret, if it had one.
    pub async fn resend_mail(
        &self,
        grant: &Grant<ResendMail>,
        tenant: TenantId,
        id: EffectId,
    ) -> Result<Resent, ResendError> {
        let done = self.core.act_in(grant.to(act::ResendMail), tenant, |mut work| async move {
            in_service(&work.tenant).map_err(ResendError::of_user)?;
            let found = work.records().mail(id).await?.ok_or(ResendError::NotFound)?;
            let user = found.user.ok_or(ResendError::NotFound)?;
            let user = work.records().lock_user(user).await?.ok_or(ResendError::NotFound)?;
            if found.purpose != MailPurpose::Notice {
                if user.state != UserState::Active {
                    return Err(ResendError::User(UserError::Suspended));
                }
                if work.records().has_newer_mail(&found, user.id).await? {
                    return Ok(Done::nothing(Resent::Before));
                }
            }
            let resent = match (found.purpose, found.application) {
                (MailPurpose::Invitation, _) => {
                    let way = self.people.new_way(InvitationChannel::Mail, MailClass::Awaited, grant.actor());
                    let slip = self.people.invite_within(&mut work, &user, way).await;
                    let _none = slip.map_err(ResendError::of_user)?;
                    Resent::NewSecret
                }
                (MailPurpose::Pin, Some(application)) => {
                    self.resend_pin(&mut work, &user, application).await?;
                    Resent::NewSecret
                }
                _ => try_again(&mut work, &found).await?,
            };
            let detail = format!("mail={} user={}", found.purpose.name(), user.id);
            Ok(work.done(id, detail, resent))
        });
        done.await
    }

    /// An administrator's wish does not count against the PINs that strangers can cause.
    async fn resend_pin(
        &self,
        work: &mut TenantWork,
        user: &User,
        application: ApplicationId,
    ) -> Result<(), ResendError> {
        let stored = work.records().lock_application(application).await?.ok_or(ResendError::NotFound)?;
        let StoredApplication::Approved(open) = &stored.application else {
            return Err(ResendError::ApplicationClosed);
        };
        if PinRecipient::of(&work.tenant.policy, user.role) == PinRecipient::Administrator {
            return Err(ResendError::PinIsShown);
        }
        let reason = NewPinReason::Resent;
        Ok(self.pins.renew(work, user, open.particulars(), stored.pin_mails, reason).await?)
    }

    /// Tries at once whatever waits for the mail server; how many mails.
    pub async fn retry_mail(&self, grant: &Grant<ManageTenants>) -> Result<u64, Unavailable> {
        let done = self.core.act(grant.to(act::RetryMail), |mut work| async move {
            let now = work.now;
            let mails = work.bring_effects_forward(now).await?;
            work.posts();
            Ok(work.done(None, "outbox", format!("mails={mails}"), mails))
        });
        done.await
    }

    /// Sends a test mail past the outbox, over a connection of its own. If it is taken, what waited for the mail server
    /// is tried at once.
    pub async fn test_mail(
        &self,
        grant: &Grant<ManageTenants>,
        to: &EmailAddress,
        locale: Locale,
    ) -> Result<MailTest, Unavailable> {
        let contact = &self.core.service().support_contact;
        let written = mail::test(&self.core.letterhead(locale, contact, mail::Asks::Provider));
        let letter = crate::letter::Letter::new(to, locale, contact, written);
        let id = EffectId::new(self.core.now(), &mut *self.core.rng()).to_string();
        let (steps, sent) = self.outbox.send_telling(letter, id).await;
        let taken = sent.is_ok();
        let done = self.core.act(grant.to(act::TestMail), |mut work| async move {
            let now = work.now;
            if taken {
                let _mails = work.bring_effects_forward(now).await?;
                work.posts();
            }
            Ok::<_, Unavailable>(work.done(None, to, format!("taken={taken}"), ()))
        });
        done.await?;
        let refused = sent.err().map(|error| error.words());
        Ok(MailTest { steps, refused, leaves: self.outbox.leaves() })
    }
}

/// The mail itself, whose text is there until it is sent or given up.
async fn try_again(work: &mut TenantWork, mail: &MailRow) -> Result<Resent, ResendError> {
    if !matches!(mail.standing, MailStanding::Queued | MailStanding::Delayed) {
        return Err(ResendError::Erased);
    }
    let now = work.now;
    must_apply(work.records().retry_mail_now(mail.id, now).await?)?;
    work.posts();
    Ok(Resent::TriedAgain)
}
