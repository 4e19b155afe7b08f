//! The mails about a PIN that an administrator hands over. None of them carries it.

use super::{
    Letterhead, Mail,
    letter::{Block, MailDraft},
};
use crate::voice::Voice;
use domain::time::Timestamp;

/// Why a pickup waits for a PIN from an administrator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PinAwaitedReason {
    /// The pickup is open, and there is no PIN yet.
    Opened,
    /// The pickup failed at the service; the certificate made in it has been revoked.
    PickupFailed,
}

/// A pickup waits for a PIN from an administrator.
#[derive(Debug, Clone)]
pub struct PinAwaited {
    pub reason: PinAwaitedReason,
    /// Name of the person whose pickup it is.
    pub user_name: String,
    /// 受付番号.
    pub reference: String,
    /// The person's name for the device.
    pub device_name: String,
    /// Address of the tenant's desk without a slash at its end.
    pub desk: String,
}

/// The person who saw a PIN, for mails to its own person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinSeenBy {
    /// Somebody of the same company, by name.
    Person(String),
    /// The provider of the service.
    Operator,
}

impl PinSeenBy {
    pub(super) fn words(&self, t: &Voice) -> String {
        match self {
            Self::Person(name) => name.clone(),
            Self::Operator => t.say("mail-pin-seen-by-operator").to_string(),
        }
    }
}

/// A PIN was shown.
#[derive(Debug, Clone)]
pub struct PinShown {
    /// Name of the person whose pickup it opens.
    pub user_name: String,
    pub seen_by: PinSeenBy,
    pub at: Timestamp,
    /// 受付番号.
    pub reference: String,
    /// The person's name for the device.
    pub device_name: String,
}

/// To the person: the administrator has the PIN.
pub fn pin_awaited(mail: &PinAwaited, head: &Letterhead) -> Mail {
    let lead = match mail.reason {
        PinAwaitedReason::Opened => "mail-pin-awaited-lead",
        PinAwaitedReason::PickupFailed => "mail-pin-awaited-failed",
    };
    MailDraft::new(head, "mail-pickup-subject", &mail.user_name)
        .say(lead)
        .link("mail-pickup-address", head.public(&format!("/pickup?reference={}", mail.reference)))
        .code("field-reference", &mail.reference)
        .facts(vec![("field-device-name", mail.device_name.clone())])
        .say("mail-pin-awaited-next")
        .warn("mail-pickup-keep")
        .say("mail-pickup-not-you")
        .mail()
}

/// To administrators: a person waits for a PIN.
pub fn pin_awaited_for_administrators(mail: &PinAwaited, head: &Letterhead) -> Mail {
    MailDraft::new(head, "mail-pin-awaited-admin-subject", "")
        .say("mail-pin-awaited-admin-lead")
        .facts(vec![
            ("mail-applicant", mail.user_name.clone()),
            ("field-reference", mail.reference.clone()),
            ("field-device-name", mail.device_name.clone()),
        ])
        .link("mail-waits-address", format!("{}/applications", mail.desk))
        .say("mail-pin-awaited-admin-next")
        .mail()
}

/// To the person: somebody saw the PIN.
pub fn pin_shown(mail: &PinShown, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-pin-shown-subject", &mail.user_name);
    let (by, at) = (mail.seen_by.words(&letter.t), letter.t.moment(mail.at));
    let lead = letter.t.say("mail-pin-shown-lead").with("name", &by);
    letter
        .block(Block::Paragraph(lead))
        .facts(vec![
            ("mail-pin-seen-by", by),
            ("mail-at", at),
            ("field-reference", mail.reference.clone()),
            ("field-device-name", mail.device_name.clone()),
        ])
        .say("mail-pin-shown-next")
        .warn("mail-pin-shown-not-expected")
        .mail()
}
