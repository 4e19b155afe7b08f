//! What is wrong with a cell of a row, or a field of the form about one person.

use super::Column;
use crate::{
    form::{Field, FieldKind},
    one_line::shown,
    refusal::{OnRecord, Problem},
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What is wrong with one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellError {
    /// A required value is missing.
    Missing,
    /// A letter that cannot stand in a certificate.
    CertificateLetter(char),
    /// A name that a spreadsheet would run as a formula.
    Formula,
    /// A letter in a name that stands where another one was lost.
    Damaged(char),
    /// A letter in a name that nobody can see.
    Unseen(char),
    /// More letters than fit.
    TooLong,
    /// No e-mail address.
    Email,
    /// No login name.
    LoginName,
    /// No group key; names the part.
    Group(String),
    /// No role.
    Role,
    /// No language.
    Locale,
    /// The same value stands in an earlier line of the file.
    DoubledInFile {
        /// The earlier line, 1-based.
        line: u32,
    },
    /// Another user of the tenant has it already.
    Taken,
    /// The record was changed after the file was judged.
    Moved {
        /// What it says now; may be empty.
        on_record: String,
    },
    /// The tenant would be left without an administrator who may pass.
    LastAdministrator,
    /// Not of the form that the operator has set for the tenant: ends in none of these.
    Unfit {
        /// The login names' suffix, or the domains.
        ends: Vec<String>,
    },
}

impl fmt::Display for CellError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing"),
            Self::CertificateLetter(letter) => {
                write!(f, "{letter:?} cannot stand in a certificate; use plain letters")
            }
            Self::Formula => f.write_str("begins with = + - or @, as a formula does"),
            Self::TooLong => f.write_str("is too long"),
            Self::Email => f.write_str("is no e-mail address"),
            Self::LoginName => f.write_str("is no login name"),
            Self::Group(group) => write!(f, "{group:?} is no group key"),
            Self::Role => f.write_str("expected user, administrator or auditor"),
            Self::Locale => f.write_str("expected ja or en"),
            Self::DoubledInFile { line } => write!(f, "stands in line {line}, too"),
            Self::Unfit { ends } => write!(f, "must end in {}", ends.join(" or ")),
            Self::Damaged(letter) => {
                write!(f, "{letter:?} stands where a letter was lost; save the file as CSV UTF-8 once more")
            }
            Self::Unseen(letter) => {
                write!(f, "has the invisible letter U+{:04X}; type it anew", u32::from(*letter))
            }
            Self::Taken => f.write_str("belongs to another user"),
            Self::Moved { on_record } => write!(f, "was changed meanwhile; on record now: {on_record:?}"),
            Self::LastAdministrator => f.write_str("this is the last administrator; make another one first"),
        }
    }
}

/// A cell that is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// Where.
    pub column: Column,
    /// What.
    pub error: CellError,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.column.name(), self.error)
    }
}

/// All that is wrong with a row, by column, in one line.
pub fn listed(errors: &[RowError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

impl RowError {
    pub(super) fn problem(&self, typed: &str) -> Problem {
        match &self.error {
            CellError::Missing => Problem::Required,
            CellError::CertificateLetter(letter) => {
                Problem::CertificateLetter { letter: *letter, typed: typed.to_owned() }
            }
            CellError::Formula => Problem::NameIsFormula,
            CellError::Damaged(letter) => Problem::NameDamaged { letter: shown(letter.to_string().as_str()) },
            CellError::Unseen(letter) => {
                Problem::NameUnseen { letter: format!("U+{:04X}", u32::from(*letter)) }
            }
            CellError::TooLong => Problem::too_long(self.column.letters_max()),
            CellError::Email if !typed.is_ascii() => Problem::EmailNotAscii,
            CellError::Email => Problem::EmailMalformed,
            CellError::LoginName => Problem::LoginNameMalformed,
            CellError::Group(group) => Problem::GroupMalformed { group: group.clone() },
            CellError::Role => Problem::RoleUnknown,
            CellError::Locale => Problem::LanguageUnknown,
            CellError::DoubledInFile { line } => Problem::DoubledInFile { line: *line },
            CellError::Taken if self.column == Column::Email => Problem::EmailTaken,
            CellError::Taken => Problem::LoginNameTaken,
            CellError::Moved { on_record } => Problem::ChangedMeanwhile {
                on_record: Some(match self.column.kind() {
                    FieldKind::Choice(choices) => OnRecord::Choice { choices, value: on_record.clone() },
                    FieldKind::Text | FieldKind::Tick | FieldKind::Secret => {
                        OnRecord::Text(on_record.clone())
                    }
                }),
            },
            CellError::LastAdministrator => Problem::LastAdministrator,
            CellError::Unfit { ends } if self.column == Column::Email => {
                Problem::EmailElsewhere { domains: ends.join(", ") }
            }
            CellError::Unfit { ends } => Problem::LoginSuffixMissing { suffix: ends.join(", ") },
        }
    }
}
