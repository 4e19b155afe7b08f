//! The PKCS#12 file inside a configuration profile, for iPhone, iPad and Mac.

use super::{Delivery, PickupFile, fetching::Fetched};
use crate::Unavailable;
use domain::configuration_profile::ConfigurationProfile;
use pki::Pkcs12Profile;
use plist::{Dictionary, Value};
use zeroize::Zeroizing;

/// Apple, *Configuration Profile Reference*: the only version.
const PAYLOAD_VERSION: i64 = 1;

impl Delivery {
    /// The file of this cookie in one encryption as a signed profile; `None` where there is no such file, and for
    /// systems that install no profiles. `description` stands in the profile, in its reader's language.
    pub async fn configuration_profile(
        &self,
        cookie: &str,
        encryption: Pkcs12Profile,
        description: &str,
    ) -> Result<Option<PickupFile>, Unavailable> {
        let Some(fetched) = self.fetch(cookie, encryption).await? else { return Ok(None) };
        if !fetched.certificate.device_type.installs_profiles() {
            return Ok(None);
        }
        let Fetched { tenant, certificate, bytes } = &fetched;
        let label = self.label(certificate);
        let (file_name, public_host) =
            (fetched.file_name(&label, ".p12", encryption), self.core.addresses().public_host());
        let profile = ConfigurationProfile {
            device: certificate.device,
            certificate: certificate.id,
            public_host,
            organization: tenant.organization.as_str(),
            display_name: label.profile_name(&tenant.display_name),
            description,
            file_name: &file_name.ascii,
        };
        let name = fetched.file_name(&label, ".mobileconfig", encryption);
        let bytes = Zeroizing::new(self.profiles.sign(written(&profile, bytes)?).await?);
        Ok(Some(PickupFile { name, bytes }))
    }
}

/// The profile as a property list, XML.
fn written(profile: &ConfigurationProfile<'_>, pkcs12: &[u8]) -> Result<Vec<u8>, plist::Error> {
    let certificate = Dictionary::from_iter([
        ("PayloadType", Value::from("com.apple.security.pkcs12")),
        ("PayloadVersion", PAYLOAD_VERSION.into()),
        ("PayloadIdentifier", profile.payload_identifier().into()),
        ("PayloadUUID", profile.payload_id().into()),
        ("PayloadDisplayName", profile.display_name.as_str().into()),
        ("PayloadDescription", profile.description.into()),
        ("PayloadOrganization", profile.organization.into()),
        ("PayloadCertificateFileName", profile.file_name.into()),
        ("PayloadContent", Value::Data(pkcs12.to_vec())),
    ]);
    let whole = Dictionary::from_iter([
        ("PayloadType", Value::from("Configuration")),
        ("PayloadVersion", PAYLOAD_VERSION.into()),
        ("PayloadIdentifier", profile.identifier().into()),
        ("PayloadUUID", profile.id().into()),
        ("PayloadDisplayName", profile.display_name.as_str().into()),
        ("PayloadDescription", profile.description.into()),
        ("PayloadOrganization", profile.organization.into()),
        ("PayloadRemovalDisallowed", false.into()),
        // On a Mac: for the person who installs it, and nobody else who signs in there.
        ("PayloadScope", "User".into()),
        ("PayloadContent", Value::Array(vec![certificate.into()])),
    ]);
    let mut written = Vec::new();
    Value::from(whole).to_writer_xml(&mut written)?;
    Ok(written)
}
