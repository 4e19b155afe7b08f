//! What the authority finds wrong with a pickup form, in the words of the form.

use authority::delivery::{PickupField, PickupProblem};
use domain::pin::PIN_ATTEMPTS_MAX;
use domain::{
    chosen_password::P12_PASSWORD_LETTERS_MIN,
    refusal::{Problem, Refusal, number},
};
use pki::pkcs12::{PKCS12_PASSWORD_CHARACTERS_MAX, Pkcs12PasswordError};

/// A problem at its field.
pub(super) fn field_error((field, problem): (PickupField, PickupProblem)) -> Refusal {
    let Some(name) = field_name(field) else {
        return Refusal::whole(Problem::Stale);
    };
    let problem = match (field, problem) {
        (PickupField::DeviceType, _) => Problem::DeviceTypeMissing,
        (PickupField::PasswordRemembered, _) => Problem::RememberNotConfirmed,
        (_, PickupProblem::Missing) => Problem::Required,
        (_, PickupProblem::Malformed | PickupProblem::Unknown) => {
            Problem::PickupRefused { tries: PIN_ATTEMPTS_MAX }
        }
        (_, PickupProblem::TooShort) => Problem::PasswordTooShort { min: number(P12_PASSWORD_LETTERS_MIN) },
        (_, PickupProblem::Password(error)) => password_problem(error),
        (_, PickupProblem::Differ) => Problem::PasswordsDiffer,
    };
    Refusal::at(name, problem)
}

pub(super) fn password_problem(error: Pkcs12PasswordError) -> Problem {
    match error {
        Pkcs12PasswordError::Empty => Problem::Required,
        Pkcs12PasswordError::NotAscii => Problem::PasswordNotAscii,
        Pkcs12PasswordError::TooLong => Problem::too_long(PKCS12_PASSWORD_CHARACTERS_MAX),
    }
}

/// `None` for what no person fills in.
fn field_name(field: PickupField) -> Option<&'static str> {
    Some(match field {
        PickupField::Reference => "reference",
        PickupField::Pin => "pin",
        PickupField::Password => "p12_password",
        PickupField::PasswordConfirm => "p12_password_confirm",
        PickupField::PasswordRemembered => "password_remembered",
        PickupField::DeviceType => "device_type",
        PickupField::KeyOrigin => return None,
    })
}
