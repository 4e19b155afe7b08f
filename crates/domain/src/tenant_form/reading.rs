//! What was entered about a tenant, read from field to field.

use super::{
    NewTenant, TENANT_TEXT_LETTERS_MAX, TenantField, TenantFieldError, TenantFieldProblem, TenantForm,
    TenantSettings,
};
use crate::{
    certificate_text::CertificateText,
    email::EmailAddress,
    license::SEATS_MAX,
    locale::Locale,
    name_rules::{EmailDomains, LoginSuffix, NameRules},
    one_line::one_line,
    pin_delivery::PinDelivery,
    policy::{
        CERTIFICATE_DAYS_MAX, INVITATION_DAYS_MAX, NEW_FILE_DAYS_MAX, PIN_LIFETIME_HOURS_MAX, Policy,
        RENEWAL_GRACE_DAYS_MAX, RENEWAL_WINDOW_DAYS_MAX,
    },
    site::Upstream,
    slug::TenantSlug,
};
use jiff::civil::Date;

/// Reads a form field by field and collects the errors.
pub(super) struct TenantReading<'a> {
    pub(super) form: &'a TenantForm,
    pub(super) errors: Vec<TenantFieldError>,
}

/// Marks a wrong value, whose error is kept.
pub(super) struct TenantNoted;

impl TenantReading<'_> {
    /// A required value.
    pub(super) fn read<T>(
        &mut self,
        field: TenantField,
        parse: impl FnOnce(&str) -> Result<T, TenantFieldProblem>,
    ) -> Result<T, TenantNoted> {
        let text = self.form.text(field);
        let read = if text.is_empty() { Err(TenantFieldProblem::Missing) } else { parse(text) };
        read.map_err(|problem| {
            self.errors.push(TenantFieldError { field, problem });
            TenantNoted
        })
    }

    /// An optional value.
    pub(super) fn read_if_any<T>(
        &mut self,
        field: TenantField,
        parse: impl FnOnce(&str) -> Result<T, TenantFieldProblem>,
    ) -> Result<Option<T>, TenantNoted> {
        if self.form.text(field).is_empty() { Ok(None) } else { self.read(field, parse).map(Some) }
    }

    /// A value with a default if the field is absent.
    fn read_or<T>(
        &mut self,
        field: TenantField,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, TenantFieldProblem>,
    ) -> Result<T, TenantNoted> {
        if self.form.has(field) { self.read(field, parse) } else { Ok(default) }
    }

    /// A box with a default if the field is absent.
    pub(super) fn tick_or(&mut self, field: TenantField, default: bool) -> Result<bool, TenantNoted> {
        self.read_or(field, default, choice)
    }

    pub(super) fn new_tenant(&mut self, today: Date) -> Result<NewTenant, TenantNoted> {
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

    pub(super) fn settings(&mut self) -> Result<TenantSettings, TenantNoted> {
        let display_name = self.read(TenantField::DisplayName, name);
        let support_contact = self.read_if_any(TenantField::SupportContact, name);
        let locale = self.read(TenantField::Locale, locale);
        let policy = self.policy(&Policy::default());
        let names = self.names();
        Ok(TenantSettings {
            display_name: display_name?,
            support_contact: support_contact?.unwrap_or_default(),
            locale: locale?,
            policy: policy?,
            names: names?,
        })
    }

    fn names(&mut self) -> Result<NameRules, TenantNoted> {
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

    fn fitting(&mut self, names: &NameRules, address: EmailAddress) -> Result<EmailAddress, TenantNoted> {
        if names.fit_email(&address) {
            return Ok(address);
        }
        let problem = TenantFieldProblem::EmailElsewhere(names.email_domains.clone());
        self.errors.push(TenantFieldError { field: TenantField::AdministratorEmail, problem });
        Err(TenantNoted)
    }

    fn policy(&mut self, default: &Policy) -> Result<Policy, TenantNoted> {
        use TenantField as F;
        let days = |text: &str| number(text, CERTIFICATE_DAYS_MAX);
        let hours = |text: &str| number(text, PIN_LIFETIME_HOURS_MAX);
        let invitation = |text: &str| number(text, INVITATION_DAYS_MAX);
        let approval_required = self.tick_or(F::ApprovalRequired, default.approval_required);
        let pin_delivery = self.read_or(F::PinDelivery, default.pin_delivery, pin_delivery);
        let printed = self.tick_or(F::PrintedSlipsAllowed, default.printed_slips_allowed);
        let compat = self.tick_or(F::CompatPkcs12Allowed, default.compat_pkcs12_allowed);
        let certificate_days = self.read_or(F::CertificateDays, default.certificate_days, days);
        let pin_lifetime_hours = self.read_or(F::PinLifetimeHours, default.pin_lifetime_hours, hours);
        let invitation_days = self.read_or(F::InvitationDays, default.invitation_days, invitation);
        let window = |text: &str| number(text, RENEWAL_WINDOW_DAYS_MAX);
        let grace = |text: &str| number(text, RENEWAL_GRACE_DAYS_MAX);
        let renewal_window_days = self.read_or(F::RenewalWindowDays, default.renewal_window_days, window);
        let renewal_grace_days = self.read_or(F::RenewalGraceDays, default.renewal_grace_days, grace);
        let new_file_days = self
            .read_or(F::NewFileDays, default.new_file_days, |text| number_within(text, 0, NEW_FILE_DAYS_MAX));
        let compat_allowed = *compat.as_ref().unwrap_or(&default.compat_pkcs12_allowed);
        let profile = self.profile(&default.profile, compat_allowed);
        Ok(Policy {
            approval_required: approval_required?,
            pin_delivery: pin_delivery?,
            certificate_days: certificate_days?,
            pin_lifetime_hours: pin_lifetime_hours?,
            invitation_days: invitation_days?,
            renewal_window_days: renewal_window_days?,
            renewal_grace_days: renewal_grace_days?,
            new_file_days: new_file_days?,
            compat_pkcs12_allowed: compat?,
            printed_slips_allowed: printed?,
            profile: profile?,
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

pub(super) fn number(text: &str, max: u32) -> Result<u32, TenantFieldProblem> {
    number_within(text, 1, max)
}

fn number_within(text: &str, min: u32, max: u32) -> Result<u32, TenantFieldProblem> {
    let number = text.parse().ok().filter(|number| (min..=max).contains(number));
    number.ok_or(TenantFieldProblem::Number { min, max })
}

pub(super) fn day(text: &str) -> Result<Date, TenantFieldProblem> {
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

fn pin_delivery(text: &str) -> Result<PinDelivery, TenantFieldProblem> {
    PinDelivery::parse(text).ok_or_else(|| TenantFieldProblem::NotOffered("mail, administrator".to_owned()))
}

fn upstream(text: &str) -> Result<Upstream, TenantFieldProblem> {
    Upstream::new(text, Vec::new()).map_err(|_| TenantFieldProblem::Upstream)
}
