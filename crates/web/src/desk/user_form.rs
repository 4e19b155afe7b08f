//! The form about one person. What it sends becomes the cells of an import row, so that form and
//! file follow the same rules; what is wrong comes back at its field.

use crate::{
    edition::{self, choice_on_record, text_on_record},
    form_fields::FormFields,
};
use authority::users::UserError;
use domain::{
    import::{Cells, Column, RefusedRow, RowError},
    locale::Locale,
    refusal::{Problem, Refusal},
    user::{GroupKey, Role, User, UserState},
};
use templates::desk::UserValues;

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
pub(super) fn changed(present: &UserValues, form: &FormFields) -> Vec<Refusal> {
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
pub(super) fn act_error(error: UserError) -> Result<Refusal, UserError> {
    Ok(match error {
        UserError::Oneself => Refusal::whole(Problem::OwnAccount),
        UserError::State(UserState::Suspended) => Refusal::whole(Problem::RecipientSuspended),
        UserError::State(_) => Refusal::whole(Problem::Stale),
        UserError::LastAdministrator => Refusal::whole(Problem::LastAdministrator),
        UserError::TenantClosed(_) => Refusal::whole(Problem::CompanySuspended),
        UserError::FormUsed => Refusal::whole(Problem::FormUsed),
        UserError::Bound(bound) => Refusal::whole(bound),
        UserError::SlipsNotAllowed => Refusal::whole(Problem::SlipsNotAllowed),
        error => return Err(error),
    })
}

/// The errors of a form's row, each at its field.
pub(super) fn field_errors(errors: &[RowError], form: &FormFields) -> Vec<Refusal> {
    errors.iter().map(|error| error.refusal(form.text(error.column.name()))).collect()
}

/// The errors of a file's row, each at the field of the same meaning.
pub(super) fn row_errors(refused: &RefusedRow) -> Vec<Refusal> {
    refused.errors.iter().map(|error| error.refusal(refused.cells.text(error.column))).collect()
}
