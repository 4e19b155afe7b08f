//! What is done to one user, each time after a page that says what will happen; and a mail that is sent again.

use super::{
    Desk, slip,
    user::{done, known},
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::Failure, failure::at_form, listing::id, once, page::Page, posted::Posted, redirect::see_other,
};
use authority::{
    email_proof::EmailProofError,
    resend::{ResendError, Resent},
    users::{InvitationChannel, UserError},
};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    grant::{Grant, ManageUsers, ResendMail},
    id::UserId,
    refusal::{Problem, Refusal},
    user::User,
};
use templates::desk::{self as pages, ConfirmAct, ConfirmPage, DeskKey, DoneNotice};

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/users/{id}/{act}", get(confirm).post(act))
        .route("/users/{id}/mails/{mail}", get(to_user).post(resend))
}

/// What can be done to a user after a confirmation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Suspend,
    Resume,
    Invite,
    ResetPassword,
    Remind,
    EmailCode,
    Vouch,
    Delete,
}

impl Act {
    fn named(name: &str) -> Result<Self, Failure> {
        Ok(match name {
            "suspend" => Self::Suspend,
            "resume" => Self::Resume,
            "invite" => Self::Invite,
            "reset-password" => Self::ResetPassword,
            "remind" => Self::Remind,
            "email-code" => Self::EmailCode,
            "vouch" => Self::Vouch,
            "delete" => Self::Delete,
            _ => return Err(Problem::NotFound.into()),
        })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Invite => "invite",
            Self::ResetPassword => "reset-password",
            Self::Remind => "remind",
            Self::EmailCode => "email-code",
            Self::Vouch => "vouch",
            Self::Delete => "delete",
        }
    }

    fn confirmed(self, invited: Invited) -> ConfirmAct {
        match self {
            Self::Suspend => ConfirmAct::Suspend,
            Self::Resume => ConfirmAct::Resume,
            Self::Invite if invited.another_device => ConfirmAct::InviteDevice,
            Self::Invite => ConfirmAct::Invite,
            Self::ResetPassword => ConfirmAct::ResetPassword,
            Self::Remind => ConfirmAct::Remind,
            Self::EmailCode => ConfirmAct::EmailCode,
            Self::Vouch => ConfirmAct::Vouch,
            Self::Delete => ConfirmAct::Delete,
        }
    }

    fn notice(self, invited: Invited) -> DoneNotice {
        match self {
            Self::Suspend => DoneNotice::Suspended,
            Self::Resume => DoneNotice::Resumed,
            Self::Invite if invited.another_device => DoneNotice::DeviceInvited,
            Self::Invite => DoneNotice::Reinvited,
            Self::ResetPassword => DoneNotice::PasswordReset,
            Self::Remind => DoneNotice::Reminded,
            Self::EmailCode => DoneNotice::EmailCodeSent,
            Self::Vouch => DoneNotice::EmailProved,
            Self::Delete => DoneNotice::Deleted,
        }
    }
}

/// What a person has when an invitation is made, which decides how it is worded.
#[derive(Debug, Clone, Copy, Default)]
struct Invited {
    /// Whether there is a device, so that the invitation is for another one.
    another_device: bool,
    /// Whether a former invitation is still open.
    open: bool,
}

impl Act {
    async fn invited(self, desk: &Desk, visit: &DeskVisit, user: &User) -> Result<Invited, Failure> {
        if self != Self::Invite {
            return Ok(Invited::default());
        }
        let mut reader = visit.read(desk).await?;
        let mut tenant = reader.records();
        let another_device = tenant.has_device(user.id, visit.now()).await?;
        let open = !tenant.open_invitations(user.id, visit.now()).await?.is_empty();
        Ok(Invited { another_device, open })
    }
}

async fn confirm(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path((user, act)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let act = Act::named(&act)?;
    visit.grant::<ManageUsers>()?;
    let user = known(&mut visit.read(&desk).await?.records(), &user).await?;
    let invited = act.invited(&desk, &visit, &user).await?;
    // What would be refused afterwards is refused before the question.
    let refused = (act == Act::Suspend && visit.is(user.id)).then(|| Problem::OwnAccount.into());
    let page = confirm_page(&desk, &visit, (act, invited), &user, refused.into_iter().collect());
    let html = pages::confirm(&page, visit.chrome());
    Ok(if page.errors.is_empty() { Page::ok(html) } else { Page::refusing(&page.errors, html) })
}

fn confirm_page(
    desk: &Desk,
    visit: &DeskVisit,
    (act, invited): (Act, Invited),
    user: &User,
    errors: Vec<Refusal>,
) -> ConfirmPage {
    let invitation = match act {
        Act::Invite => desk.authority.new_invitation_id().to_string(),
        Act::Suspend
        | Act::Resume
        | Act::ResetPassword
        | Act::Remind
        | Act::EmailCode
        | Act::Vouch
        | Act::Delete => String::new(),
    };
    ConfirmPage {
        act: act.confirmed(invited),
        action: format!("/users/{}/{}", user.id, act.name()),
        back: format!("/users/{}", user.id),
        user_name: user.display_name.clone(),
        email: user.email.to_string(),
        device_name: String::new(),
        desk_key: DeskKey::Spare,
        current: false,
        reason: String::new(),
        printed_slips_allowed: visit.tenant().policy.printed_slips_allowed,
        invitation,
        open_invitation: invited.open,
        errors,
    }
}

async fn act(
    State(desk): State<Desk>,
    Path((user, act)): Path<(String, String)>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<ManageUsers>>,
) -> Result<Response, Failure> {
    let act = Act::named(&act)?;
    let tenant = visit.tenant_id();
    let user = known(&mut visit.read(&desk).await?.records(), &user).await?;
    let invited = act.invited(&desk, &visit, &user).await?;
    let notice = act.notice(invited);
    let acted = match act {
        Act::Suspend => desk.authority.people().suspend_user(&grant, tenant, user.id).await,
        Act::Resume => desk.authority.people().resume_user(&grant, tenant, user.id).await,
        Act::Invite => {
            let delivery = if form.text("invite_by") == "slip" {
                InvitationChannel::Slip
            } else {
                InvitationChannel::Mail
            };
            let invitation = once::invitation(&form, &desk.authority);
            match desk.authority.people().invite(&grant, tenant, user.id, delivery, invitation).await {
                Ok(_) | Err(UserError::SentBefore(_)) => {
                    let invited = slip::address(user.id, invitation, delivery, notice);
                    return Ok(see_other(&invited));
                }
                Err(error) => Err(error),
            }
        }
        Act::ResetPassword => {
            let reset = desk.authority.portal().reset_portal_password(&grant, tenant, user.id).await;
            reset.map(|_| ())
        }
        Act::Remind => desk.authority.people().send_end_notice(&grant, tenant, user.id).await,
        Act::Delete => match desk.authority.people().delete_user(&grant, tenant, user.id).await {
            Ok(()) => return Ok(see_other(&format!("/users?done={}", notice.name()))),
            Err(error) => Err(error),
        },
        Act::EmailCode | Act::Vouch => {
            return act_on_email(&desk, &visit, (act, invited), &user, &grant).await;
        }
    };
    let errors = match acted {
        // Sent twice: it is as was asked for.
        Ok(()) | Err(UserError::State(_) | UserError::NoticedBefore) => {
            return Ok(see_other(&done(user.id, notice)));
        }
        Err(error) => at_form(error)?,
    };
    let page = confirm_page(&desk, &visit, (act, invited), &user, errors);
    Ok(Page::refusing(&page.errors, pages::confirm(&page, visit.chrome())).into_response())
}

async fn act_on_email(
    desk: &Desk,
    visit: &DeskVisit,
    (act, invited): (Act, Invited),
    user: &User,
    grant: &Grant<ManageUsers>,
) -> Result<Response, Failure> {
    let acted = match act {
        Act::Vouch => desk.authority.email_proofs().vouch_for_email(grant, user.tenant, user.id).await,
        _ => desk.authority.email_proofs().mail_email_code(grant, user.tenant, user.id).await,
    };
    let errors = match acted {
        // Proved meanwhile, or sent twice.
        Ok(()) | Err(EmailProofError::Proved) => return Ok(see_other(&done(user.id, act.notice(invited)))),
        Err(error) => at_form(error)?,
    };
    let page = confirm_page(desk, visit, (act, invited), user, errors);
    Ok(Page::refusing(&page.errors, pages::confirm(&page, visit.chrome())).into_response())
}

/// Where the act's address leads when it is opened anew, or in another language.
async fn to_user(Path((user, _mail)): Path<(String, String)>) -> Result<Response, Failure> {
    Ok(see_other(&format!("/users/{}", id::<UserId>(&user)?)))
}

async fn resend(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path((user, mail)): Path<(String, String)>,
) -> Result<Response, Failure> {
    let grant = visit.grant::<ResendMail>()?;
    let tenant = visit.tenant_id();
    let user = known(&mut visit.read(&desk).await?.records(), &user).await?;
    let notice = match desk.authority.mails().resend_mail(&grant, tenant, id(&mail)?).await {
        Ok(Resent::NewSecret) => DoneNotice::MailResent,
        Ok(Resent::Before) => DoneNotice::MailBefore,
        Ok(Resent::TriedAgain) => DoneNotice::MailTried,
        Err(error @ (ResendError::NotFound | ResendError::Unavailable(_))) => return Err(error.into()),
        Err(
            ResendError::Erased
            | ResendError::ApplicationClosed
            | ResendError::PinIsShown
            | ResendError::User(_),
        ) => DoneNotice::MailNotResent,
    };
    Ok(see_other(&done(user.id, notice)))
}
