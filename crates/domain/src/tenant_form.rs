//! An operator's entries about a customer, for the console's forms and for the command line.
//!
//! **Invariant:** only this module makes a [`NewTenant`], so every door accepts and refuses the same values.
//! All errors are shown at once.

use crate::{
    certificate_text::{CertificateText, CertificateTextError},
    email::{EmailAddress, EmailError},
    form::{Field, Form, fields},
    license::SEATS_MAX,
    locale::Locale,
    name_rules::{EmailDomainError, EmailDomains, LoginSuffix, LoginSuffixError, NameRules},
    one_line::one_line,
    policy::{CERTIFICATE_DAYS_MAX, INVITATION_DAYS_MAX, PIN_LIFETIME_HOURS_MAX, Policy},
    refusal::{Problem, Refusal},
    site::Upstream,
    slug::{SlugError, TenantSlug},
    tenant::Tenant,
};
use jiff::civil::Date;

/// The longest name or contact, in letters.
pub const TENANT_TEXT_LETTERS_MAX: usize = 200;

fields! {
    /// One entry about a tenant.
    pub TenantField {
        /// First label of its host names.
        Slug = "slug",
        /// Organisation as written into certificates.
        Organization = "organization",
        /// Unit as written into certificates; may be empty.
        OrganizationalUnit = "organizational_unit",
        /// Number of the contract.
        ContractNumber = "contract_number",
        /// How many certificates may be in force at a time.
        Seats = "seats",
        /// Last day of the contract, `YYYY-MM-DD`.
        ValidUntil = "valid_until",
        /// The first administrator's name as people write it.
        AdministratorName = "administrator_name",
        /// The first administrator's address.
        AdministratorEmail = "administrator_email",
        /// The application, `http://host:port`; may be empty.
        Upstream = "upstream",
        /// Name as people write it.
        DisplayName = "tenant_name",
        /// Contact for refused visitors; may be empty.
        SupportContact = "support_contact",
        /// Language of mails: `ja`, `en`.
        Locale = "locale": Choice("language"),
        /// [`Policy::approval_required`].
        ApprovalRequired = "approval_required": Tick,
        /// [`Policy::printed_slips_allowed`].
        PrintedSlipsAllowed = "printed_slips_allowed": Tick,
        /// [`Policy::compat_pkcs12_allowed`].
        CompatPkcs12Allowed = "compat_pkcs12_allowed": Tick,
        /// [`Policy::certificate_days`].
        CertificateDays = "certificate_days",
        /// [`Policy::pin_lifetime_hours`].
        PinLifetimeHours = "pin_lifetime_hours",
        /// [`Policy::invitation_days`].
        InvitationDays = "invitation_days",
        /// [`NameRules::login_suffix`]; may be empty.
        LoginSuffix = "login_suffix",
        /// [`NameRules::email_domains`], separated by commas; may be empty.
        EmailDomains = "email_domains",
        /// [`NameRules::vouched_domains`], separated by commas; may be empty.
        VouchedDomains = "vouched_domains",
    }
}

impl TenantField {
    /// The fields of the page for a new tenant; policy and rules for names begin with their defaults.
    pub fn of_new() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|field| *field <= Self::Locale)
    }

    /// The fields of the tenant's [`Policy`].
    pub fn of_policy() -> impl Iterator<Item = Self> {
        Self::of_settings().filter(|field| (Self::ApprovalRequired..Self::LoginSuffix).contains(field))
    }

    /// The fields of a contract's change.
    pub const OF_CONTRACT: [Self; 2] = [Self::Seats, Self::ValidUntil];

    /// The fields of [`TenantSettings`], which may be changed at any time.
    pub fn of_settings() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|field| *field >= Self::DisplayName)
    }
}

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
    /// An address outside the tenant's own domains.
    #[error("expected an address at {0}")]
    EmailElsewhere(EmailDomains),
}

impl TenantFieldProblem {
    fn problem(&self, typed: &str) -> Problem {
        match self {
            Self::Missing => Problem::Required,
            Self::TooLong { max } => Problem::too_long(*max),
            Self::CertificateText(error) => error.problem(typed),
            Self::Slug(error) => error.clone().into(),
            Self::Email(error) => (*error).into(),
            Self::Number { min, max } => Problem::NumberOutOfRange { min: *min, max: *max },
            Self::Day | Self::DayPassed => Problem::DateMalformed,
            Self::Locale => Problem::LanguageUnknown,
            // A checkbox of a page sends nothing but "yes".
            Self::Choice => Problem::BadRequest,
            Self::Upstream => Problem::UpstreamMalformed,
            Self::LoginSuffix(error) => (*error).into(),
            Self::EmailDomains(error) => error.clone().into(),
            Self::EmailElsewhere(domains) => Problem::EmailElsewhere { domains: domains.to_string() },
        }
    }
}

/// A field's error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantFieldError {
    /// The field.
    pub field: TenantField,
    /// The error.
    pub problem: TenantFieldProblem,
}

/// The settings that the operator may change at any time: no certificate contains them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantSettings {
    /// Name as people write it.
    pub display_name: String,
    /// Contact for refused visitors; empty for the service's own contact.
    pub support_contact: String,
    /// Language of mails.
    pub locale: Locale,
    /// The tenant's policy.
    pub policy: Policy,
    /// The required form of its login names and addresses.
    pub names: NameRules,
}

/// A new tenant.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct NewTenant {
    /// First label of its host names.
    pub slug: TenantSlug,
    /// Organisation as written into certificates.
    pub organization: CertificateText,
    /// Unit as written into certificates.
    pub organizational_unit: Option<CertificateText>,
    /// Number of the contract.
    pub contract_number: CertificateText,
    /// How many certificates may be in force at a time.
    pub seats: u32,
    /// Last day of the contract, in the service's time zone.
    pub valid_until: Date,
    /// The first administrator's name as people write it.
    pub administrator_name: String,
    /// The first administrator's address.
    pub administrator_email: EmailAddress,
    /// Name, contact, language, policy.
    pub settings: TenantSettings,
    /// The application behind the site; `None` for the built-in portal.
    pub upstream: Option<Upstream>,
}

/// The entries about a tenant.
pub type TenantForm = Form<TenantField>;

impl Form<TenantField> {
    /// The tenant's settings on record, to be changed in part.
    pub fn of_settings(tenant: &Tenant) -> Self {
        use TenantField as F;
        let (policy, names) = (&tenant.policy, &tenant.names);
        let suffix = names.login_suffix.as_ref().map(ToString::to_string);
        Self::default()
            .with(F::DisplayName, &tenant.display_name)
            .with(F::SupportContact, &tenant.support_contact)
            .with(F::Locale, tenant.locale.tag())
            .with_tick(F::ApprovalRequired, policy.approval_required)
            .with_tick(F::PrintedSlipsAllowed, policy.printed_slips_allowed)
            .with_tick(F::CompatPkcs12Allowed, policy.compat_pkcs12_allowed)
            .with(F::CertificateDays, policy.certificate_days.to_string())
            .with(F::PinLifetimeHours, policy.pin_lifetime_hours.to_string())
            .with(F::InvitationDays, policy.invitation_days.to_string())
            .with(F::LoginSuffix, suffix.unwrap_or_default())
            .with(F::EmailDomains, names.email_domains.to_string())
            .with(F::VouchedDomains, names.vouched_domains.to_string())
    }

    /// The refusals of these errors, each at its field, with the typed text.
    pub fn refusals(&self, errors: &[TenantFieldError]) -> Vec<Refusal> {
        let at = |error: &TenantFieldError| {
            Refusal::at(error.field.name(), error.problem.problem(self.text(error.field)))
        };
        errors.iter().map(at).collect()
    }

    /// The new tenant, or all errors. `today` is in the service's time zone. A policy field that was left out
    /// has its default.
    pub fn new_tenant(&self, today: Date) -> Result<NewTenant, Vec<TenantFieldError>> {
        let mut reading = Reading { form: self, errors: Vec::new() };
        reading.new_tenant(today).map_err(|Noted| reading.errors)
    }

    /// The tenant's contract on record; `last_day` is in the service's time zone.
    pub fn of_contract(tenant: &Tenant, last_day: Date) -> Self {
        Self::default()
            .with(TenantField::Seats, tenant.license.seats.to_string())
            .with(TenantField::ValidUntil, last_day.to_string())
    }

    /// A contract's seats and last day, or all errors.
    pub fn contract(&self) -> Result<(u32, Date), Vec<TenantFieldError>> {
        let mut reading = Reading { form: self, errors: Vec::new() };
        let seats = reading.read(TenantField::Seats, |text| number(text, SEATS_MAX));
        let valid_until = reading.read(TenantField::ValidUntil, day);
        seats.and_then(|seats| Ok((seats, valid_until?))).map_err(|Noted| reading.errors)
    }

    /// A tenant's settings, or all errors.
    pub fn settings(&self) -> Result<TenantSettings, Vec<TenantFieldError>> {
        let mut reading = Reading { form: self, errors: Vec::new() };
        reading.settings().map_err(|Noted| reading.errors)
    }
}

/// Reads a form field by field and collects the errors.
struct Reading<'a> {
    form: &'a TenantForm,
    errors: Vec<TenantFieldError>,
}

/// Marks a wrong value, whose error is kept.
struct Noted;

impl Reading<'_> {
    /// A required value.
    fn read<T>(
        &mut self,
        field: TenantField,
        parse: impl FnOnce(&str) -> Result<T, TenantFieldProblem>,
    ) -> Result<T, Noted> {
        let text = self.form.text(field);
        let read = if text.is_empty() { Err(TenantFieldProblem::Missing) } else { parse(text) };
        read.map_err(|problem| {
            self.errors.push(TenantFieldError { field, problem });
            Noted
        })
    }

    /// An optional value.
    fn read_if_any<T>(
        &mut self,
        field: TenantField,
        parse: impl FnOnce(&str) -> Result<T, TenantFieldProblem>,
    ) -> Result<Option<T>, Noted> {
        if self.form.text(field).is_empty() { Ok(None) } else { self.read(field, parse).map(Some) }
    }

    /// A value with a default if the field is absent.
    fn read_or<T>(
        &mut self,
        field: TenantField,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, TenantFieldProblem>,
    ) -> Result<T, Noted> {
        if self.form.has(field) { self.read(field, parse) } else { Ok(default) }
    }

    fn new_tenant(&mut self, today: Date) -> Result<NewTenant, Noted> {
        let slug = self.read(TenantField::Slug, slug);
        let organization = self.read(TenantField::Organization, certificate_text);
        let organizational_unit = self.read_if_any(TenantField::OrganizationalUnit, certificate_text);
        let contract_number = self.read(TenantField::ContractNumber, certificate_text);
        let seats = self.read(TenantField::Seats, |text| number(text, SEATS_MAX));
        let valid_until = self.read(TenantField::ValidUntil, |text| day_to_come(text, today));
        let administrator_name = self.read(TenantField::AdministratorName, name);
        let administrator_email = self.read(TenantField::AdministratorEmail, email);
        let settings = self.settings();
        let administrator_email = match (&settings, administrator_email) {
            (Ok(TenantSettings { names, .. }), Ok(address)) => self.fitting(names, address),
            (_, read) => read,
        };
        let upstream = self.read_if_any(TenantField::Upstream, upstream);
        Ok(NewTenant {
            slug: slug?,
            organization: organization?,
            organizational_unit: organizational_unit?,
            contract_number: contract_number?,
            seats: seats?,
            valid_until: valid_until?,
            administrator_name: administrator_name?,
            administrator_email: administrator_email?,
            settings: settings?,
            upstream: upstream?,
        })
    }

    fn settings(&mut self) -> Result<TenantSettings, Noted> {
        let display_name = self.read(TenantField::DisplayName, name);
        let support_contact = self.read_if_any(TenantField::SupportContact, name);
        let locale = self.read(TenantField::Locale, locale);
        let policy = self.policy(Policy::default());
        let names = self.names();
        Ok(TenantSettings {
            display_name: display_name?,
            support_contact: support_contact?.unwrap_or_default(),
            locale: locale?,
            policy: policy?,
            names: names?,
        })
    }

    fn names(&mut self) -> Result<NameRules, Noted> {
        let suffix = |text: &str| LoginSuffix::parse(text).map_err(TenantFieldProblem::LoginSuffix);
        let domains = |text: &str| EmailDomains::parse(text).map_err(TenantFieldProblem::EmailDomains);
        let login_suffix = self.read_if_any(TenantField::LoginSuffix, suffix);
        let email_domains = self.read_if_any(TenantField::EmailDomains, domains);
        let vouched_domains = self.read_if_any(TenantField::VouchedDomains, domains);
        Ok(NameRules {
            login_suffix: login_suffix?,
            email_domains: email_domains?.unwrap_or_default(),
            vouched_domains: vouched_domains?.unwrap_or_default(),
        })
    }

    fn fitting(&mut self, names: &NameRules, address: EmailAddress) -> Result<EmailAddress, Noted> {
        if names.fit_email(&address) {
            return Ok(address);
        }
        let problem = TenantFieldProblem::EmailElsewhere(names.email_domains.clone());
        self.errors.push(TenantFieldError { field: TenantField::AdministratorEmail, problem });
        Err(Noted)
    }

    fn policy(&mut self, default: Policy) -> Result<Policy, Noted> {
        use TenantField as F;
        let days = |text: &str| number(text, CERTIFICATE_DAYS_MAX);
        let hours = |text: &str| number(text, PIN_LIFETIME_HOURS_MAX);
        let invitation = |text: &str| number(text, INVITATION_DAYS_MAX);
        let approval_required = self.read_or(F::ApprovalRequired, default.approval_required, choice);
        let printed = self.read_or(F::PrintedSlipsAllowed, default.printed_slips_allowed, choice);
        let compat = self.read_or(F::CompatPkcs12Allowed, default.compat_pkcs12_allowed, choice);
        let certificate_days = self.read_or(F::CertificateDays, default.certificate_days, days);
        let pin_lifetime_hours = self.read_or(F::PinLifetimeHours, default.pin_lifetime_hours, hours);
        let invitation_days = self.read_or(F::InvitationDays, default.invitation_days, invitation);
        Ok(Policy {
            approval_required: approval_required?,
            certificate_days: certificate_days?,
            pin_lifetime_hours: pin_lifetime_hours?,
            invitation_days: invitation_days?,
            compat_pkcs12_allowed: compat?,
            printed_slips_allowed: printed?,
        })
    }
}

fn name(text: &str) -> Result<String, TenantFieldProblem> {
    let name = one_line(text);
    match name.chars().count() {
        0 => Err(TenantFieldProblem::Missing),
        1..=TENANT_TEXT_LETTERS_MAX => Ok(name),
        _ => Err(TenantFieldProblem::TooLong { max: TENANT_TEXT_LETTERS_MAX }),
    }
}

fn slug(text: &str) -> Result<TenantSlug, TenantFieldProblem> {
    TenantSlug::parse(text).map_err(TenantFieldProblem::Slug)
}

fn certificate_text(text: &str) -> Result<CertificateText, TenantFieldProblem> {
    CertificateText::parse(text).map_err(TenantFieldProblem::CertificateText)
}

fn email(text: &str) -> Result<EmailAddress, TenantFieldProblem> {
    EmailAddress::parse(text).map_err(TenantFieldProblem::Email)
}

fn number(text: &str, max: u32) -> Result<u32, TenantFieldProblem> {
    let number = text.parse().ok().filter(|number| (1..=max).contains(number));
    number.ok_or(TenantFieldProblem::Number { min: 1, max })
}

fn day(text: &str) -> Result<Date, TenantFieldProblem> {
    text.parse().map_err(|_| TenantFieldProblem::Day)
}

fn day_to_come(text: &str, today: Date) -> Result<Date, TenantFieldProblem> {
    let day = day(text)?;
    if day < today { Err(TenantFieldProblem::DayPassed) } else { Ok(day) }
}

fn locale(text: &str) -> Result<Locale, TenantFieldProblem> {
    Locale::from_tag(text).ok_or(TenantFieldProblem::Locale)
}

fn choice(text: &str) -> Result<bool, TenantFieldProblem> {
    match text {
        "yes" => Ok(true),
        "no" => Ok(false),
        _ => Err(TenantFieldProblem::Choice),
    }
}

fn upstream(text: &str) -> Result<Upstream, TenantFieldProblem> {
    Upstream::new(text, Vec::new()).map_err(|_| TenantFieldProblem::Upstream)
}

#[cfg(test)]
mod tests;
