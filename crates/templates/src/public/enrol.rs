//! The application form (個人用電子証明書 新規申請) and the page after it.

use crate::page::pages;
use domain::{
    application_form::ApplyField,
    challenge::CHALLENGE_LETTERS_MIN,
    form::{Field, Form},
};
use jiff::civil::Date;

/// `/enrol`.
#[derive(Debug, Clone, Default)]
pub struct EnrolPage {
    /// The typed values.
    pub form: Form<ApplyField>,
    /// Set once `data_entry` was read and is good: the page shows it, and its fields are locked.
    pub licence: Option<LicenceShown>,
}

impl EnrolPage {
    /// Whether the reader has a `data_entry.txt`, as few applicants do.
    fn holds_data_entry(&self) -> bool {
        let of_the_file = [ApplyField::DataEntry, ApplyField::DataEntryFile].map(|field| Some(field.name()));
        let refused = self.form.errors().iter().any(|error| of_the_file.contains(&error.field));
        refused || self.form.data_entry().is_some()
    }
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
pub struct EnrolSentPage {
    /// Whether an administrator decides first; otherwise the mail is on its way.
    pub waits_for_approval: bool,
    /// Sender address of the service's mails.
    pub sender_address: String,
    /// Captured mail can be read at `/outbox` (only under `up`).
    pub outbox: bool,
}

pages! {
    /// The application form. Buttons: `read=yes` reads `data_entry` only; `read=clear` unlocks again.
    form enrol(EnrolPage: ApplyField) = "public/enrol.html";
    /// After an application was accepted.
    enrol_sent(EnrolSentPage) = "public/enrol_sent.html";
}
