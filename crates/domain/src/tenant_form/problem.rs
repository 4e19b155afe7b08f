//! What can be wrong with a field of the form about a tenant.

use crate::{
    certificate_text::CertificateTextError,
    email::EmailError,
    name_rules::{EmailDomainError, EmailDomains, LoginSuffixError},
    refusal::Problem,
    slug::SlugError,
};

/// The error of a field.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TenantFieldProblem {
    /// A required value is missing.
    #[error("is missing")]
    Missing,
    /// More letters than fit.
    #[error("is longer than {max} letters")]
    TooLong {
        /// The limit, in letters.
        max: usize,
    },
    /// Text that a certificate cannot contain.
    #[error(transparent)]
    CertificateText(CertificateTextError),
    /// No slug, or a reserved one.
    #[error(transparent)]
    Slug(SlugError),
    /// No address.
    #[error(transparent)]
    Email(EmailError),
    /// Not a whole number in the range.
    #[error("expected {min} to {max}")]
    Number {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
    /// No day of the calendar.
    #[error("expected a day as YYYY-MM-DD")]
    Day,
    /// The contract would have ended already.
    #[error("that day has passed already; choose today or a later day")]
    DayPassed,
    /// No language that mails are written in.
    #[error("expected ja or en")]
    Locale,
    /// Neither `yes` nor `no`.
    #[error("expected yes or no")]
    Choice,
    /// No address of an application.
    #[error("expected http://host:port, such as http://127.0.0.1:5232, and nothing behind it")]
    Upstream,
    /// No suffix for login names.
    #[error(transparent)]
    LoginSuffix(LoginSuffixError),
    /// No list of domains.
    #[error(transparent)]
    EmailDomains(EmailDomainError),
    /// None of the values on offer.
    #[error("expected one of {0}")]
    NotOffered(String),
    /// No domain.
    #[error("expected a domain, such as corp.example")]
    Domain,
    /// Logging on to Windows needs a user principal name.
    #[error("needs a user principal name: set principal_name to email or login-name")]
    PrincipalNameMissing,
    /// The older encryption for a device, where the policy allows it nowhere.
    #[error(
        "the older encryption is not allowed here: choose auto or modern, or set compat_pkcs12_allowed to yes"
    )]
    CompatNotAllowed,
    /// An address outside the tenant's own domains.
    #[error("expected an address at {0}")]
    EmailElsewhere(EmailDomains),
}

impl TenantFieldProblem {
    pub(super) fn problem(&self, typed: &str) -> Problem {
        match self {
            Self::Missing => Problem::Required,
            Self::TooLong { max } => Problem::too_long(*max),
            Self::CertificateText(error) => error.problem(typed),
            Self::Slug(error) => error.clone().into(),
            Self::Email(error) => (*error).into(),
            Self::Number { min, max } => Problem::NumberOutOfRange { min: *min, max: *max },
            Self::Day | Self::DayPassed => Problem::DateMalformed,
            Self::Locale => Problem::LanguageUnknown,
            // Boxes and lists of a page send nothing else.
            Self::Choice | Self::NotOffered(_) => Problem::BadRequest,
            Self::Domain => Problem::DomainMalformed,
            Self::PrincipalNameMissing => Problem::PrincipalNameMissing,
            Self::CompatNotAllowed => Problem::CompatNotAllowed,
            Self::Upstream => Problem::UpstreamMalformed,
            Self::LoginSuffix(error) => (*error).into(),
            Self::EmailDomains(error) => error.clone().into(),
            Self::EmailElsewhere(domains) => Problem::EmailElsewhere { domains: domains.to_string() },
        }
    }
}
