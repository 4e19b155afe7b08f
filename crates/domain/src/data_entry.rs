//! `data_entry.txt`: the licence-key information (ライセンス・キー情報), signed by the installation.
//!
//! The file has sorted `key=value` lines and a signature line. Changes by an editor to line ends, blank lines
//! and the byte order mark are accepted; any changed, missing or added key or value is refused. The file
//! proves origin and tenant; the store decides on seats and validity.

use crate::{
    certificate_text::CertificateText,
    refusal::{Problem, number},
    tenant::IdentificationCode,
};
use std::collections::BTreeMap;

/// The largest file that is read, in bytes.
pub const DATA_ENTRY_BYTES_MAX: usize = 8 * 1024;

const SIGNATURE_KEY: &str = "signature";
const KEYS: [&str; 6] =
    ["contract_number", "identification_code", "organization", "organizational_unit", "seats", "valid_until"];

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DataEntryError {
    /// Nothing was given.
    #[error("data_entry.txt is empty")]
    Empty,
    /// Not text of the expected form; the value is the line, from 1.
    #[error("data_entry.txt: line {0} is not key=value")]
    Line(usize),
    /// A key is missing, unknown or given twice.
    #[error("data_entry.txt: the key {0:?} is missing, unknown or given twice")]
    Key(String),
    /// Longer than [`DATA_ENTRY_BYTES_MAX`].
    #[error("data_entry.txt is too long to be one of ours")]
    TooLong,
    /// The signature does not match the lines: they were changed, or another installation signed them.
    #[error("data_entry.txt was changed or comes from another installation")]
    Signature,
    /// The signature matches, but a value does not parse.
    #[error("data_entry.txt: the value of {0:?} cannot be read")]
    Value(&'static str),
}

impl From<DataEntryError> for Problem {
    fn from(error: DataEntryError) -> Self {
        match error {
            DataEntryError::Line(line) => Self::DataEntryLine { line: number(line) },
            DataEntryError::Empty
            | DataEntryError::Key(_)
            | DataEntryError::TooLong
            | DataEntryError::Value(_)
            | DataEntryError::Signature => Self::DataEntryRefused,
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

    /// Reads and checks a file: `verify(signed text, signature text)` returns whether the installation's key
    /// made the signature.
    pub fn parse(file: &str, verify: impl FnOnce(&str, &str) -> bool) -> Result<Self, DataEntryError> {
        let mut values = lines(file)?;
        let signature =
            values.remove(SIGNATURE_KEY).ok_or_else(|| DataEntryError::Key(SIGNATURE_KEY.to_owned()))?;
        for key in KEYS {
            if !values.contains_key(key) {
                return Err(DataEntryError::Key(key.to_owned()));
            }
        }
        if let Some(unknown) = values.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(DataEntryError::Key(unknown.clone()));
        }
        let signed = signed_lines(values.iter().map(|(key, value)| (key.as_str(), value.as_str())));
        if !verify(&signed, &signature) {
            return Err(DataEntryError::Signature);
        }
        Self::from_values(&values)
    }

    fn from_values(values: &BTreeMap<String, String>) -> Result<Self, DataEntryError> {
        let text =
            |key: &'static str| CertificateText::parse(&values[key]).map_err(|_| DataEntryError::Value(key));
        Ok(Self {
            contract_number: values["contract_number"].clone(),
            identification_code: IdentificationCode::parse(&values["identification_code"])
                .ok_or(DataEntryError::Value("identification_code"))?,
            organization: text("organization")?,
            organizational_unit: match values["organizational_unit"].as_str() {
                "" => None,
                _ => Some(text("organizational_unit")?),
            },
            seats: values["seats"].parse().map_err(|_| DataEntryError::Value("seats"))?,
            valid_until: values["valid_until"].clone(),
        })
    }
}

fn signed_lines<'a>(values: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    values.fold(String::new(), |text, (key, value)| text + key + "=" + value + "\n")
}

fn lines(file: &str) -> Result<BTreeMap<String, String>, DataEntryError> {
    if file.len() > DATA_ENTRY_BYTES_MAX {
        return Err(DataEntryError::TooLong);
    }
    let mut values = BTreeMap::new();
    let text = file.trim_start_matches('\u{feff}');
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_end();
        if line.is_empty() {
            continue;
        }
        let (key, value) = line.split_once('=').ok_or(DataEntryError::Line(number + 1))?;
        if values.insert(key.to_owned(), value.to_owned()).is_some() {
            return Err(DataEntryError::Key(key.to_owned()));
        }
    }
    if values.is_empty() { Err(DataEntryError::Empty) } else { Ok(values) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    fn entry() -> DataEntry {
        DataEntry {
            contract_number: "C-0001".into(),
            identification_code: IdentificationCode::random(&mut rand_chacha::ChaCha20Rng::seed_from_u64(1)),
            organization: CertificateText::parse("Sample Co., Ltd.").unwrap(),
            organizational_unit: None,
            seats: 10,
            valid_until: "2027-11-30".into(),
        }
    }

    /// A substitute for a signature: the text's bytes, added up with their positions.
    fn sum(text: &str) -> String {
        text.bytes().enumerate().map(|(at, b)| (at as u64 + 1) * u64::from(b)).sum::<u64>().to_string()
    }

    fn file() -> String {
        entry().to_file(&sum(&entry().signed_text()))
    }

    fn read(file: &str) -> Result<DataEntry, DataEntryError> {
        DataEntry::parse(file, |text, signature| sum(text) == signature)
    }

    #[test]
    fn the_same_file_after_notepad_is_still_good() {
        let edited = format!("\u{feff}\r\n{}\r\n\r\n", file().replace('\n', " \t\r\n"));
        assert_eq!(read(&edited), Ok(entry()));
    }

    #[test]
    fn the_lines_are_sorted_as_written_and_in_any_order_as_read() {
        let mut lines: Vec<_> = file().lines().map(str::to_owned).collect();
        assert!(entry().signed_text().lines().is_sorted());
        lines.reverse();
        assert_eq!(read(&lines.join("\n")), Ok(entry()));
    }

    #[test]
    fn a_changed_value_is_refused() {
        assert_eq!(read(&file().replace("seats=10", "seats=99")), Err(DataEntryError::Signature));
    }

    #[test]
    fn an_added_missing_or_doubled_key_is_refused_by_name() {
        assert_eq!(read(&format!("{}extra=1\n", file())), Err(DataEntryError::Key("extra".into())));
        assert_eq!(read(&format!("{}seats=10\n", file())), Err(DataEntryError::Key("seats".into())));
        let without: String =
            file().split_inclusive('\n').filter(|line| !line.starts_with("seats")).collect();
        assert_eq!(read(&without), Err(DataEntryError::Key("seats".into())));
        assert_eq!(read(&entry().signed_text()), Err(DataEntryError::Key("signature".into())));
    }

    #[test]
    fn garbage_is_refused_with_its_line() {
        assert_eq!(read("\r\n \n"), Err(DataEntryError::Empty));
        assert_eq!(read("a=b\nhello"), Err(DataEntryError::Line(2)));
        assert_eq!(read(&"x=y\n".repeat(4000)), Err(DataEntryError::TooLong));
    }
}
