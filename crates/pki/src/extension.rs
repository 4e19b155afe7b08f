//! The extensions of each profile (RFC 5280 §4.2), in a fixed order.

use const_oid::db::rfc5280::{
    ID_AD_CA_ISSUERS, ID_KP_CLIENT_AUTH, ID_KP_EMAIL_PROTECTION, ID_KP_SERVER_AUTH,
};
use const_oid::{AssociatedOid, ObjectIdentifier};
use der::Encode;
use der::asn1::{Any, Ia5String, OctetString, Utf8StringRef};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::constraints::name::GeneralSubtree;
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName, OtherName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints,
    CrlDistributionPoints, ExtendedKeyUsage, KeyUsage, KeyUsages, NameConstraints, SubjectAltName,
    SubjectKeyIdentifier,
};

use crate::{PersonalPurposes, Profile, PublicKey, PublicKeyAlgorithm};

/// `szOID_NT_PRINCIPAL_NAME`: the user principal name as an `otherName`.
pub(crate) const PRINCIPAL_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.3");
/// `szOID_KP_SMARTCARD_LOGON`.
pub(crate) const SMART_CARD_LOGON: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.311.20.2.2");

/// All extensions of a certificate of `profile` for `subject_key`.
pub(crate) fn for_profile(
    profile: &Profile,
    authority_key_identifier: [u8; 20],
    subject_key: &PublicKey,
) -> der::Result<Vec<Extension>> {
    let mut extensions = vec![
        authority_key(authority_key_identifier)?,
        extension(false, &SubjectKeyIdentifier(OctetString::new(subject_key.key_identifier())?))?,
    ];
    match profile {
        Profile::Root => extensions.extend(certificate_authority(None)?),
        Profile::InstallationCa { crl_url, issuer_certificate_url } => {
            extensions.extend(certificate_authority(Some(1))?);
            extensions.extend(publication(crl_url, issuer_certificate_url)?);
        }
        Profile::TenantIssuer { crl_url, issuer_certificate_url } => {
            extensions.extend(certificate_authority(Some(0))?);
            extensions.extend(publication(crl_url, issuer_certificate_url)?);
        }
        Profile::EndEntity { email, principal_name: name, purposes, crl_url, issuer_certificate_url } => {
            extensions.extend(end_entity(personal_usage(subject_key), personal_purposes(*purposes))?);
            let email = email.as_deref().map(email_name).transpose()?;
            let names: Vec<_> =
                email.into_iter().chain(name.as_deref().map(principal_name).transpose()?).collect();
            if !names.is_empty() {
                extensions.push(extension(false, &SubjectAltName(names))?);
            }
            extensions.extend(publication(crl_url, issuer_certificate_url)?);
        }
        Profile::ContentSigner { crl_url, issuer_certificate_url } => {
            extensions.extend(end_entity(signature_alone(), vec![ID_KP_EMAIL_PROTECTION])?);
            extensions.extend(publication(crl_url, issuer_certificate_url)?);
        }
        Profile::ServerCa { permitted_dns } => {
            extensions.extend(certificate_authority(Some(0))?);
            extensions.push(permitted_dns_names(permitted_dns)?);
        }
        Profile::Server { dns_names } => {
            extensions.extend(end_entity(signature_alone(), vec![ID_KP_SERVER_AUTH])?);
            let names = dns_names.iter().map(|name| dns_name(name)).collect::<der::Result<_>>()?;
            extensions.push(extension(false, &SubjectAltName(names))?);
        }
    }
    Ok(extensions)
}

/// `authorityKeyIdentifier` with only the key identifier (RFC 5280 §4.2.1.1, §5.2.1).
pub(crate) fn authority_key(key_identifier: [u8; 20]) -> der::Result<Extension> {
    let identifier = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(key_identifier)?),
        authority_cert_issuer: None,
        authority_cert_serial_number: None,
    };
    extension(false, &identifier)
}

pub(crate) fn extension<T: Encode + AssociatedOid>(critical: bool, value: &T) -> der::Result<Extension> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: OctetString::new(value.to_der()?)? })
}

fn certificate_authority(path_length: Option<u8>) -> der::Result<[Extension; 2]> {
    let constraints = BasicConstraints { ca: true, path_len_constraint: path_length };
    let usage = KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign);
    Ok([extension(true, &constraints)?, extension(true, &usage)?])
}

fn end_entity(usage: KeyUsage, purposes: Vec<ObjectIdentifier>) -> der::Result<[Extension; 2]> {
    Ok([extension(true, &usage)?, extension(false, &ExtendedKeyUsage(purposes))?])
}

fn signature_alone() -> KeyUsage {
    KeyUsage(KeyUsages::DigitalSignature.into())
}

/// Readers of RSA certificates look for keyEncipherment; RFC 5480 §3 forbids it to EC keys.
fn personal_usage(key: &PublicKey) -> KeyUsage {
    match key.algorithm() {
        PublicKeyAlgorithm::EcdsaP256 | PublicKeyAlgorithm::EcdsaP384 => signature_alone(),
        PublicKeyAlgorithm::Rsa { .. } => KeyUsage(KeyUsages::DigitalSignature | KeyUsages::KeyEncipherment),
    }
}

fn personal_purposes(purposes: PersonalPurposes) -> Vec<ObjectIdentifier> {
    let PersonalPurposes { email_protection, smart_card_logon } = purposes;
    let extra = [(email_protection, ID_KP_EMAIL_PROTECTION), (smart_card_logon, SMART_CARD_LOGON)];
    let extra = extra.into_iter().filter_map(|(wanted, purpose)| wanted.then_some(purpose));
    std::iter::once(ID_KP_CLIENT_AUTH).chain(extra).collect()
}

fn email_name(address: &str) -> der::Result<GeneralName> {
    Ok(GeneralName::Rfc822Name(Ia5String::new(address)?))
}

/// MS-WCCE §2.2.2.7.7.4 keeps the name as an UTF8String.
fn principal_name(name: &str) -> der::Result<GeneralName> {
    let value = Any::encode_from(&Utf8StringRef::new(name)?)?;
    Ok(GeneralName::OtherName(OtherName { type_id: PRINCIPAL_NAME, value }))
}

/// The addresses of the issuer's revocation list and certificate.
fn publication(crl_url: &str, issuer_certificate_url: &str) -> der::Result<[Extension; 2]> {
    let point = DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![address(crl_url)?])),
        reasons: None,
        crl_issuer: None,
    };
    let access = AccessDescription {
        access_method: ID_AD_CA_ISSUERS,
        access_location: address(issuer_certificate_url)?,
    };
    Ok([
        extension(false, &CrlDistributionPoints(vec![point]))?,
        extension(false, &AuthorityInfoAccessSyntax(vec![access]))?,
    ])
}

fn permitted_dns_names(names: &[String]) -> der::Result<Extension> {
    let subtree = |name: &String| -> der::Result<GeneralSubtree> {
        Ok(GeneralSubtree { base: dns_name(name)?, minimum: 0, maximum: None })
    };
    let permitted = names.iter().map(subtree).collect::<der::Result<_>>()?;
    let constraints = NameConstraints { permitted_subtrees: Some(permitted), excluded_subtrees: None };
    extension(true, &constraints)
}

fn dns_name(name: &str) -> der::Result<GeneralName> {
    Ok(GeneralName::DnsName(Ia5String::new(name)?))
}

fn address(url: &str) -> der::Result<GeneralName> {
    Ok(GeneralName::UniformResourceIdentifier(Ia5String::new(url)?))
}
