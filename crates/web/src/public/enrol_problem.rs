//! What the registration authority finds wrong with an application, in the words of the form.

use crate::{FormFields, field_problem, licence};
use authority::ra::{ApplyField, ApplyProblem, DataEntryRefusal};
use domain::{
    challenge::{CHALLENGE_LETTERS_MAX, CHALLENGE_LETTERS_MIN, ChallengeError},
    data_entry::DataEntryError,
    device::DEVICE_NAME_LETTERS_MAX,
};
use templates::{FieldError, Problem};

/// A problem at its field.
pub(super) fn field_error((field, problem): (ApplyField, ApplyProblem), typed: &FormFields) -> FieldError {
    let name = field_name(field);
    let problem = match problem {
        ApplyProblem::Missing => Problem::Required,
        ApplyProblem::CertificateText(error) => field_problem::of_certificate_text(&error, typed.text(name)),
        ApplyProblem::Email(error) => field_problem::of_email(error),
        ApplyProblem::TooLong => field_problem::too_long(DEVICE_NAME_LETTERS_MAX),
        ApplyProblem::Challenge(ChallengeError::TooShort) => {
            Problem::PasswordTooShort { min: field_problem::number(CHALLENGE_LETTERS_MIN) }
        }
        ApplyProblem::Challenge(ChallengeError::TooLong) => field_problem::too_long(CHALLENGE_LETTERS_MAX),
        ApplyProblem::NotAgreed if typed.is_ticked("agree") => Problem::AgreementChanged,
        ApplyProblem::NotAgreed => Problem::AgreementMissing,
    };
    FieldError::at(name, problem)
}

/// What is wrong with a `data_entry.txt`.
pub(super) fn data_entry_problem(refusal: &DataEntryRefusal) -> Problem {
    match refusal {
        DataEntryRefusal::File(DataEntryError::Line(line)) => {
            Problem::DataEntryLine { line: field_problem::number(*line) }
        }
        DataEntryRefusal::File(_) => Problem::DataEntryRefused,
        DataEntryRefusal::TenantClosed => Problem::TenantClosed,
        DataEntryRefusal::OtherTenant => Problem::DataEntryOtherTenant,
        DataEntryRefusal::License(refusal) => licence::problem(*refusal),
    }
}

fn field_name(field: ApplyField) -> &'static str {
    match field {
        ApplyField::FamilyName => "family_name",
        ApplyField::GivenName => "given_name",
        ApplyField::Email => "email",
        ApplyField::IdentificationCode => "identification_code",
        ApplyField::Password => "password",
        ApplyField::DeviceName => "device_name",
        ApplyField::ChallengePhrase => "challenge_phrase",
        ApplyField::Agreement => "agree",
    }
}
