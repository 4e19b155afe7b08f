//! A tenant's settings, with their defaults and limits.

use crate::{
    certificate_profile::CertificateProfile,
    device::DeviceType,
    pin_delivery::{PinDelivery, PinRecipient},
    user::Role,
};
use pki::Pkcs12Profile;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The longest life of a user certificate, in days: half of its issuer's own.
pub const CERTIFICATE_DAYS_MAX: u32 = 5 * 365;
/// The longest life of a PIN, in hours.
pub const PIN_LIFETIME_HOURS_MAX: u32 = 720;
/// The longest life of a user's invitation, in days.
pub const INVITATION_DAYS_MAX: u32 = 90;
/// The longest time before a certificate's end in which it can be renewed, in days.
pub const RENEWAL_WINDOW_DAYS_MAX: u32 = 180;
/// The longest time for which a superseded certificate lasts beside the newer one, in days.
pub const RENEWAL_GRACE_DAYS_MAX: u32 = 60;
/// The longest time after a pickup in which its person may have a new file, in days.
pub const NEW_FILE_DAYS_MAX: u32 = 30;

/// A tenant's settings for its certificates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    /// Whether an administrator reviews each invited person's application before a PIN is made.
    pub approval_required: bool,
    /// Who gets the PIN of an ordinary user's application.
    pub pin_delivery: PinDelivery,
    /// Life of a user certificate, in days, at most [`CERTIFICATE_DAYS_MAX`].
    pub certificate_days: u32,
    /// Life of a PIN, in hours, at most [`PIN_LIFETIME_HOURS_MAX`].
    pub pin_lifetime_hours: u32,
    /// Life of a user's invitation, in days, at most [`INVITATION_DAYS_MAX`].
    pub invitation_days: u32,
    /// How long before its end a certificate can be renewed, in days, at most [`RENEWAL_WINDOW_DAYS_MAX`].
    pub renewal_window_days: u32,
    /// How long a superseded certificate lasts once the gate has seen the newer one, in days, at most
    /// [`RENEWAL_GRACE_DAYS_MAX`].
    pub renewal_grace_days: u32,
    /// How long after a pickup its person may have a new file without an administrator, in days, at most
    /// [`NEW_FILE_DAYS_MAX`]; zero: not at all.
    pub new_file_days: u32,
    /// Whether the older PKCS#12 encryption (for Apple and Android systems) may be used.
    pub compat_pkcs12_allowed: bool,
    /// Whether one-time passwords may be given on paper instead of by mail.
    pub printed_slips_allowed: bool,
    /// What stands in certificates, and how they are delivered.
    pub profile: CertificateProfile,
}

impl Policy {
    /// The encryption of a new file for this device: the older one only where the policy allows it.
    pub fn pkcs12_profile(&self, device: DeviceType) -> Pkcs12Profile {
        let wanted = self.profile.encryptions.of(device).unwrap_or_else(|| device.pkcs12_profile());
        if self.compat_pkcs12_allowed { wanted } else { Pkcs12Profile::Modern }
    }
}

impl Policy {
    /// The role whose people get their PINs from an administrator; `None` if everybody gets mails.
    pub fn role_with_shown_pins(&self) -> Option<Role> {
        Role::ALL.into_iter().find(|role| PinRecipient::of(self, *role) == PinRecipient::Administrator)
    }
}

/// As written into the audit log: `key=value`, separated by blanks.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            approval_required,
            pin_delivery,
            certificate_days,
            pin_lifetime_hours,
            invitation_days,
            renewal_window_days,
            renewal_grace_days,
            new_file_days,
            compat_pkcs12_allowed,
            printed_slips_allowed,
            profile,
        } = self;
        write!(
            f,
            "approval_required={approval_required} pin_delivery={} printed_slips_allowed={printed_slips_allowed} \
             compat_pkcs12_allowed={compat_pkcs12_allowed} certificate_days={certificate_days} \
             pin_lifetime_hours={pin_lifetime_hours} invitation_days={invitation_days} \
             renewal_window_days={renewal_window_days} renewal_grace_days={renewal_grace_days} \
             new_file_days={new_file_days} {profile}",
            pin_delivery.name(),
        )
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            approval_required: false,
            pin_delivery: PinDelivery::Mail,
            certificate_days: 365,
            pin_lifetime_hours: 72,
            invitation_days: 30,
            renewal_window_days: 60,
            renewal_grace_days: 7,
            new_file_days: 7,
            compat_pkcs12_allowed: true,
            printed_slips_allowed: true,
            profile: CertificateProfile::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate_profile::PrincipalName;
    use pki::{
        KeyAlgorithm,
        Pkcs12Profile::{Compat, Modern},
    };

    /// As release 0.1.0 wrote it.
    const FORMER: &str = r#"{"approval_required":true,"certificate_days":90,"pin_lifetime_hours":24,"invitation_days":7,"compat_pkcs12_allowed":false,"printed_slips_allowed":false}"#;

    #[test]
    fn a_policy_of_the_former_release_reads_with_the_default_profile() {
        let policy: Policy = serde_json::from_str(FORMER).unwrap();
        assert_eq!((policy.certificate_days, policy.profile.clone()), (90, CertificateProfile::default()));
        assert_eq!(serde_json::from_str::<Policy>("{}").unwrap(), Policy::default());
    }

    #[test]
    fn a_policy_with_a_profile_reads_back() {
        let mut policy = Policy::default();
        policy.profile.keys = policy.profile.keys.with(DeviceType::Ios, KeyAlgorithm::Rsa4096);
        policy.profile.principal_name = PrincipalName::LoginName;
        policy.profile.principal_domain = Some(crate::host_name::HostName::parse("corp.example").unwrap());
        let stored = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<Policy>(&stored).unwrap(), policy);
        // What was not chosen has the default of the release that reads it.
        let partly = r#"{"profile":{"email_protection":true}}"#;
        let profile = serde_json::from_str::<Policy>(partly).unwrap().profile;
        assert!(profile.email_protection && profile.unit_in_subject);
    }

    #[test]
    fn the_older_encryption_is_given_only_where_it_is_allowed() {
        let mut policy = Policy::default();
        policy.profile.encryptions =
            policy.profile.encryptions.with(DeviceType::Linux, Pkcs12Profile::Compat);
        let given = |policy: &Policy| {
            [DeviceType::Linux, DeviceType::Ios, DeviceType::Windows]
                .map(|device| policy.pkcs12_profile(device))
        };
        assert_eq!(given(&policy), [Compat, Compat, Modern]);
        policy.compat_pkcs12_allowed = false;
        assert_eq!(given(&policy), [Modern; 3]);
    }
}
