//! What the registration authority finds wrong with an application, in the words of the form.

use crate::FormFields;
use authority::ra::{ApplyField, ApplyProblem, DataEntryRefusal};
use domain::{
    device::DEVICE_NAME_LETTERS_MAX,
    refusal::{Problem, Refusal},
};

/// A problem at its field.
pub(super) fn field_error((field, problem): (ApplyField, ApplyProblem), typed: &FormFields) -> Refusal {
    let name = field_name(field);
    let problem = match problem {
        ApplyProblem::Missing => Problem::Required,
        ApplyProblem::CertificateText(error) => error.problem(typed.text(name)),
        ApplyProblem::Email(error) => error.into(),
        ApplyProblem::TooLong => Problem::too_long(DEVICE_NAME_LETTERS_MAX),
        ApplyProblem::Challenge(error) => error.into(),
        ApplyProblem::NotAgreed if typed.is_ticked("agree") => Problem::AgreementChanged,
        ApplyProblem::NotAgreed => Problem::AgreementMissing,
    };
    Refusal::at(name, problem)
}

/// What is wrong with a `data_entry.txt`.
pub(super) fn data_entry_problem(refusal: &DataEntryRefusal) -> Problem {
    match refusal {
        DataEntryRefusal::File(error) => error.clone().into(),
        DataEntryRefusal::TenantClosed => Problem::TenantClosed,
        DataEntryRefusal::OtherTenant => Problem::DataEntryOtherTenant,
        DataEntryRefusal::License(refusal) => (*refusal).into(),
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
