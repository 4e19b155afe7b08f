//! What is wrong with a person's cells, in words for the one who typed them.

use domain::import::{CellError, RowError};

/// All that is wrong, by column, in one line.
pub(super) fn told(errors: &[RowError]) -> String {
    let parts: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.column.name(), problem(&error.error))).collect();
    parts.join("; ")
}

fn problem(error: &CellError) -> String {
    match error {
        CellError::Missing => "is missing".to_owned(),
        CellError::CertificateLetter(letter) => {
            format!("{letter:?} cannot stand in a certificate; use plain letters")
        }
        CellError::Formula => "begins with = + - or @, as a formula does".to_owned(),
        CellError::TooLong => "is too long".to_owned(),
        CellError::Email => "is no e-mail address".to_owned(),
        CellError::LoginName => "is no login name".to_owned(),
        CellError::Group(group) => format!("{group:?} is no group key"),
        CellError::Role => "expected user, administrator or auditor".to_owned(),
        CellError::Locale => "expected ja or en".to_owned(),
        CellError::DoubledInFile { line } => format!("stands in line {line}, too"),
        CellError::Taken => "belongs to another user".to_owned(),
    }
}
