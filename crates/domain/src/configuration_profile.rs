//! A configuration profile: how iPhone, iPad and Mac take in a PKCS#12 file together with the words that tell their
//! owner what it is (Apple, *Configuration Profile Reference*).
//!
//! **Invariant:** a profile holds no password: the system asks for it while it installs the file.
//!
//! **Invariant:** the name depends on the device alone, so that the profile of a renewed certificate takes the place of
//! the one before it. The ids depend on the certificate alone.

use crate::id::{CertificateId, DeviceId};
use std::net::IpAddr;
use uuid::Uuid;

/// A profile with one certificate.
#[derive(Debug, Clone)]
pub struct ConfigurationProfile<'a> {
    /// The line of certificates that it belongs to.
    pub device: DeviceId,
    /// The certificate in it.
    pub certificate: CertificateId,
    /// The host name of the public site, where the profile comes from.
    pub public_host: &'a str,
    /// The company.
    pub organization: &'a str,
    /// Its name in the list of profiles.
    pub display_name: String,
    /// A sentence on what it is, in its reader's language.
    pub description: &'a str,
    /// The name of the PKCS#12 file, ASCII.
    pub file_name: &'a str,
}

impl ConfigurationProfile<'_> {
    /// The profile's name for systems, in reversed domain style: `jp.example.certificates.device.{id}`.
    pub fn identifier(&self) -> String {
        format!("{}.device.{}", reversed(self.public_host), self.device)
    }

    /// The name of its one part.
    pub fn payload_identifier(&self) -> String {
        format!("{}.pkcs12", self.identifier())
    }

    /// The profile's id.
    pub fn id(&self) -> String {
        self.certificate.to_string()
    }

    /// The id of its one part: the same octets as those of the profile, marked as version 8 (RFC 9562 §5.8).
    pub fn payload_id(&self) -> String {
        uuid_of_version_8(*self.certificate.as_bytes()).to_string()
    }
}

fn uuid_of_version_8(octets: [u8; 16]) -> Uuid {
    uuid::Builder::from_custom_bytes(octets).into_uuid()
}

/// The labels of a domain name from the last to the first; an address of the Internet Protocol as it is.
fn reversed(host: &str) -> String {
    if host.parse::<IpAddr>().is_ok() {
        return host.to_owned();
    }
    host.rsplit('.').collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile(public_host: &str) -> ConfigurationProfile<'_> {
        ConfigurationProfile {
            device: "0192f5c0-7d2e-7111-9f1e-2b7d4c5a6e01".parse().unwrap(),
            certificate: "0192f5c0-7d2e-7c3a-9f1e-2b7d4c5a6e01".parse().unwrap(),
            public_host,
            organization: "Sample Co., Ltd.",
            display_name: "サンプル株式会社 - iPhone (2026-12)".into(),
            description: "",
            file_name: "sample-iphone-2026-12.p12",
        }
    }

    #[test]
    fn names_and_ids_come_from_the_public_host_the_device_and_the_certificate() {
        let profile = profile("certificates.example.jp");
        let identifier = "jp.example.certificates.device.0192f5c0-7d2e-7111-9f1e-2b7d4c5a6e01";
        assert_eq!(profile.identifier(), identifier);
        assert_eq!(profile.payload_identifier(), format!("{identifier}.pkcs12"));
        assert_eq!(profile.id(), "0192f5c0-7d2e-7c3a-9f1e-2b7d4c5a6e01");
        assert_eq!(profile.payload_id(), "0192f5c0-7d2e-8c3a-9f1e-2b7d4c5a6e01");
    }

    #[test]
    fn a_host_without_dots_or_without_a_name_stays_as_it_is() {
        assert!(profile("localhost").identifier().starts_with("localhost.device."));
        assert!(profile("192.0.2.1").identifier().starts_with("192.0.2.1.device."));
    }
}
