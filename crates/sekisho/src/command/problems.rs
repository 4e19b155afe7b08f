//! What is wrong with what was typed about a person or a customer, in words for the one who typed it.

use domain::{
    form::Field,
    import::{CellError, RowError},
    tenant_form::{TenantFieldError, TenantForm},
};

/// All that is wrong with a person's cells, by column, in one line.
pub(super) fn told(errors: &[RowError]) -> String {
    let parts: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.column.name(), problem(&error.error))).collect();
    parts.join("; ")
}

/// All that is wrong with a customer's fields, in one line.
pub(super) fn told_of_tenant(errors: &[TenantFieldError], typed: &TenantForm) -> String {
    let told = |error: &TenantFieldError| match typed.text(error.field) {
        "" => format!("{}: {}", error.field.name(), error.problem),
        text => format!("{} {text:?}: {}", error.field.name(), error.problem),
    };
    errors.iter().map(told).collect::<Vec<_>>().join("; ")
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
        CellError::Unfit { ends } => format!("must end in {}", ends.join(" or ")),
        CellError::Damaged(letter) => {
            format!("{letter:?} stands where a letter was lost; save the file as CSV UTF-8 once more")
        }
        CellError::Unseen(letter) => {
            format!("has the invisible letter U+{:04X}; type it anew", u32::from(*letter))
        }
        CellError::Taken => "belongs to another user".to_owned(),
    }
}
