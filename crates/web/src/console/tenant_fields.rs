//! The fields about a customer: read from a form, and what is wrong told at its field.

use crate::{field_problem, form_fields::FormFields};
use domain::{
    slug::SlugError,
    tenant_form::{TenantField, TenantFieldError, TenantFieldProblem, TenantForm},
};
use templates::{FieldError, Problem};

/// What was typed into these fields.
pub(super) fn typed(form: &FormFields, fields: &[TenantField]) -> TenantForm {
    fields.iter().fold(TenantForm::default(), |typed, field| typed.with(*field, form.text(field.name())))
}

/// A checkbox that was left empty is not sent at all.
pub(super) fn checked(form: &FormFields, field: TenantField) -> &'static str {
    if form.is_ticked(field.name()) { "yes" } else { "no" }
}

/// What is wrong, each at its field.
pub(super) fn told(errors: Vec<TenantFieldError>, typed: &TenantForm) -> Vec<FieldError> {
    let told = |error: TenantFieldError| {
        FieldError::at(error.field.name(), problem(error.problem, typed.text(error.field)))
    };
    errors.into_iter().map(told).collect()
}

fn problem(problem: TenantFieldProblem, typed: &str) -> Problem {
    match problem {
        TenantFieldProblem::Missing => Problem::Required,
        TenantFieldProblem::TooLong { max } => field_problem::too_long(max),
        TenantFieldProblem::CertificateText(error) => field_problem::of_certificate_text(&error, typed),
        TenantFieldProblem::Slug(SlugError::Malformed(_)) => Problem::SlugMalformed,
        TenantFieldProblem::Slug(SlugError::Reserved(_)) => Problem::SlugTaken,
        TenantFieldProblem::Email(error) => field_problem::of_email(error),
        TenantFieldProblem::Number { min, max } => Problem::NumberOutOfRange { min, max },
        TenantFieldProblem::Day | TenantFieldProblem::DayPassed => Problem::DateMalformed,
        TenantFieldProblem::Locale => Problem::LanguageUnknown,
        TenantFieldProblem::Upstream => Problem::UpstreamMalformed,
        TenantFieldProblem::LoginSuffix(_) => Problem::LoginSuffixMalformed,
        TenantFieldProblem::EmailDomains(error) => Problem::EmailDomainMalformed { domain: error.0 },
        TenantFieldProblem::EmailElsewhere(domains) => {
            Problem::EmailElsewhere { domains: domains.to_string() }
        }
        // A checkbox sends nothing but "yes".
        TenantFieldProblem::Choice => Problem::Stale,
    }
}
