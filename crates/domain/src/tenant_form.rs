//! An operator's entries about a customer, for the console's forms and for the command line.
//!
//! **Invariant:** only this module makes a [`NewTenant`], so every door accepts and refuses the same values.
//! All errors are shown at once.

mod problem;
mod profile;
mod reading;

pub use problem::TenantFieldProblem;
pub use profile::DEVICE_DEFAULT;

use crate::{
    certificate_text::CertificateText,
    device::DeviceType,
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
        /// [`Policy::pin_delivery`]: `mail`, `administrator`.
        PinDelivery = "pin_delivery": Choice("pin-delivery"),
        /// [`Policy::printed_slips_allowed`].
        PrintedSlipsAllowed = "printed_slips_allowed": Tick,
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
        /// [`Policy::certificate_days`].
        CertificateDays = "certificate_days",
        /// [`one_per_device`](crate::certificate_profile::CertificateProfile::one_per_device).
        OnePerDevice = "one_per_device": Tick,
        /// [`unit_in_subject`](crate::certificate_profile::CertificateProfile::unit_in_subject).
        UnitInSubject = "unit_in_subject": Tick,
        /// [`principal_name`](crate::certificate_profile::CertificateProfile::principal_name).
        PrincipalName = "principal_name": Choice("principal-name"),
        /// [`principal_domain`](crate::certificate_profile::CertificateProfile::principal_domain); may be empty.
        PrincipalDomain = "principal_domain",
        /// [`email_protection`](crate::certificate_profile::CertificateProfile::email_protection).
        EmailProtection = "email_protection": Tick,
        /// [`smart_card_logon`](crate::certificate_profile::CertificateProfile::smart_card_logon).
        SmartCardLogon = "smart_card_logon": Tick,
        /// [`Policy::compat_pkcs12_allowed`].
        CompatPkcs12Allowed = "compat_pkcs12_allowed": Tick,
        /// Kind of key for windows.
        KeyWindows = "key_windows": Choice("key-kind"),
        /// Kind of key for windows_old.
        KeyWindowsOld = "key_windows_old": Choice("key-kind"),
        /// Kind of key for macos.
        KeyMacos = "key_macos": Choice("key-kind"),
        /// Kind of key for ios.
        KeyIos = "key_ios": Choice("key-kind"),
        /// Kind of key for android.
        KeyAndroid = "key_android": Choice("key-kind"),
        /// Kind of key for chromeos.
        KeyChromeOs = "key_chromeos": Choice("key-kind"),
        /// Kind of key for linux.
        KeyLinux = "key_linux": Choice("key-kind"),
        /// Kind of key for firefox.
        KeyFirefox = "key_firefox": Choice("key-kind"),
        /// PKCS#12 encryption for windows.
        Pkcs12Windows = "pkcs12_windows": Choice("pkcs12-kind"),
        /// PKCS#12 encryption for windows_old.
        Pkcs12WindowsOld = "pkcs12_windows_old": Choice("pkcs12-kind"),
        /// PKCS#12 encryption for macos.
        Pkcs12Macos = "pkcs12_macos": Choice("pkcs12-kind"),
        /// PKCS#12 encryption for ios.
        Pkcs12Ios = "pkcs12_ios": Choice("pkcs12-kind"),
        /// PKCS#12 encryption for android.
        Pkcs12Android = "pkcs12_android": Choice("pkcs12-kind"),
        /// PKCS#12 encryption for chromeos.
        Pkcs12ChromeOs = "pkcs12_chromeos": Choice("pkcs12-kind"),
        /// PKCS#12 encryption for linux.
        Pkcs12Linux = "pkcs12_linux": Choice("pkcs12-kind"),
        /// PKCS#12 encryption for firefox.
        Pkcs12Firefox = "pkcs12_firefox": Choice("pkcs12-kind"),
    }
}

impl TenantField {
    /// The fields of the page for a new tenant; policy and rules for names begin with their defaults.
    pub fn of_new() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|field| *field <= Self::Locale)
    }

    /// The fields of the tenant's [`Policy`] beside those of its certificate profile.
    pub fn of_policy() -> impl Iterator<Item = Self> {
        Self::of_settings().filter(|field| (Self::ApprovalRequired..Self::LoginSuffix).contains(field))
    }

    /// The fields of a contract's change.
    pub const OF_CONTRACT: [Self; 2] = [Self::Seats, Self::ValidUntil];

    /// The settings that a tenant's own administrators may change; the others are the operator's.
    pub const OF_ADMINISTRATOR: [Self; 6] = [
        Self::SupportContact,
        Self::Locale,
        Self::ApprovalRequired,
        Self::PrintedSlipsAllowed,
        Self::InvitationDays,
        Self::NewFileDays,
    ];

    /// The fields of [`TenantSettings`], which may be changed at any time.
    pub fn of_settings() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|field| *field >= Self::DisplayName)
    }

    /// The settings beside the certificate profile.
    pub fn of_general_settings() -> impl Iterator<Item = Self> {
        Self::of_settings().filter(|field| *field < Self::CertificateDays)
    }

    /// The settings of the certificate profile: what stands in certificates, and how they are delivered.
    pub fn of_profile() -> impl Iterator<Item = Self> {
        Self::of_settings().filter(|field| *field >= Self::CertificateDays)
    }

    /// The field of a device's kind of key.
    pub fn key_of(device: DeviceType) -> Self {
        match device {
            DeviceType::Windows => Self::KeyWindows,
            DeviceType::WindowsOld => Self::KeyWindowsOld,
            DeviceType::Macos => Self::KeyMacos,
            DeviceType::Ios => Self::KeyIos,
            DeviceType::Android => Self::KeyAndroid,
            DeviceType::ChromeOs => Self::KeyChromeOs,
            DeviceType::Linux => Self::KeyLinux,
            DeviceType::Firefox => Self::KeyFirefox,
        }
    }

    /// The field of a device's PKCS#12 encryption.
    pub fn pkcs12_of(device: DeviceType) -> Self {
        match device {
            DeviceType::Windows => Self::Pkcs12Windows,
            DeviceType::WindowsOld => Self::Pkcs12WindowsOld,
            DeviceType::Macos => Self::Pkcs12Macos,
            DeviceType::Ios => Self::Pkcs12Ios,
            DeviceType::Android => Self::Pkcs12Android,
            DeviceType::ChromeOs => Self::Pkcs12ChromeOs,
            DeviceType::Linux => Self::Pkcs12Linux,
            DeviceType::Firefox => Self::Pkcs12Firefox,
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
        Self::of_profile(policy)
            .with(F::DisplayName, &tenant.display_name)
            .with(F::SupportContact, &tenant.support_contact)
            .with(F::Locale, tenant.locale.tag())
            .with_tick(F::ApprovalRequired, policy.approval_required)
            .with(F::PinDelivery, policy.pin_delivery.name())
            .with_tick(F::PrintedSlipsAllowed, policy.printed_slips_allowed)
            .with(F::PinLifetimeHours, policy.pin_lifetime_hours.to_string())
            .with(F::InvitationDays, policy.invitation_days.to_string())
            .with(F::RenewalWindowDays, policy.renewal_window_days.to_string())
            .with(F::RenewalGraceDays, policy.renewal_grace_days.to_string())
            .with(F::NewFileDays, policy.new_file_days.to_string())
            .with(F::LoginSuffix, suffix.unwrap_or_default())
            .with(F::EmailDomains, names.email_domains.to_string())
            .with(F::VouchedDomains, names.vouched_domains.to_string())
    }

    /// The fields of administrators alone, whatever else was entered.
    #[must_use]
    pub fn of_administrator(&self) -> Self {
        let entered = TenantField::OF_ADMINISTRATOR.into_iter().filter(|field| self.has(*field));
        entered.fold(Self::default(), |form, field| form.with(field, self.exposed(field)))
    }

    /// What is different in `changed`, for the audit log: `field="before" to "after"`, separated by blanks.
    pub fn changes_to(&self, changed: &Self) -> String {
        let different = TenantField::of_settings().filter(|field| self.text(*field) != changed.text(*field));
        let change = |field: TenantField| {
            format!("{}={:?} to {:?}", field.name(), self.text(field), changed.text(field))
        };
        different.map(change).collect::<Vec<_>>().join(" ")
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
