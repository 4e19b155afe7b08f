//! The page before an act that takes something away: the effect, the person, and whether it can be undone.

use crate::{
    page::pages,
    voice::{Phrase, Voice},
};
use domain::{
    refusal::{Code, Refusal},
    revocation::REASONS,
};

/// The act to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmAct {
    /// Puts a certificate on hold.
    Hold,
    /// Releases the hold.
    Release,
    /// The same for a person who is suspended, so that the certificate does not work yet.
    ReleaseSuspended,
    /// Revokes a certificate; the form sends `reason`.
    Revoke,
    /// Revokes the visitor's own certificate.
    RevokeOwn,
    /// Puts the visitor's own certificate on hold.
    HoldOwn,
    Suspend,
    Resume,
    /// Makes a new one-time password and sends it.
    Invite,
    /// The same for a person with a device, which stays good.
    InviteDevice,
    /// Lets the user set a new password for the portal.
    ResetPassword,
    /// Sends the renewal notice again.
    Remind,
    /// Mails the user a code that proves the address.
    EmailCode,
    /// Vouches for the user's address.
    Vouch,
    /// Deletes a user who never had a certificate.
    Delete,
}

impl ConfirmAct {
    pub const ALL: [Self; 15] = [
        Self::Hold,
        Self::Release,
        Self::ReleaseSuspended,
        Self::Revoke,
        Self::RevokeOwn,
        Self::HoldOwn,
        Self::Suspend,
        Self::Resume,
        Self::Invite,
        Self::InviteDevice,
        Self::ResetPassword,
        Self::Remind,
        Self::EmailCode,
        Self::Vouch,
        Self::Delete,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::ReleaseSuspended => "release-suspended",
            Self::Revoke => "revoke",
            Self::RevokeOwn => "revoke-own",
            Self::HoldOwn => "hold-own",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Invite => "invite",
            Self::InviteDevice => "invite-device",
            Self::ResetPassword => "reset-password",
            Self::Remind => "remind",
            Self::EmailCode => "email-code",
            Self::Vouch => "vouch",
            Self::Delete => "delete",
        }
    }
}

/// The importance of a certificate for opening the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskKey {
    /// It opens no desk, or other certificates open the desk, too.
    Spare,
    /// No other certificate opens the desk. It cannot be held; to revoke it, the form sends `last_key`.
    Last,
}

/// Values of `reason` (RFC 5280 §5.3.1), the likeliest first.
pub const REVOCATION_REASONS: &[&str] =
    &[REASONS[0].1, REASONS[1].1, REASONS[2].1, REASONS[3].1, REASONS[4].1];

/// The page before the act.
#[derive(Debug, Clone)]
pub struct ConfirmPage {
    pub act: ConfirmAct,
    /// The form's target.
    pub action: String,
    /// Target of `[やめて戻る]`.
    pub back: String,
    /// The user of the act.
    pub user_name: String,
    /// Address of the user; empty if the act does not concern it.
    pub email: String,
    /// The device; empty for acts on a user.
    pub device_name: String,
    /// For acts on a certificate.
    pub desk_key: DeskKey,
    /// Whether it is the certificate of this connection.
    pub current: bool,
    /// Reason chosen for revoking; empty for none.
    pub reason: String,
    /// Whether an invitation may be printed instead of mailed. The form sends `invite_by`.
    pub printed_slips_allowed: bool,
    /// Id that a new invitation will have: sent twice, the form invites once. Empty for other acts.
    pub invitation: String,
    /// Whether a former invitation is still open, which the new one replaces.
    pub open_invitation: bool,
    /// The refusals of the act.
    pub errors: Vec<Refusal>,
}

impl ConfirmPage {
    const INVITE_BY: &[&str] = &["mail", "slip"];

    fn key(&self, part: &str) -> String {
        format!("confirm-{}-{part}", self.act.name())
    }

    fn about(&self, t: &Voice, part: &str) -> Phrase {
        t.say(self.key(part))
            .with("name", &self.user_name)
            .with("email", &self.email)
            .with("device", &self.device_name)
    }

    fn takes_away(&self) -> bool {
        !matches!(
            self.act,
            ConfirmAct::Release
                | ConfirmAct::ReleaseSuspended
                | ConfirmAct::Resume
                | ConfirmAct::Invite
                | ConfirmAct::InviteDevice
                | ConfirmAct::Remind
                | ConfirmAct::EmailCode
                | ConfirmAct::Vouch
        )
    }

    fn asks_delivery(&self) -> bool {
        matches!(self.act, ConfirmAct::Invite | ConfirmAct::InviteDevice) && self.printed_slips_allowed
    }

    /// Whether the page says what becomes of the open invitation; the text of [`ConfirmAct::Invite`] says it anyway.
    fn replaces_invitation(&self) -> bool {
        self.act == ConfirmAct::InviteDevice && self.open_invitation
    }

    fn asks_reason(&self) -> bool {
        self.act == ConfirmAct::Revoke
    }

    /// The text under `confirm-last-key-…` for an act that would close the desk for everybody.
    fn shuts_desk(&self) -> Option<&'static str> {
        match (self.desk_key, self.act) {
            (DeskKey::Last, ConfirmAct::Hold | ConfirmAct::HoldOwn) => Some("hold"),
            (DeskKey::Last, ConfirmAct::Revoke | ConfirmAct::RevokeOwn) => Some("revoke"),
            _ => None,
        }
    }

    fn is_possible(&self) -> bool {
        let is_own_account = |refusal: &Refusal| refusal.code() == Code::OwnAccount;
        let shuts_out_oneself = self.act == ConfirmAct::Suspend && self.errors.iter().any(is_own_account);
        self.shuts_desk() != Some("hold") && !shuts_out_oneself
    }

    fn asks_last_key(&self) -> bool {
        self.shuts_desk() == Some("revoke")
    }
}

pages! {
    /// The page before the act.
    form confirm(ConfirmPage) = "desk/confirm.html";
}
