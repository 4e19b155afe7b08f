//! `sekisho tenant profile`, and the profile in `sekisho tenant show`.

use super::CommandError;
use crate::output::Record;
use clap::Args;
use domain::{
    certificate_profile::CertificateProfile,
    device::DeviceType,
    device_choices::{DeviceChoice, DeviceChoices},
    host_name::HostName,
    refusal::Problem,
    tenant_form::{TenantField, TenantForm},
};
use serde::{Deserialize, Serialize};

/// What is changed about a certificate profile.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
#[group(required = true, multiple = true)]
pub struct ProfileEdit {
    /// Does a device get one certificate only, by its name? yes or no
    #[arg(long)]
    pub one_per_device: Option<String>,
    /// Does the organisational unit stand in certificates? yes or no
    #[arg(long)]
    pub unit_in_subject: Option<String>,
    /// Where the user principal name (UPN) in certificates comes from: none, email or login-name
    #[arg(long)]
    pub principal_name: Option<String>,
    /// The domain of user principal names from login names, such as corp.example
    #[arg(long)]
    pub principal_domain: Option<String>,
    /// Are certificates also for signed and encrypted e-mail? yes or no
    #[arg(long)]
    pub email_protection: Option<String>,
    /// Are certificates also for logging on to a Windows domain? yes or no
    #[arg(long)]
    pub smart_card_logon: Option<String>,
    /// The kind of key for a kind of device, such as ios=rsa-3072: auto, p-256, p-384, rsa-2048, rsa-3072 or rsa-4096.
    /// Devices are windows, windows-old, macos, ios, android, chromeos, linux and firefox
    #[arg(long = "key", value_name = "DEVICE=KIND")]
    pub keys: Vec<String>,
    /// The PKCS#12 encryption for a kind of device, such as android=modern: auto, modern or compat
    #[arg(long = "pkcs12", value_name = "DEVICE=ENCRYPTION")]
    pub pkcs12: Vec<String>,
}

impl ProfileEdit {
    /// The form with these fields alone.
    pub(super) fn form(self) -> Result<TenantForm, CommandError> {
        let form = TenantForm::default()
            .with_optional(TenantField::OnePerDevice, self.one_per_device)
            .with_optional(TenantField::UnitInSubject, self.unit_in_subject)
            .with_optional(TenantField::PrincipalName, self.principal_name)
            .with_optional(TenantField::PrincipalDomain, self.principal_domain)
            .with_optional(TenantField::EmailProtection, self.email_protection)
            .with_optional(TenantField::SmartCardLogon, self.smart_card_logon);
        let form = with_devices(form, &self.keys, TenantField::key_of)?;
        with_devices(form, &self.pkcs12, TenantField::pkcs12_of)
    }
}

fn with_devices(
    form: TenantForm,
    choices: &[String],
    field_of: fn(DeviceType) -> TenantField,
) -> Result<TenantForm, CommandError> {
    choices.iter().try_fold(form, |form, choice| {
        let parts = choice.split_once('=').and_then(|(name, value)| Some((DeviceType::parse(name)?, value)));
        let (device, value) = parts.ok_or_else(|| {
            let devices = DeviceType::ALL.map(DeviceType::name).join(", ");
            let sentence = format!("{choice:?}: expected DEVICE=VALUE, DEVICE one of {devices}");
            CommandError::because(Problem::DeviceTypeMissing, sentence)
        })?;
        Ok(form.with(field_of(device), value))
    })
}

/// The record of a tenant with its profile: of keys and encryptions those that were chosen.
pub(super) fn with_profile(record: Record, profile: &CertificateProfile) -> Record {
    let domain = profile.principal_domain.as_ref().map(HostName::as_str);
    record
        .with("one_per_device", profile.one_per_device)
        .with("unit_in_subject", profile.unit_in_subject)
        .with("principal_name", profile.principal_name.name())
        .with_optional("principal_domain", domain)
        .with("email_protection", profile.email_protection)
        .with("smart_card_logon", profile.smart_card_logon)
        .with("keys", by_device(&profile.keys))
        .with("pkcs12", by_device(&profile.encryptions))
}

fn by_device<T: DeviceChoice>(choices: &DeviceChoices<T>) -> Vec<String> {
    let told =
        |device: DeviceType| choices.of(device).map(|choice| format!("{}={}", device.name(), choice.name()));
    DeviceType::ALL.into_iter().filter_map(told).collect()
}
