//! Mails about applications, invitations and changes of a certificate.

use super::{
    Letterhead, Mail, PinSeenBy,
    letter::{Block, MailDraft},
};
use crate::public::enrol_path;
use domain::{application::Purpose, pin_delivery::PinRecipient, time::Timestamp, user::UserState};

/// An application was not approved.
#[derive(Debug, Clone)]
pub struct ApplicationRejected {
    /// Name of the person.
    pub recipient_name: String,
    /// 受付番号.
    pub reference: String,
    /// The administrator's reason; `None` if the applicant gets none.
    pub reason: Option<String>,
}

/// An application waits for an administrator.
#[derive(Debug, Clone)]
pub struct ApplicationWaiting {
    /// Name of the person who applied.
    pub applicant_name: String,
    /// Address of that person.
    pub applicant_email: String,
    /// 受付番号.
    pub reference: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Address of the page on which it is decided.
    pub page: String,
    /// The company that has no administrator who could decide, for its operators.
    pub helpless: Option<String>,
}

/// An invitation to apply.
#[derive(Clone)]
pub struct InvitationMail {
    /// Whether the person has a device already, which stays good.
    pub another_device: bool,
    /// Name of the person.
    pub recipient_name: String,
    /// Name of the company.
    pub tenant_name: String,
    /// The invited address, to be entered in the form.
    pub email: String,
    /// Identification code, in groups of four.
    pub identification_code: String,
    /// The name that the certificate will carry, if it is on record.
    pub roman_name: Option<String>,
    /// The personal one-time password, in groups of four.
    pub one_time_password: String,
    /// When the password ends.
    pub valid_until: Timestamp,
    /// Who gets the PIN of the application.
    pub pin: PinRecipient,
}

/// A certificate was picked up.
#[derive(Debug, Clone)]
pub struct PickedUp {
    /// Name of the person whose certificate it is.
    pub user_name: String,
    /// The person who saw its PIN; `None` if it was mailed.
    pub pin_seen_by: Option<PinSeenBy>,
    pub at: Timestamp,
    /// The IP address of the pickup.
    pub from: String,
    /// The person's name for the device.
    pub device_name: String,
    /// Last second of its validity.
    pub not_after: Timestamp,
    /// Address of the tenant's desk without a slash at its end; operators have none.
    pub desk: Option<String>,
}

/// The pickups of an hour, for administrators.
#[derive(Debug, Clone)]
pub struct PickupDigest {
    /// The oldest first.
    pub pickups: Vec<DigestedPickup>,
    /// Address of the tenant's desk without a slash at its end.
    pub desk: String,
}

#[derive(Debug, Clone)]
pub struct DigestedPickup {
    /// Name of the person whose certificate it is.
    pub user_name: String,
    pub at: Timestamp,
    /// The IP address of the pickup.
    pub from: String,
    /// The person's name for the device.
    pub device_name: String,
}

/// The most pickups that one mail lists; the list of users shows all.
const PICKUPS_LISTED_MAX: usize = 200;

/// The change of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EndedAs {
    Revoked,
    OnHold,
    Released,
}

/// Another person revoked, held or released a certificate.
#[derive(Debug, Clone)]
pub struct CertificateEnded {
    pub ended: EndedAs,
    /// Whether the person is suspended, so that a release opens nothing yet.
    pub suspended: bool,
    /// Name of the person whose certificate it is.
    pub user_name: String,
    pub at: Timestamp,
    /// The person's name for the device.
    pub device_name: String,
}

/// A person was shut out, or let in again.
#[derive(Debug, Clone)]
pub struct UserMoved {
    pub to: UserState,
    /// Name of the person.
    pub user_name: String,
    pub at: Timestamp,
}

/// The last administrator was to be suspended at the end of a day, and was not; administrators get this mail.
#[derive(Debug, Clone)]
pub struct AdministratorKept {
    /// Name of the person.
    pub user_name: String,
    /// The person's id.
    pub user: String,
    /// Address of the tenant's desk without a slash at its end.
    pub desk: String,
}

/// A user revoked an own certificate; administrators get this mail.
#[derive(Debug, Clone)]
pub struct RevokedByUser {
    /// Name of the person.
    pub user_name: String,
    pub at: Timestamp,
    /// The person's name for the device.
    pub device_name: String,
    /// Address of the tenant's desk without a slash at its end.
    pub desk: String,
}

/// To the applicant: an administrator decides next.
pub fn application_received(
    recipient_name: &str,
    reference: &str,
    pin: PinRecipient,
    head: &Letterhead,
) -> Mail {
    let next = match pin {
        PinRecipient::Person => "mail-received-next",
        PinRecipient::Administrator => "mail-received-shown-next",
    };
    MailDraft::new(head, "mail-received-subject", recipient_name)
        .say("mail-received-lead")
        .code("field-reference", reference)
        .say(next)
        .mail()
}

/// To the applicant: not approved.
pub fn application_rejected(mail: &ApplicationRejected, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-rejected-subject", &mail.recipient_name)
        .say("mail-rejected-lead")
        .code("field-reference", &mail.reference);
    let letter = match &mail.reason {
        Some(reason) => letter.facts(vec![("mail-rejected-reason", reason.clone())]),
        None => letter,
    };
    letter.say("mail-rejected-next").mail()
}

/// To administrators: an application waits.
pub fn application_waits(mail: &ApplicationWaiting, head: &Letterhead) -> Mail {
    let draft = MailDraft::new(head, "mail-waits-subject", "");
    let purpose = draft.t.say(format!("purpose-{}", mail.purpose.name())).to_string();
    let draft = draft.say("mail-waits-lead");
    let draft = match &mail.helpless {
        Some(company) => {
            let why = draft.t.say("mail-waits-helpless").with("tenant", company);
            draft.block(Block::Paragraph(why))
        }
        None => draft,
    };
    draft
        .facts(vec![
            ("application-purpose", purpose),
            ("mail-applicant", mail.applicant_name.clone()),
            ("field-email", mail.applicant_email.clone()),
            ("field-reference", mail.reference.clone()),
        ])
        .link("mail-waits-address", mail.page.clone())
        .say("mail-waits-next")
        .mail()
}

/// To a user: apply with this one-time password.
pub fn invitation(mail: &InvitationMail, head: &Letterhead) -> Mail {
    let (subject, lead) = if mail.another_device {
        ("mail-invitation-device-subject", "mail-invitation-device-lead")
    } else {
        ("mail-invitation-subject", "mail-invitation-lead")
    };
    let last = match mail.pin {
        PinRecipient::Person => "mail-invitation-then-mail",
        PinRecipient::Administrator => "mail-invitation-then-administrator",
    };
    let letter = MailDraft::new(head, subject, &mail.recipient_name);
    let lead = letter.t.say(lead).with("tenant", &mail.tenant_name);
    let until = letter.t.moment(mail.valid_until);
    let mut facts = vec![("field-email", mail.email.clone())];
    facts.extend(mail.roman_name.clone().map(|name| ("roman-name", name)));
    facts.push(("mail-invitation-until", until));
    letter
        .block(Block::Paragraph(lead))
        .link("mail-enrol-address", head.public(&enrol_path(&mail.identification_code, &mail.email)))
        .code("field-identification-code", &mail.identification_code)
        .code("mail-one-time-password", &mail.one_time_password)
        .facts(facts)
        .heading("mail-steps")
        .steps_and("mail-invitation-step", last)
        .link("mail-guide-address", head.public("/guide/apply"))
        .warn("mail-invitation-keep")
        .mail()
}

/// To the user: the certificate was picked up, with the steps if it was another person.
pub fn picked_up(mail: &PickedUp, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-picked-up-subject", &mail.user_name).say("mail-picked-up-lead");
    let letter = picked_up_facts(letter, mail)
        .say("mail-picked-up-next")
        .warn("mail-picked-up-not-you")
        .link("mail-revoke-address", head.public("/revoke"));
    at_desk(letter, "mail-devices-address", mail, "/devices").mail()
}

/// To administrators: a certificate was picked up.
pub fn picked_up_for_administrators(mail: &PickedUp, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-picked-up-admin-subject", "");
    let lead = letter.t.say("mail-picked-up-admin-lead").with("name", &mail.user_name);
    let letter =
        picked_up_facts(letter.block(Block::Paragraph(lead)), mail).warn("mail-picked-up-admin-not-them");
    at_desk(letter, "mail-desk-address", mail, "/users").mail()
}

/// To administrators: the pickups of the last hour.
pub fn pickup_digest(mail: &PickupDigest, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-pickups-subject", "");
    let count = u32::try_from(mail.pickups.len()).unwrap_or(u32::MAX);
    let mut letter = {
        let lead = letter.t.say("mail-pickups-lead").with("count", count);
        letter.block(Block::Paragraph(lead))
    };
    let listed = mail.pickups.iter().take(PICKUPS_LISTED_MAX);
    let lines = listed.map(|pickup| {
        let at = letter.t.moment(pickup.at);
        let line = letter.t.say("mail-pickups-line").with("name", &pickup.user_name);
        line.with("at", &at).with("from", &pickup.from).with("device", &pickup.device_name)
    });
    let lines = lines.collect();
    letter = letter.block(Block::Items(lines));
    if mail.pickups.len() > PICKUPS_LISTED_MAX {
        letter = letter.say("mail-pickups-more");
    }
    letter
        .warn("mail-picked-up-admin-not-them")
        .link("mail-desk-address", format!("{}/users", mail.desk))
        .mail()
}

/// To the recipient that an operator names: mail arrives.
pub fn test(head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-test-subject", "");
    let at = letter.t.moment(head.now);
    letter.say("mail-test-lead").facts(vec![("mail-at", at)]).mail()
}

fn at_desk<'a>(letter: MailDraft<'a>, label: &'static str, mail: &PickedUp, path: &str) -> MailDraft<'a> {
    match &mail.desk {
        Some(desk) => letter.link(label, format!("{desk}{path}")),
        None => letter,
    }
}

fn picked_up_facts<'a>(letter: MailDraft<'a>, mail: &PickedUp) -> MailDraft<'a> {
    let (at, until) = (letter.t.moment(mail.at), letter.t.day(mail.not_after));
    let mut facts = vec![
        ("mail-picked-up-at", at),
        ("mail-picked-up-from", mail.from.clone()),
        ("field-device-name", mail.device_name.clone()),
        ("mail-picked-up-until", until),
    ];
    facts.extend(mail.pin_seen_by.as_ref().map(|by| ("mail-pin-seen-by", by.words(&letter.t))));
    letter.facts(facts)
}

/// To the user: revoked, held or released.
pub fn certificate_ended(mail: &CertificateEnded, head: &Letterhead) -> Mail {
    let (subject, lead, next) = match mail.ended {
        EndedAs::Revoked => ("mail-revoked-subject", "mail-revoked-lead", "mail-revoked-next"),
        EndedAs::OnHold => ("mail-held-subject", "mail-held-lead", "mail-held-next"),
        EndedAs::Released if mail.suspended => {
            ("mail-released-subject", "mail-released-lead", "mail-released-suspended-next")
        }
        EndedAs::Released => ("mail-released-subject", "mail-released-lead", "mail-released-next"),
    };
    let letter = MailDraft::new(head, subject, &mail.user_name).say(lead);
    let at = letter.t.moment(mail.at);
    letter.facts(vec![("field-device-name", mail.device_name.clone()), ("mail-at", at)]).say(next).mail()
}

/// To the user: shut out with all devices, or let in again.
pub fn user_moved(mail: &UserMoved, head: &Letterhead) -> Mail {
    let (subject, lead, since, next) = match mail.to {
        UserState::Suspended => {
            ("mail-suspended-subject", "mail-suspended-lead", "mail-suspended-since", "mail-suspended-next")
        }
        UserState::Active => {
            ("mail-resumed-subject", "mail-resumed-lead", "mail-resumed-since", "mail-resumed-next")
        }
    };
    let letter = MailDraft::new(head, subject, &mail.user_name).say(lead);
    let at = letter.t.moment(mail.at);
    letter.facts(vec![(since, at)]).say(next).mail()
}

/// To administrators: the last of them was to be suspended, and was not.
pub fn administrator_kept(mail: &AdministratorKept, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-kept-subject", "");
    let lead = letter.t.say("mail-kept-lead").with("name", &mail.user_name);
    letter
        .block(Block::Paragraph(lead))
        .say("mail-kept-next")
        .link("mail-desk-address", format!("{}/users/{}", mail.desk, mail.user))
        .mail()
}

/// To administrators: a user revoked an own certificate.
pub fn revoked_by_user(mail: &RevokedByUser, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-revoked-admin-subject", "");
    let lead = letter.t.say("mail-revoked-admin-lead").with("name", &mail.user_name);
    let at = letter.t.moment(mail.at);
    letter
        .block(Block::Paragraph(lead))
        .facts(vec![("field-device-name", mail.device_name.clone()), ("mail-at", at)])
        .say("mail-revoked-admin-next")
        .link("mail-desk-address", format!("{}/users", mail.desk))
        .mail()
}
