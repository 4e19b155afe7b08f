//! Mails about ends to come: of a certificate, of a contract.

use super::{
    Letterhead, Mail,
    calendar::CalendarDay,
    letter::{Block, MailDraft},
};
use crate::voice::Phrase;
use domain::{contract_notice::ContractNotice, time::Timestamp};

/// A certificate ends; its person gets this mail.
#[derive(Debug, Clone)]
pub struct CertificateEnds {
    /// Name of the person.
    pub user_name: String,
    /// The person's name for the device.
    pub device_name: String,
    /// Last second of its validity.
    pub not_after: Timestamp,
    /// The certificate's id, by which calendars know the day again.
    pub certificate: String,
    /// Whether an administrator had the mail sent again.
    pub asked_for: bool,
    /// Address of the tenant's desk without a slash at its end; operators have none.
    pub desk: Option<String>,
}

/// Certificates whose people were told of the end; administrators get this mail.
#[derive(Debug, Clone)]
pub struct CertificatesEnd {
    /// Those that end first at the beginning.
    pub certificates: Vec<EndingCertificate>,
    /// How many there are.
    pub count: u32,
    /// Address of the tenant's desk without a slash at its end.
    pub desk: String,
}

#[derive(Debug, Clone)]
pub struct EndingCertificate {
    /// Name of the person.
    pub user_name: String,
    /// The person's name for the device.
    pub device_name: String,
    /// Last second of its validity.
    pub not_after: Timestamp,
}

/// A contract ends or has ended; administrators get this mail.
#[derive(Debug, Clone)]
pub struct ContractEnds {
    pub notice: ContractNotice,
    /// Name of the company.
    pub tenant_name: String,
    pub contract_number: String,
    /// The end of the contract.
    pub valid_until: Timestamp,
    /// When nobody passes any more.
    pub shut_out_from: Timestamp,
    /// Address of the tenant's desk without a slash at its end.
    pub desk: String,
}

/// Contracts that end or have ended; operators get this mail.
#[derive(Debug, Clone)]
pub struct ContractsEnd {
    /// Those that end first at the beginning.
    pub contracts: Vec<EndingContract>,
    /// How many there are.
    pub count: u32,
    /// Address of the console without a slash at its end.
    pub console: String,
}

#[derive(Debug, Clone)]
pub struct EndingContract {
    pub notice: ContractNotice,
    /// Name of the company.
    pub tenant_name: String,
    pub slug: String,
    pub contract_number: String,
    /// The end of the contract.
    pub valid_until: Timestamp,
}

/// The most entries that one mail lists.
pub const ENDS_LISTED_MAX: u32 = 200;

/// The name of the calendar's file.
const CALENDAR_FILE: &str = "certificate.ics";

/// To the user: renew in time. The day is attached for the calendar.
pub fn certificate_ends(mail: &CertificateEnds, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-ends-subject", &mail.user_name);
    let (day, distance) = (letter.t.day(mail.not_after), letter.t.distance(mail.not_after));
    let until = format!("{} ({distance})", letter.t.moment(mail.not_after));
    let letter = letter.about("date", &day);
    let letter = if mail.asked_for { letter.say("mail-ends-asked") } else { letter };
    let letter = letter
        .say("mail-ends-lead")
        .facts(vec![("field-device-name", mail.device_name.clone()), ("mail-picked-up-until", until)]);
    let devices = mail.desk.as_ref().map(|desk| format!("{desk}/devices"));
    let letter = match &devices {
        Some(devices) => letter
            .heading("mail-steps")
            .steps("mail-ends-step")
            .link("mail-ends-address", devices.clone())
            .say("mail-ends-late")
            .link("mail-ends-late-address", head.public("/renew"))
            .say("mail-ends-not-needed"),
        None => letter.say("mail-ends-operator"),
    };
    let summary = letter.t.say("mail-ends-calendar").with("device", &mail.device_name).to_string();
    let description = letter.t.say("mail-ends-calendar-what").to_string();
    let day = CalendarDay {
        uid: &format!("certificate-{}@{}", mail.certificate, head.public_host()),
        day: mail.not_after.to_zoned(head.time_zone.clone()).date(),
        summary: &summary,
        description: &description,
        address: devices.as_deref(),
        now: head.now,
        file_name: CALENDAR_FILE,
    };
    letter.say("mail-ends-attached").attached(day.attachment()).mail()
}

/// To administrators: whose certificates end soon.
pub fn certificates_end(mail: &CertificatesEnd, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-ends-list-subject", "").about("count", mail.count);
    let lead = letter.t.say("mail-ends-list-lead").with("count", mail.count);
    let lines = mail.certificates.iter().map(|one| {
        let t = &letter.t;
        let line = t.say("mail-ends-list-line").with("name", &one.user_name);
        let line = line.with("device", &one.device_name).with("date", t.day(one.not_after));
        line.with("distance", t.distance(one.not_after))
    });
    let items = lines.collect();
    let letter = letter.block(Block::Paragraph(lead)).block(Block::Items(items));
    let letter = more(letter, mail.certificates.len(), mail.count, "mail-ends-list-more");
    letter
        .say("mail-ends-list-next")
        .link("mail-desk-address", format!("{}/users?progress=ending-soon", mail.desk))
        .mail()
}

/// To administrators: the contract ends, has ended, or has shut everybody out.
pub fn contract_ends(mail: &ContractEnds, head: &Letterhead) -> Mail {
    let [subject, lead, next] = match mail.notice {
        ContractNotice::Ended => {
            ["mail-contract-ended-subject", "mail-contract-ended-lead", "mail-contract-ended-next"]
        }
        ContractNotice::ShutOut => {
            ["mail-contract-out-subject", "mail-contract-out-lead", "mail-contract-out-next"]
        }
        _ => ["mail-contract-subject", "mail-contract-lead", "mail-contract-next"],
    };
    let letter = MailDraft::new(head, subject, "");
    let (last, out) = (letter.t.last_day(mail.valid_until), letter.t.day(mail.shut_out_from));
    let letter = letter.about("date", &last);
    let lead = letter.t.say(lead).with("tenant", &mail.tenant_name).with("date", &last).with("out", &out);
    let distance = letter.t.distance_of_last_day(mail.valid_until);
    letter
        .block(Block::Paragraph(lead))
        .facts(vec![
            ("field-contract-number", mail.contract_number.clone()),
            ("field-valid-until", format!("{last} ({distance})")),
        ])
        .say(next)
        .link("mail-contract-address", format!("{}/", mail.desk))
        .mail()
}

/// To operators: customers' contracts that end.
pub fn contracts_end(mail: &ContractsEnd, head: &Letterhead) -> Mail {
    let letter = MailDraft::new(head, "mail-contracts-subject", "").about("count", mail.count);
    let lead = letter.t.say("mail-contracts-lead").with("count", mail.count);
    let lines = mail.contracts.iter().map(|one| contract_line(one, &letter)).collect();
    let letter = letter.block(Block::Paragraph(lead)).block(Block::Items(lines));
    let letter = more(letter, mail.contracts.len(), mail.count, "mail-contracts-more");
    letter.say("mail-contracts-next").link("mail-contracts-address", format!("{}/", mail.console)).mail()
}

fn contract_line(one: &EndingContract, letter: &MailDraft<'_>) -> Phrase {
    let (t, until) = (&letter.t, one.valid_until);
    let key = match one.notice {
        ContractNotice::Ended => "mail-contracts-line-ended",
        ContractNotice::ShutOut => "mail-contracts-line-out",
        _ => "mail-contracts-line",
    };
    let line = t.say(key).with("name", &one.tenant_name).with("slug", &one.slug);
    let line = line.with("number", &one.contract_number).with("date", t.last_day(until));
    line.with("distance", t.distance_of_last_day(until))
}

/// A sentence where the list has not all.
fn more<'a>(letter: MailDraft<'a>, listed: usize, count: u32, key: &'static str) -> MailDraft<'a> {
    if listed < count as usize { letter.say(key) } else { letter }
}
