//! `data_entry.txt`: the licence-key information (ライセンス・キー情報), signed by the installation.
//!
//! The file has sorted `key=value` lines and a signature line. The file proves origin and tenant; the store decides
//! on seats and validity. What editors and mails do to the layout is accepted ([`paste`]); any changed, missing or
//! added key or value is refused by its name.
//!
//! **Invariant:** the signature is checked over the canonical lines of exactly the values that are read.

use crate::{
    certificate_text::CertificateText,
    refusal::{Problem, number},
    tenant::IdentificationCode,
};
use jiff::civil::Date;
use paste::Paste;

mod paste;

/// The largest text that is read, in bytes: the file within a mail.
pub const DATA_ENTRY_BYTES_MAX: usize = 32 * 1024;

/// The most readings of a text with broken lines whose signature is checked.
const READINGS_MAX: usize = 128;

const SIGNATURE_KEY: &str = "signature";
const KEYS: [&str; 6] =
    ["contract_number", "identification_code", "organization", "organizational_unit", "seats", "valid_until"];
/// The keys of all lines, as they are written.
const ALL_KEYS: [&str; 7] = [
    "contract_number",
    "identification_code",
    "organization",
    "organizational_unit",
    "seats",
    "valid_until",
    SIGNATURE_KEY,
];

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataEntryError {
    /// The text has none of the file's lines.
    #[error("the text has no line of a data_entry.txt")]
    Absent,
    /// A line looks like one of the file's and is none; the value is the line, from 1.
    #[error("data_entry.txt: line {0} does not belong to it")]
    Line(usize),
    /// These keys have no line.
    #[error("data_entry.txt: the lines of {0:?} are missing")]
    Missing(Vec<&'static str>),
    /// The key has two lines.
    #[error("data_entry.txt: the key {0:?} is given twice")]
    Doubled(&'static str),
    /// Longer than [`DATA_ENTRY_BYTES_MAX`].
    #[error("data_entry.txt is too long to be one of ours")]
    TooLong,
    /// The value cannot be one of a file, or is broken into lines that fit together in no way.
    #[error("data_entry.txt: the value of {0:?} cannot be read")]
    Damaged(&'static str),
    /// The signature does not match the lines: they were changed, or another installation signed them.
    #[error("data_entry.txt was changed or comes from another installation")]
    Signature,
}

impl From<DataEntryError> for Problem {
    fn from(error: DataEntryError) -> Self {
        match error {
            DataEntryError::Absent => Self::DataEntryAbsent,
            DataEntryError::Line(line) => Self::DataEntryLine { line: number(line) },
            DataEntryError::Missing(keys) => Self::DataEntryLinesMissing { keys: keys.join(", ") },
            DataEntryError::Doubled(key) => Self::DataEntryLineDoubled { key: key.to_owned() },
            DataEntryError::TooLong => Self::too_long(DATA_ENTRY_BYTES_MAX),
            DataEntryError::Damaged(key) => Self::DataEntryValueDamaged { key: key.to_owned() },
            DataEntryError::Signature => Self::DataEntryRefused,
        }
    }
}

/// The contents of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataEntry {
    /// Number of the contract.
    pub contract_number: String,
    /// Identifies the tenant.
    pub identification_code: IdentificationCode,
    /// Organisation as written into certificates.
    pub organization: CertificateText,
    /// Unit as written into certificates, if any.
    pub organizational_unit: Option<CertificateText>,
    /// Seats when the file was made.
    pub seats: u32,
    /// End of the contract when the file was made, `YYYY-MM-DD`.
    pub valid_until: String,
}

impl DataEntry {
    /// The lines that are signed: sorted, each ended by LF.
    pub fn signed_text(&self) -> String {
        let unit = self.organizational_unit.as_ref().map_or("", CertificateText::as_str);
        let seats = self.seats.to_string();
        let values = [
            self.contract_number.as_str(),
            self.identification_code.as_str(),
            self.organization.as_str(),
            unit,
            &seats,
            &self.valid_until,
        ];
        signed_lines(KEYS.into_iter().zip(values))
    }

    /// The whole file, with the signature (text without line breaks, such as base64).
    pub fn to_file(&self, signature: &str) -> String {
        format!("{}{SIGNATURE_KEY}={signature}\n", self.signed_text())
    }

    /// Reads a file, or the text of a mail around it: `verify(signed text, signature text)` returns whether the
    /// installation's key made the signature.
    pub fn parse(file: &str, verify: impl Fn(&str, &str) -> bool) -> Result<Self, DataEntryError> {
        if file.len() > DATA_ENTRY_BYTES_MAX {
            return Err(DataEntryError::TooLong);
        }
        let paste = Paste::read(file)?;
        let readings = paste.readings();
        for (key, values) in ALL_KEYS.into_iter().zip(&readings) {
            if !values.iter().any(|value| is_well_formed(key, value)) {
                return Err(DataEntryError::Damaged(key));
            }
        }
        for values in combinations(&readings).take(READINGS_MAX) {
            let [.., signature] = values;
            let signed = signed_lines(KEYS.into_iter().zip(values));
            if verify(&signed, signature) {
                let stranger = paste.stranger(signature).map(DataEntryError::Line);
                return stranger.map_or_else(|| Self::from_values(values), Err);
            }
        }
        let stranger = paste.stranger("").map(DataEntryError::Line);
        Err(stranger
            .or_else(|| paste.broken().map(DataEntryError::Damaged))
            .unwrap_or(DataEntryError::Signature))
    }

    fn from_values(values: [&str; ALL_KEYS.len()]) -> Result<Self, DataEntryError> {
        let [contract_number, identification_code, organization, unit, seats, valid_until, _] = values;
        let text = |key, value| CertificateText::parse(value).map_err(|_| DataEntryError::Damaged(key));
        Ok(Self {
            contract_number: contract_number.to_owned(),
            identification_code: IdentificationCode::parse(identification_code)
                .ok_or(DataEntryError::Damaged("identification_code"))?,
            organization: text("organization", organization)?,
            organizational_unit: match unit {
                "" => None,
                unit => Some(text("organizational_unit", unit)?),
            },
            seats: seats.parse().map_err(|_| DataEntryError::Damaged("seats"))?,
            valid_until: valid_until.to_owned(),
        })
    }
}

/// Whether a value may stand in a file of this service.
fn is_well_formed(key: &str, value: &str) -> bool {
    match key {
        "identification_code" => IdentificationCode::parse(value).is_some(),
        "seats" => value.parse::<u32>().is_ok(),
        "valid_until" => value.parse::<Date>().is_ok(),
        "organizational_unit" => value.is_empty() || CertificateText::parse(value).is_ok(),
        SIGNATURE_KEY => !value.is_empty() && value.len().is_multiple_of(4),
        _ => CertificateText::parse(value).is_ok(),
    }
}

/// Each choice of one reading for every key; the readings as they stand come first.
fn combinations(readings: &[Vec<String>; ALL_KEYS.len()]) -> impl Iterator<Item = [&str; ALL_KEYS.len()]> {
    let total = readings.iter().fold(1_usize, |total, values| total.saturating_mul(values.len()));
    (0..total).map(|mut choice| {
        readings.each_ref().map(|values| {
            let value = &values[choice % values.len()];
            choice /= values.len();
            value.as_str()
        })
    })
}

fn signed_lines<'a>(values: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    values.fold(String::new(), |text, (key, value)| text + key + "=" + value + "\n")
}

#[cfg(test)]
mod tests;
