//! The application form (個人用電子証明書 新規申請) and what follows it.

use crate::page::pages;
use domain::{challenge::CHALLENGE_LETTERS_MIN, refusal::Refusal};
use jiff::civil::Date;

/// `/enrol`.
#[derive(Debug, Clone, Default)]
pub struct EnrolPage {
    /// What was typed.
    pub values: EnrolValues,
    /// Set once `data_entry` was read and is good: shown, and its fields are locked.
    pub licence: Option<LicenceShown>,
    /// What was wrong.
    pub errors: Vec<Refusal>,
}

impl EnrolPage {
    /// Does the reader have a `data_entry.txt`, as few applicants do?
    fn holds_data_entry(&self) -> bool {
        let refused =
            self.errors.iter().any(|error| matches!(error.field, Some("data_entry" | "data_entry_file")));
        refused || !self.values.data_entry.trim().is_empty()
    }
}

/// What was typed, without the password and the challenge phrase.
#[derive(Debug, Clone, Default)]
pub struct EnrolValues {
    /// Text of `data_entry.txt`.
    pub data_entry: String,
    /// Family name, roman letters.
    pub family_name: String,
    /// Given name, roman letters.
    pub given_name: String,
    /// E-mail address.
    pub email: String,
    /// Identification code, as typed.
    pub identification_code: String,
    /// What the person calls the device.
    pub device_name: String,
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
    /// Seats.
    pub seats: u32,
    /// Last day of the contract.
    pub valid_until: Date,
}

/// `/enrol/sent`.
#[derive(Debug, Clone)]
pub struct EnrolSentPage {
    /// An administrator decides first; else the mail is on its way.
    pub waits_for_approval: bool,
    /// Address that the mail comes from.
    pub sender_address: String,
    /// Captured mail can be read at `/outbox` (only under `up`).
    pub outbox: bool,
}

pages! {
    /// The application form. Buttons: `read=yes` reads `data_entry` only; `read=clear` unlocks again.
    form enrol(EnrolPage) = "public/enrol.html";
    /// After an application was accepted.
    enrol_sent(EnrolSentPage) = "public/enrol_sent.html";
}
