//! The mails that carry a PIN.

use super::{
    Letterhead, Mail,
    letter::{Block, MailDraft},
};
use crate::{desk::former, manual::removal_guide};
use domain::{
    application::Purpose,
    pin::{PIN_ATTEMPTS_MAX, PIN_MAILS_MAX},
    pin_delivery::PinRecipient,
    time::Timestamp,
};

/// 「`[サービス名]` 個人用電子証明書 取得のご案内」.
#[derive(Clone)]
pub struct PickupReady {
    /// Name of the person, as written; empty if only roman letters are known and the mail should not use them.
    pub recipient_name: String,
    /// 受付番号, no secret.
    pub reference: String,
    /// The PIN, digits; shown in groups of four.
    pub pin: String,
    /// When the PIN ends.
    pub pin_until: Timestamp,
    /// The person's name for the device.
    pub device_name: String,
    /// Address of the tenant's site without a slash at its end.
    pub site: String,
    /// What it is for.
    pub purpose: Purpose,
    /// How long a former certificate of the device lasts once the new one was seen, in days.
    pub grace_days: u32,
}

/// Why there is a new PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewPinReason {
    /// The old PIN was typed wrong five times.
    WrongTries,
    /// The old PIN had expired when it was used.
    Expired,
    /// The pickup failed at the service; the certificate made in it has been revoked.
    PickupFailed,
    /// An administrator opened a stopped pickup again.
    Reopened,
    /// An administrator or operator asked for it.
    Resent,
    /// The applicant asked for it.
    Asked,
}

/// A new PIN for the same application.
#[derive(Clone)]
pub struct NewPin {
    pub reason: NewPinReason,
    /// The contents of the first mail, with the new PIN.
    pub pickup: PickupReady,
}

/// Wrong PINs have stopped a pickup.
#[derive(Debug, Clone)]
pub struct PickupStopped {
    /// Name of the person whose pickup it is.
    pub user_name: String,
    /// 受付番号.
    pub reference: String,
    /// The person's name for the device.
    pub device_name: String,
    /// Who gets the next PIN.
    pub next: PinRecipient,
    /// Address of the tenant's desk without a slash at its end; operators have none.
    pub desk: Option<String>,
}

impl PickupStopped {
    /// One of two texts: for PINs that are mailed, and for those that an administrator hands over.
    fn either(&self, mailed: &'static str, shown: &'static str) -> &'static str {
        match self.next {
            PinRecipient::Person => mailed,
            PinRecipient::Administrator => shown,
        }
    }
}

/// To the person: no PIN works, and an administrator can open the pickup again.
pub fn pickup_stopped(mail: &PickupStopped, head: &Letterhead) -> Mail {
    let told = mail.either("mail-stopped-lead", "mail-stopped-shown-lead");
    lead(MailDraft::new(head, "mail-stopped-subject", &mail.user_name), told)
        .facts(vec![
            ("field-reference", mail.reference.clone()),
            ("field-device-name", mail.device_name.clone()),
        ])
        .say(mail.either("mail-stopped-next", "mail-stopped-shown-next"))
        .say("mail-stopped-safe")
        .mail()
}

/// To administrators: the same, with the steps to open the pickup again.
pub fn pickup_stopped_for_administrators(mail: &PickupStopped, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-stopped-admin-subject", "");
    let told = mail.either("mail-stopped-admin-lead", "mail-stopped-admin-shown-lead");
    let letter = lead(letter, told).facts(vec![
        ("mail-applicant", mail.user_name.clone()),
        ("field-reference", mail.reference.clone()),
        ("field-device-name", mail.device_name.clone()),
    ]);
    let letter = match &mail.desk {
        Some(desk) => {
            let label = mail.either("mail-stopped-admin-address", "mail-waits-address");
            letter.link(label, format!("{desk}/applications"))
        }
        None => letter,
    };
    let next = mail.either("mail-stopped-admin-next", "mail-stopped-admin-shown-next");
    letter.say(next).say("mail-stopped-safe").mail()
}

/// The pickup is open.
pub fn pickup_ready(mail: &PickupReady, head: &Letterhead) -> Mail {
    let (subject, lead) = match mail.purpose {
        Purpose::New => ("mail-pickup-subject", "mail-pickup-lead"),
        Purpose::Renewal => ("mail-pickup-renewal-subject", "mail-pickup-renewal-lead"),
        Purpose::Replacement => ("mail-pickup-replacement-subject", "mail-pickup-replacement-lead"),
        Purpose::NewFile => ("mail-pickup-new-file-subject", "mail-pickup-new-file-lead"),
    };
    steps(MailDraft::new(head, subject, &mail.recipient_name).say(lead), mail, head)
}

/// There is a new PIN, with its reason.
pub fn new_pin(mail: &NewPin, head: &Letterhead) -> Mail {
    let why = match mail.reason {
        NewPinReason::WrongTries => "mail-new-pin-wrong-tries",
        NewPinReason::Expired => "mail-new-pin-expired",
        NewPinReason::PickupFailed => "mail-new-pin-failed",
        NewPinReason::Reopened => "mail-new-pin-reopened",
        NewPinReason::Resent => "mail-new-pin-resent",
        NewPinReason::Asked => "mail-new-pin-asked",
    };
    let letter = lead(MailDraft::new(head, "mail-new-pin-subject", &mail.pickup.recipient_name), why);
    let letter = match mail.reason {
        NewPinReason::WrongTries => letter.warn("mail-new-pin-not-you"),
        NewPinReason::Expired
        | NewPinReason::PickupFailed
        | NewPinReason::Reopened
        | NewPinReason::Resent
        | NewPinReason::Asked => letter,
    };
    steps(letter, &mail.pickup, head)
}

/// A first sentence, which may mention the permitted wrong tries and the number of PINs.
fn lead<'a>(letter: MailDraft<'a>, key: &'static str) -> MailDraft<'a> {
    let lead = letter.t.say(key).with("tries", PIN_ATTEMPTS_MAX).with("pins", PIN_MAILS_MAX);
    letter.block(Block::Paragraph(lead))
}

fn steps(letter: MailDraft<'_>, mail: &PickupReady, head: &Letterhead) -> Mail {
    let until = letter.t.moment(mail.pin_until);
    let former = (mail.purpose != Purpose::New).then(|| former(mail.purpose, mail.grace_days, &letter.t));
    let letter = letter
        .link("mail-pickup-address", head.public(&format!("/pickup?reference={}", mail.reference)))
        .code("field-reference", &mail.reference)
        .code("field-pin", &in_fours(&mail.pin))
        .facts(vec![("mail-pin-until", until), ("field-device-name", mail.device_name.clone())])
        .heading("mail-steps")
        .steps("mail-pickup-step")
        .link("mail-import-address", head.public("/guide/import"))
        .link("mail-proof-address", format!("{}/.sekisho/proof", mail.site));
    let letter = match former {
        Some(former) => letter
            .heading("former-title")
            .block(Block::Paragraph(former))
            .link("former-remove", head.public(&removal_guide())),
        None => letter,
    };
    letter.warn("mail-pickup-keep").say("mail-pickup-not-you").mail()
}

fn in_fours(digits: &str) -> String {
    let digits: Vec<char> = digits.chars().filter(|digit| !digit.is_whitespace()).collect();
    digits.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
