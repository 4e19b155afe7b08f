//! A tenant's certificate profile: the contents of its people's certificates beside names and life, their keys and the
//! encryption of their files.

use crate::{
    device::DeviceType, device_choices::DeviceChoices, email::EmailAddress, host_name::HostName,
    login_name::LoginName, name_rules::LoginSuffix,
};
use pki::{KeyAlgorithm, PersonalPurposes, Pkcs12Profile};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The source of a person's Microsoft user principal name (UPN).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PrincipalName {
    /// Certificates carry none.
    #[default]
    None,
    /// The e-mail address.
    Email,
    /// The login name, without the tenant's suffix, at [`CertificateProfile::principal_domain`].
    LoginName,
}

impl PrincipalName {
    /// All sources in the order in which forms offer them.
    pub const ALL: [Self; 3] = [Self::None, Self::Email, Self::LoginName];

    /// The stable name in forms and in the audit log.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Email => "email",
            Self::LoginName => "login-name",
        }
    }

    /// The source with this stable name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// The profile, a part of the tenant's policy. The default is what release 0.1.0 issued, but for the kinds of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings")]
pub struct CertificateProfile {
    /// Kinds of keys that differ from the device's default.
    pub keys: DeviceChoices<KeyAlgorithm>,
    /// PKCS#12 encryptions that differ from the device's default.
    pub encryptions: DeviceChoices<Pkcs12Profile>,
    /// Whether the tenant's organisational unit is in the subject.
    pub unit_in_subject: bool,
    /// The source of the user principal name.
    pub principal_name: PrincipalName,
    /// The domain of user principal names that come from login names.
    pub principal_domain: Option<HostName>,
    /// Whether certificates are also for signed and encrypted mail.
    pub email_protection: bool,
    /// Whether certificates are also for logging on to Windows.
    pub smart_card_logon: bool,
    /// Whether a person gets no second certificate for a device of the same name.
    pub one_per_device: bool,
}

impl Default for CertificateProfile {
    fn default() -> Self {
        Self {
            keys: DeviceChoices::default(),
            encryptions: DeviceChoices::default(),
            unit_in_subject: true,
            principal_name: PrincipalName::None,
            principal_domain: None,
            email_protection: false,
            smart_card_logon: false,
            one_per_device: false,
        }
    }
}

impl CertificateProfile {
    /// The kind of key for a new certificate on this device.
    pub fn key_algorithm(&self, device: DeviceType) -> KeyAlgorithm {
        self.keys.of(device).unwrap_or_else(|| device.key_algorithm())
    }

    /// A person's user principal name. A login name with an `@` beside that of the tenant's suffix has none, as two
    /// people could have the same one.
    pub fn principal_name_of(
        &self,
        login_name: &LoginName,
        email: &EmailAddress,
        suffix: Option<&LoginSuffix>,
    ) -> Option<String> {
        match self.principal_name {
            PrincipalName::None => None,
            PrincipalName::Email => Some(email.as_str().to_owned()),
            PrincipalName::LoginName => {
                let (name, domain) = (login_name.as_str(), self.principal_domain.as_ref()?);
                let front = suffix.and_then(|suffix| name.strip_suffix(suffix.as_str())).unwrap_or(name);
                (!front.contains('@')).then(|| format!("{front}@{domain}"))
            }
        }
    }

    /// The purposes of a certificate beside client authentication; without a user principal name there is no logon.
    pub fn purposes(&self, has_principal_name: bool) -> PersonalPurposes {
        PersonalPurposes {
            email_protection: self.email_protection,
            smart_card_logon: self.smart_card_logon && has_principal_name,
        }
    }
}

/// As written into the audit log: `key=value`, separated by blanks.
impl fmt::Display for CertificateProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            keys,
            encryptions,
            unit_in_subject,
            principal_name,
            principal_domain,
            email_protection,
            smart_card_logon,
            one_per_device,
        } = self;
        let domain = principal_domain.as_ref().map_or("", HostName::as_str);
        write!(
            f,
            "keys={keys} pkcs12={encryptions} unit_in_subject={unit_in_subject} principal_name={} \
             principal_domain={domain} email_protection={email_protection} smart_card_logon={smart_card_logon} \
             one_per_device={one_per_device}",
            principal_name.name()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(source: PrincipalName, login: &str, suffix: Option<&str>) -> Option<String> {
        let profile = CertificateProfile {
            principal_name: source,
            principal_domain: Some(HostName::parse("corp.example").unwrap()),
            ..CertificateProfile::default()
        };
        let email = EmailAddress::parse("Taro@sample.example").unwrap();
        let suffix = suffix.map(|suffix| LoginSuffix::parse(suffix).unwrap());
        profile.principal_name_of(&LoginName::parse(login).unwrap(), &email, suffix.as_ref())
    }

    #[test]
    fn a_principal_name_comes_from_the_address_or_the_login_name() {
        assert_eq!(named(PrincipalName::None, "taro", None), None);
        assert_eq!(named(PrincipalName::Email, "taro", None).as_deref(), Some("Taro@sample.example"));
        assert_eq!(named(PrincipalName::LoginName, "taro", None).as_deref(), Some("taro@corp.example"));
        let suffixed = named(PrincipalName::LoginName, "taro@kanto", Some("@kanto"));
        assert_eq!(suffixed.as_deref(), Some("taro@corp.example"));
    }

    #[test]
    fn two_login_names_never_make_the_same_principal_name() {
        assert_eq!(named(PrincipalName::LoginName, "taro@kansai", Some("@kanto")), None);
        assert_eq!(named(PrincipalName::LoginName, "taro@kansai", None), None);
        assert_eq!(named(PrincipalName::LoginName, "taro@kansai@kanto", Some("@kanto")), None);
    }

    #[test]
    fn without_a_principal_name_there_is_no_logon() {
        let profile = CertificateProfile { smart_card_logon: true, ..CertificateProfile::default() };
        assert!(profile.purposes(true).smart_card_logon);
        assert!(!profile.purposes(false).smart_card_logon);
    }
}
