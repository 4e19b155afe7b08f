//! The fields of a tenant's certificate profile: shown, read, and judged together.

use super::{TenantField as F, TenantFieldError, TenantFieldProblem, TenantForm, TenantNoted, TenantReading};
use crate::{
    certificate_profile::{CertificateProfile, PrincipalName},
    device::DeviceType,
    device_choices::{DeviceChoice, DeviceChoices},
    host_name::HostName,
    policy::Policy,
};
use pki::Pkcs12Profile;

/// The choice of a device's default, which the store leaves out.
pub const DEVICE_DEFAULT: &str = "auto";

impl TenantForm {
    /// The certificate profile on record.
    pub(super) fn of_profile(policy: &Policy) -> Self {
        let profile = &policy.profile;
        let domain = profile.principal_domain.as_ref().map(HostName::to_string);
        let form = Self::default()
            .with(F::CertificateDays, policy.certificate_days.to_string())
            .with_tick(F::OnePerDevice, profile.one_per_device)
            .with_tick(F::UnitInSubject, profile.unit_in_subject)
            .with(F::PrincipalName, profile.principal_name.name())
            .with(F::PrincipalDomain, domain.unwrap_or_default())
            .with_tick(F::EmailProtection, profile.email_protection)
            .with_tick(F::SmartCardLogon, profile.smart_card_logon)
            .with_tick(F::CompatPkcs12Allowed, policy.compat_pkcs12_allowed);
        DeviceType::ALL.into_iter().fold(form, |form, device| {
            let key = profile.keys.of(device).map_or(DEVICE_DEFAULT, DeviceChoice::name);
            let pkcs12 = profile.encryptions.of(device).map_or(DEVICE_DEFAULT, DeviceChoice::name);
            form.with(F::key_of(device), key).with(F::pkcs12_of(device), pkcs12)
        })
    }
}

impl TenantReading<'_> {
    /// The profile of the form; `compat_allowed` as the same form says.
    pub(super) fn profile(
        &mut self,
        default: &CertificateProfile,
        compat_allowed: bool,
    ) -> Result<CertificateProfile, TenantNoted> {
        let one_per_device = self.tick_or(F::OnePerDevice, default.one_per_device);
        let unit_in_subject = self.tick_or(F::UnitInSubject, default.unit_in_subject);
        let principal_name = self.read_if_any(F::PrincipalName, principal_name);
        let principal_domain = self.read_if_any(F::PrincipalDomain, domain);
        let email_protection = self.tick_or(F::EmailProtection, default.email_protection);
        let smart_card_logon = self.tick_or(F::SmartCardLogon, default.smart_card_logon);
        let keys = self.device_choices(F::key_of);
        let encryptions = self.device_choices(F::pkcs12_of);
        let profile = CertificateProfile {
            keys: keys?,
            encryptions: encryptions?,
            unit_in_subject: unit_in_subject?,
            principal_name: principal_name?.unwrap_or_default(),
            principal_domain: principal_domain?,
            email_protection: email_protection?,
            smart_card_logon: smart_card_logon?,
            one_per_device: one_per_device?,
        };
        self.contradictions(&profile, compat_allowed)?;
        Ok(profile)
    }

    fn device_choices<T: DeviceChoice>(
        &mut self,
        field_of: fn(DeviceType) -> F,
    ) -> Result<DeviceChoices<T>, TenantNoted> {
        let read = DeviceType::ALL.map(|device| (device, self.read_if_any(field_of(device), device_choice)));
        read.into_iter().try_fold(DeviceChoices::default(), |choices, (device, choice)| {
            Ok(match choice?.flatten() {
                Some(value) => choices.with(device, value),
                None => choices,
            })
        })
    }

    /// Notes all choices that do not go together.
    fn contradictions(
        &mut self,
        profile: &CertificateProfile,
        compat_allowed: bool,
    ) -> Result<(), TenantNoted> {
        let mut noted = Vec::new();
        if profile.principal_name == PrincipalName::LoginName && profile.principal_domain.is_none() {
            noted.push((F::PrincipalDomain, TenantFieldProblem::Missing));
        }
        if profile.smart_card_logon && profile.principal_name == PrincipalName::None {
            noted.push((F::SmartCardLogon, TenantFieldProblem::PrincipalNameMissing));
        }
        let compat = |device: &DeviceType| profile.encryptions.of(*device) == Some(Pkcs12Profile::Compat);
        if !compat_allowed {
            let refused = DeviceType::ALL.into_iter().filter(compat);
            noted.extend(refused.map(|device| (F::pkcs12_of(device), TenantFieldProblem::CompatNotAllowed)));
        }
        let is_whole = noted.is_empty();
        self.errors.extend(noted.into_iter().map(|(field, problem)| TenantFieldError { field, problem }));
        if is_whole { Ok(()) } else { Err(TenantNoted) }
    }
}

fn principal_name(text: &str) -> Result<PrincipalName, TenantFieldProblem> {
    PrincipalName::parse(text)
        .ok_or_else(|| TenantFieldProblem::NotOffered(PrincipalName::ALL.map(PrincipalName::name).join(", ")))
}

fn domain(text: &str) -> Result<HostName, TenantFieldProblem> {
    let text = text.strip_prefix('@').unwrap_or(text);
    HostName::parse(text).map_err(|_| TenantFieldProblem::Domain)
}

/// `None`: the device's default.
fn device_choice<T: DeviceChoice>(text: &str) -> Result<Option<T>, TenantFieldProblem> {
    if text == DEVICE_DEFAULT {
        return Ok(None);
    }
    let offered = || T::ALL.iter().map(|value| value.name());
    let not_offered = || std::iter::once(DEVICE_DEFAULT).chain(offered()).collect::<Vec<_>>().join(", ");
    T::parse(text).map(Some).ok_or_else(|| TenantFieldProblem::NotOffered(not_offered()))
}
