//! Before an act that takes something away: what will happen, to whom, can it be undone.

use crate::{
    page::pages,
    voice::{Phrase, Voice},
};
use domain::refusal::Refusal;

/// The act to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfirmAct {
    /// Put a certificate on hold.
    Hold,
    /// Release it.
    Release,
    /// Revoke it; the form sends `reason`.
    Revoke,
    /// Revoke an own certificate.
    RevokeOwn,
    /// Put an own certificate on hold.
    HoldOwn,
    /// Suspend a user.
    Suspend,
    /// Resume a user.
    Resume,
    /// Make a new one-time password and send it.
    Invite,
    /// Let the user set a new password for the portal.
    ResetPassword,
    /// Mail the user a code that proves the address.
    EmailCode,
    /// Give the word for the user's address.
    Vouch,
}

impl ConfirmAct {
    /// All, for tests.
    pub const ALL: [Self; 11] = [
        Self::Hold,
        Self::Release,
        Self::Revoke,
        Self::RevokeOwn,
        Self::HoldOwn,
        Self::Suspend,
        Self::Resume,
        Self::Invite,
        Self::ResetPassword,
        Self::EmailCode,
        Self::Vouch,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Revoke => "revoke",
            Self::RevokeOwn => "revoke-own",
            Self::HoldOwn => "hold-own",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Invite => "invite",
            Self::ResetPassword => "reset-password",
            Self::EmailCode => "email-code",
            Self::Vouch => "vouch",
        }
    }
}

/// How a certificate stands among those that open the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeskKey {
    /// It opens no desk, or others do too.
    Spare,
    /// No other certificate opens the desk. It cannot be held; to revoke it, the form sends `last_key`.
    Last,
}

/// Values of `reason` (RFC 5280 §5.3.1), the likeliest first.
pub const REVOCATION_REASONS: &[&str] =
    &["key-compromise", "affiliation-changed", "superseded", "cessation-of-operation", "unspecified"];

/// The page before the act.
#[derive(Debug, Clone)]
pub struct ConfirmPage {
    /// What.
    pub act: ConfirmAct,
    /// Where the form goes.
    pub action: String,
    /// Where `[やめて戻る]` goes.
    pub back: String,
    /// To whom.
    pub user_name: String,
    /// Address of the user; empty where the act is not about it.
    pub email: String,
    /// On which device; empty for acts on a user.
    pub device_name: String,
    /// For acts on a certificate.
    pub desk_key: DeskKey,
    /// Is it the certificate that shows this page?
    pub current: bool,
    /// Reason chosen for revoking; empty: none.
    pub reason: String,
    /// May an invitation be printed instead of mailed? The form sends `invite_by`.
    pub printed_slips_allowed: bool,
    /// Id that a new invitation will have: sent twice, the form invites once. Empty for other acts.
    pub invitation: String,
    /// Why the act was refused, if it was.
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
                | ConfirmAct::Resume
                | ConfirmAct::Invite
                | ConfirmAct::EmailCode
                | ConfirmAct::Vouch
        )
    }

    fn asks_delivery(&self) -> bool {
        self.act == ConfirmAct::Invite && self.printed_slips_allowed
    }

    fn asks_reason(&self) -> bool {
        self.act == ConfirmAct::Revoke
    }

    /// The text under `confirm-last-key-…` for an act that would shut the desk.
    fn shuts_desk(&self) -> Option<&'static str> {
        match (self.desk_key, self.act) {
            (DeskKey::Last, ConfirmAct::Hold | ConfirmAct::HoldOwn) => Some("hold"),
            (DeskKey::Last, ConfirmAct::Revoke | ConfirmAct::RevokeOwn) => Some("revoke"),
            _ => None,
        }
    }

    fn is_possible(&self) -> bool {
        self.shuts_desk() != Some("hold")
    }

    fn asks_last_key(&self) -> bool {
        self.shuts_desk() == Some("revoke")
    }
}

pages! {
    /// The page before the act.
    form confirm(ConfirmPage) = "desk/confirm.html";
}
