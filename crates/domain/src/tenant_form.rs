//! An operator's entries about a customer, for the console's forms and for the command line.
//!
//! **Invariant:** only this module makes a [`NewTenant`], so every door accepts and refuses the same values.
//! All errors are shown at once.

mod problem;
mod reading;

pub use problem::TenantFieldProblem;

use crate::{
    certificate_text::CertificateText,
    email::EmailAddress,
    form::{Field, Form, fields},
    id::TenantId,
    license::{License, SEATS_MAX, end_of_day},
    locale::Locale,
    name_rules::NameRules,
    policy::Policy,
    refusal::Refusal,
    site::Upstream,
    slug::TenantSlug,
    tenant::{IdentificationCode, Tenant, TenantKind, TenantState},
};
use jiff::{civil::Date, tz::TimeZone};
use reading::{TenantNoted, TenantReading, day, number};

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
        /// [`Policy::renewal_window_days`].
        RenewalWindowDays = "renewal_window_days",
        /// [`Policy::renewal_grace_days`].
        RenewalGraceDays = "renewal_grace_days",
        /// [`Policy::new_file_days`].
        NewFileDays = "new_file_days",
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

impl TenantSettings {
    /// The record with these settings; `service_contact` stands where none was entered.
    pub fn changed_in(self, tenant: Tenant, service_contact: &str) -> Tenant {
        let Self { display_name, support_contact, locale, policy, names } = self;
        let support_contact = contact_or(support_contact, service_contact);
        Tenant { display_name, policy, names, support_contact, locale, ..tenant }
    }
}

fn contact_or(contact: String, service_contact: &str) -> String {
    if contact.is_empty() { service_contact.to_owned() } else { contact }
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

impl NewTenant {
    /// The record of the new customer; `service_contact` stands where none was entered.
    pub fn record(
        &self,
        id: TenantId,
        code: IdentificationCode,
        time_zone: &TimeZone,
        service_contact: &str,
    ) -> Tenant {
        let TenantSettings { display_name, support_contact, locale, policy, names } = self.settings.clone();
        let valid_until = end_of_day(self.valid_until, time_zone);
        Tenant {
            id,
            kind: TenantKind::Customer,
            slug: self.slug.clone(),
            display_name,
            organization: self.organization.clone(),
            organizational_unit: self.organizational_unit.clone(),
            identification_code: code,
            contract_number: self.contract_number.to_string(),
            license: License { seats: self.seats, valid_until },
            policy,
            names,
            support_contact: contact_or(support_contact, service_contact),
            locale,
            state: TenantState::Active,
        }
    }
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
            .with(F::RenewalWindowDays, policy.renewal_window_days.to_string())
            .with(F::RenewalGraceDays, policy.renewal_grace_days.to_string())
            .with(F::NewFileDays, policy.new_file_days.to_string())
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
        let mut reading = TenantReading { form: self, errors: Vec::new() };
        reading.new_tenant(today).map_err(|TenantNoted| reading.errors)
    }

    /// The tenant's contract on record; `last_day` is in the service's time zone.
    pub fn of_contract(tenant: &Tenant, last_day: Date) -> Self {
        Self::default()
            .with(TenantField::Seats, tenant.license.seats.to_string())
            .with(TenantField::ValidUntil, last_day.to_string())
    }

    /// A contract's seats and last day, or all errors.
    pub fn contract(&self) -> Result<(u32, Date), Vec<TenantFieldError>> {
        let mut reading = TenantReading { form: self, errors: Vec::new() };
        let seats = reading.read(TenantField::Seats, |text| number(text, SEATS_MAX));
        let valid_until = reading.read(TenantField::ValidUntil, day);
        seats.and_then(|seats| Ok((seats, valid_until?))).map_err(|TenantNoted| reading.errors)
    }

    /// A tenant's settings, or all errors.
    pub fn settings(&self) -> Result<TenantSettings, Vec<TenantFieldError>> {
        let mut reading = TenantReading { form: self, errors: Vec::new() };
        reading.settings().map_err(|TenantNoted| reading.errors)
    }
}

#[cfg(test)]
mod tests;
