//! A tenant's certificate profile in words, for operators and administrators.

use crate::{
    form::{Control, FormView},
    voice::{Phrase, Voice},
};
use domain::{
    certificate_profile::PrincipalName,
    device::DeviceType,
    device_choices::DeviceChoice,
    policy::Policy,
    tenant::Tenant,
    tenant_form::{DEVICE_DEFAULT, TenantField},
};
use std::borrow::Borrow;

/// What certificates for one kind of device get.
pub(crate) struct ProfileOfDevice {
    pub(crate) device: DeviceType,
    /// Stable name of the kind of key.
    key: &'static str,
    /// Stable name of the encryption.
    pkcs12: &'static str,
}

impl ProfileOfDevice {
    /// A line for each kind of device.
    pub(crate) fn all(policy: &Policy) -> [Self; DeviceType::ALL.len()] {
        DeviceType::ALL.map(|device| Self {
            device,
            key: policy.profile.key_algorithm(device).name(),
            pkcs12: policy.pkcs12_profile(device).name(),
        })
    }

    pub(crate) fn key(&self, t: &Voice) -> Phrase {
        t.say(format!("key-kind-{}", self.key))
    }

    pub(crate) fn pkcs12(&self, t: &Voice) -> Phrase {
        t.say(format!("pkcs12-kind-{}", self.pkcs12))
    }
}

/// One sentence for each setting of the profile that is the same for all devices.
pub(crate) fn lines(tenant: &Tenant, t: &Voice) -> Vec<Phrase> {
    let (policy, profile) = (&tenant.policy, &tenant.policy.profile);
    let either = |name: &str, is: bool| t.say(format!("{name}-{}", if is { "yes" } else { "no" }));
    let unit = tenant.organizational_unit.as_ref();
    let unit = unit.map(|_| either("profile-unit", profile.unit_in_subject));
    let principal_name = t.say(format!("profile-principal-{}", profile.principal_name.name()));
    let domain = profile.principal_domain.as_ref().map(ToString::to_string).unwrap_or_default();
    let begin = [
        t.say("policy-certificate-days").with("number", policy.certificate_days),
        either("profile-one-per-device", profile.one_per_device),
    ];
    let end = [
        principal_name.with("domain", domain),
        either("profile-email-protection", profile.email_protection),
        either("profile-smart-card-logon", profile.smart_card_logon),
        either("policy-compat-pkcs12-allowed", policy.compat_pkcs12_allowed),
    ];
    begin.into_iter().chain(unit).chain(end).collect()
}

impl FormView<'_, TenantField> {
    /// Where user principal names come from.
    pub(crate) fn principal_name(&self) -> Control {
        self.select(TenantField::PrincipalName, &PrincipalName::ALL.map(PrincipalName::name))
    }

    /// The kind of key for a device.
    pub(crate) fn device_key(&self, device: impl Borrow<DeviceType>) -> Control {
        self.device_choice(TenantField::key_of(*device.borrow()), "key-kind", device.borrow().key_algorithm())
    }

    /// The encryption of files for a device.
    pub(crate) fn device_pkcs12(&self, device: impl Borrow<DeviceType>) -> Control {
        self.device_choice(
            TenantField::pkcs12_of(*device.borrow()),
            "pkcs12-kind",
            device.borrow().pkcs12_profile(),
        )
    }

    /// A choice whose first value is the device's default, by name.
    fn device_choice<T: DeviceChoice>(&self, field: TenantField, prefix: &str, default: T) -> Control {
        let kind = |value: T| self.say(format!("{prefix}-{}", value.name())).to_string();
        let automatic = self.say(format!("{prefix}-{DEVICE_DEFAULT}-is")).with("kind", kind(default));
        let named = T::ALL.iter().map(|value| (value.name().to_owned(), kind(*value)));
        let values = std::iter::once((DEVICE_DEFAULT.to_owned(), automatic.to_string())).chain(named);
        self.choice_of(field, values.collect())
    }
}
