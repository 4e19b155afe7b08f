//! The application form (個人用電子証明書 新規申請) and the page after it.

use crate::{page::pages, voice::Voice};
use domain::{
    application_form::ApplyField,
    challenge::CHALLENGE_LETTERS_MIN,
    form::{Field, Form},
    pin::PIN_MAILS_ASKED_MAX,
    refusal::Code,
};
use jiff::civil::Date;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

/// `/enrol`.
#[derive(Debug, Clone, Default)]
pub struct EnrolPage {
    /// The typed values.
    pub form: Form<ApplyField>,
    /// Set once `data_entry` was read and is good: the page shows it, and its fields are locked.
    pub licence: Option<LicenceShown>,
    /// Whom first administrators ask.
    pub provider_contact: String,
    /// Whether the browser may run on a Mac or an iPad, so that a script looks which.
    pub mac_or_ipad: bool,
}

/// The value of [`ApplyField::Door`] at the door of contract sheets.
pub const SHEET_DOOR: &str = "sheet";
/// The value at the door of invitations, by mail or slip.
pub const INVITATION_DOOR: &str = "invitation";

/// The address of the form with what an invitation tells anyway: none of it is secret.
pub fn enrol_path(identification_code: &str, email: &str) -> String {
    let encoded = |text: &'_ str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    // Letters that mails and people read well stay as they are.
    let email = encoded(email).replace("%40", "@").replace("%2E", ".").replace("%2D", "-");
    format!("/enrol?code={}&email={email}", encoded(identification_code).replace("%2D", "-"))
}

impl EnrolPage {
    /// Whether the reader holds a contract sheet.
    fn of_sheet(&self) -> bool {
        let of_the_file = [ApplyField::DataEntry, ApplyField::DataEntryFile].map(|field| Some(field.name()));
        let refused = self.form.errors().iter().any(|error| of_the_file.contains(&error.field));
        refused || self.form.text(ApplyField::Door) == SHEET_DOOR || self.form.data_entry().is_some()
    }

    fn door(&self) -> &'static str {
        if self.of_sheet() { SHEET_DOOR } else { INVITATION_DOOR }
    }

    /// Whether code and address come from the invitation's link, and are fine.
    fn locked(&self) -> bool {
        let told = [ApplyField::IdentificationCode, ApplyField::Email].map(|field| self.form.text(field));
        let good = !self.form.errors().iter().any(|error| {
            [ApplyField::IdentificationCode, ApplyField::Email]
                .iter()
                .any(|field| error.field == Some(field.name()))
        });
        self.form.is_ticked(ApplyField::Locked) && good && told.iter().all(|text| !text.is_empty())
    }

    /// Whether the credentials were refused.
    fn refused(&self) -> bool {
        self.form.errors().iter().any(|error| error.code() == Code::EnrolRefused)
    }

    /// Whether the form has a name. Programs send one, and pages of older releases.
    fn has_name(&self) -> bool {
        let names = [ApplyField::FamilyName, ApplyField::GivenName];
        let failed =
            |field: &ApplyField| self.form.errors().iter().any(|error| error.field == Some(field.name()));
        names.iter().any(|field| !self.form.text(*field).is_empty() || failed(field))
    }
}

/// The name in roman letters, asked for once the password was found right and where none is on record.
#[derive(Debug, Clone, Default)]
pub struct EnrolNamePage {
    /// The typed name.
    pub form: Form<ApplyField>,
    /// The former form, sealed.
    pub held: String,
}

/// The licence-key information of a good `data_entry.txt`.
#[derive(Debug, Clone)]
pub struct LicenceShown {
    /// Number of the contract.
    pub contract_number: String,
    /// Organisation, as written into certificates.
    pub organization: String,
    /// Unit, as written into certificates.
    pub organizational_unit: Option<String>,
    /// Identification code, in groups of four.
    pub identification_code: String,
    pub seats: u32,
    /// Last day of the contract.
    pub valid_until: Date,
}

/// `/enrol/sent`.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct EnrolSentPage {
    /// Whether an administrator decides first; otherwise the mail is on its way.
    pub waits_for_approval: bool,
    /// Whether an administrator hands the PIN over, and no mail brings it.
    pub pin_from_administrator: bool,
    /// Sender address of the service's mails.
    pub sender_address: String,
    /// Captured mail can be read at `/outbox` (only under `up`).
    pub outbox: bool,
    /// What this browser has sent; `None` where it does not say.
    pub sent: Option<EnrolSent>,
    /// Whom first administrators ask.
    pub provider_contact: String,
    /// Whether the mail was asked for again.
    pub asked_again: bool,
}

/// What a browser has sent.
#[derive(Debug, Clone)]
pub struct EnrolSent {
    /// Where the mail went.
    pub email: String,
    /// The name that the certificate will carry.
    pub name: String,
    /// Whether the applicant is an administrator, and so asks the provider.
    pub administrator: bool,
    /// Whom the applicant asks.
    pub support_contact: String,
}

impl EnrolSentPage {
    fn waits_next(&self) -> &'static str {
        if self.pin_from_administrator { "enrol-sent-waits-shown-next" } else { "enrol-sent-waits-next" }
    }

    /// Whether a mail with a PIN is on its way.
    fn brings_a_mail(&self) -> bool {
        !self.waits_for_approval && !self.pin_from_administrator
    }
}

impl EnrolSent {
    fn whom(&self, t: &Voice) -> String {
        t.say(if self.administrator { "whom-provider" } else { "whom-administrator" }).to_string()
    }
}

pages! {
    /// The application form. Buttons: `read=yes` reads `data_entry` only; `read=clear` unlocks again; `to` is another door.
    form enrol(EnrolPage: ApplyField) = "public/enrol.html";
    /// Asks for the name.
    form enrol_name(EnrolNamePage: ApplyField) = "public/enrol_name.html";
    /// After an application was accepted.
    enrol_sent(EnrolSentPage) = "public/enrol_sent.html";
}
