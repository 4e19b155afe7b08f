//! The form about one person. What it sends becomes the cells of an import row, so that form and
//! file follow the same rules; what is wrong comes back at its field.

use crate::{
    edition::{self, choice_on_record, text_on_record},
    field_problem,
    form_fields::FormFields,
};
use authority::users::UserError;
use domain::{
    bounds::BoundReached,
    certificate_text::CERTIFICATE_TEXT_LETTERS_MAX,
    import::{CellError, Cells, Column, IMPORT_TEXT_LETTERS_MAX, RefusedRow, RowError},
    locale::Locale,
    user::{GroupKey, Role, User, UserState},
};
use templates::{FieldError, Problem, desk::UserValues};

/// What was typed, as the cells of one row.
pub(super) fn cells(form: &FormFields) -> Cells {
    let mut cells = Cells::default();
    for column in Column::ALL {
        cells.set(column, form.text(column.name()));
    }
    cells
}

/// What was typed, to be shown again.
pub(super) fn typed(form: &FormFields) -> UserValues {
    let text = |column: Column| form.text(column.name()).to_owned();
    let role = Role::ALL.into_iter().find(|role| role.name() == form.text("role"));
    UserValues {
        display_name: text(Column::DisplayName),
        reading: text(Column::Reading),
        family_name: text(Column::RomanFamilyName),
        given_name: text(Column::RomanGivenName),
        login_name: text(Column::LoginName),
        email: text(Column::Email),
        groups: text(Column::Groups),
        note: text(Column::Note),
        role: role.unwrap_or(Role::User),
        locale: Locale::from_tag(form.text("locale")).unwrap_or_default(),
        by_slip: form.text("invite_by") == "slip",
    }
}

/// What is on record, to be edited.
pub(super) fn on_record(user: &User) -> UserValues {
    let roman_name = user.roman_name.as_ref();
    UserValues {
        display_name: user.display_name.clone(),
        reading: user.reading.clone(),
        family_name: roman_name.map(|name| name.family.to_string()).unwrap_or_default(),
        given_name: roman_name.map(|name| name.given.to_string()).unwrap_or_default(),
        login_name: user.login_name.to_string(),
        email: user.email.to_string(),
        groups: user.groups.iter().map(GroupKey::as_str).collect::<Vec<_>>().join(", "),
        note: user.note.clone(),
        role: user.role,
        locale: user.locale,
        by_slip: false,
    }
}

/// What is on record now, at each field where something else was typed.
pub(super) fn changed(present: &UserValues, form: &FormFields) -> Vec<FieldError> {
    let on_record = [
        (Column::DisplayName, present.display_name.as_str()),
        (Column::Reading, &present.reading),
        (Column::RomanFamilyName, &present.family_name),
        (Column::RomanGivenName, &present.given_name),
        (Column::LoginName, &present.login_name),
        (Column::Email, &present.email),
        (Column::Groups, &present.groups),
        (Column::Note, &present.note),
        (Column::Role, present.role.name()),
        (Column::Locale, present.locale.tag()),
    ];
    let differing = on_record.into_iter().filter(|(column, value)| form.text(column.name()).trim() != *value);
    edition::changed(differing.map(|(column, value)| match column {
        Column::Role => choice_on_record(column.name(), "role", value),
        Column::Locale => choice_on_record(column.name(), "language", value),
        _ => text_on_record(column.name(), value),
    }))
}

/// Why an act about a person was refused, at the field that decides it; the error back where no
/// answer at the form would help.
pub(super) fn act_error(error: UserError) -> Result<FieldError, UserError> {
    Ok(match error {
        UserError::Oneself => FieldError::whole(Problem::OwnAccount),
        UserError::State(UserState::Suspended) => FieldError::whole(Problem::UserSuspended),
        UserError::State(_) => FieldError::whole(Problem::Stale),
        UserError::LastAdministrator => FieldError::whole(Problem::LastAdministrator),
        UserError::TenantClosed(_) => FieldError::whole(Problem::CompanySuspended),
        UserError::FormUsed => FieldError::whole(Problem::FormUsed),
        UserError::Bound(bound) => FieldError::whole(bound_problem(bound)),
        UserError::SlipsNotAllowed => FieldError::whole(Problem::SlipsNotAllowed),
        error => return Err(error),
    })
}

/// A bound that the operator has set.
pub(super) fn bound_problem(bound: BoundReached) -> Problem {
    match bound {
        BoundReached::People { max, .. } => Problem::TooManyPeople { max },
        BoundReached::BulkMails { max, .. } => Problem::TooManyInvitations { max },
        BoundReached::Imports { max } => Problem::TooManyImports { max },
    }
}

/// The errors of a form's row, each at its field.
pub(super) fn field_errors(errors: &[RowError], form: &FormFields) -> Vec<FieldError> {
    errors.iter().map(|error| field_error(error, form.text(error.column.name()))).collect()
}

/// The errors of a file's row, each at the field of the same meaning.
pub(super) fn row_errors(refused: &RefusedRow) -> Vec<FieldError> {
    refused.errors.iter().map(|error| field_error(error, refused.cells.text(error.column))).collect()
}

/// One error at its field; `typed` is what stood there.
fn field_error(error: &RowError, typed: &str) -> FieldError {
    FieldError::at(error.column.name(), problem(error, typed))
}

fn problem(error: &RowError, typed: &str) -> Problem {
    match &error.error {
        CellError::CertificateLetter(letter) => field_problem::of_certificate_letter(*letter, typed),
        CellError::Formula => Problem::NameIsFormula,
        CellError::TooLong => field_problem::too_long(letters_max(error.column)),
        CellError::Email if !typed.is_ascii() => Problem::EmailNotAscii,
        CellError::Email => Problem::EmailMalformed,
        CellError::LoginName => Problem::LoginNameMalformed,
        CellError::Group(group) => Problem::GroupMalformed { group: group.clone() },
        CellError::DoubledInFile { line } => Problem::DoubledInFile { line: *line },
        CellError::Taken if error.column == Column::Email => Problem::EmailTaken,
        CellError::Taken => Problem::LoginNameTaken,
        CellError::Unfit { ends } if error.column == Column::Email => {
            Problem::EmailElsewhere { domains: ends.join(", ") }
        }
        CellError::Unfit { ends } => Problem::LoginSuffixMissing { suffix: ends.join(", ") },
        CellError::Role => Problem::RoleUnknown,
        CellError::Locale => Problem::LanguageUnknown,
        CellError::Missing => Problem::Required,
    }
}

fn letters_max(column: Column) -> usize {
    match column {
        Column::RomanFamilyName | Column::RomanGivenName => CERTIFICATE_TEXT_LETTERS_MAX,
        _ => IMPORT_TEXT_LETTERS_MAX,
    }
}
