//! The contents of a TBS certificate, decoded once.

use const_oid::AssociatedOid;
use der::{Decode, Encode};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, SubjectAltName, SubjectKeyIdentifier};

use super::structure::{TbsStructure, Version};
use super::{CertificateError, KeyPurpose};
use crate::validity::unix_seconds;
use crate::{Name, PublicKey, Serial, SignatureAlgorithm, Validity};

#[derive(Debug, Clone)]
pub(super) struct CertificateView {
    pub(super) serial: Serial,
    pub(super) signature_algorithm: SignatureAlgorithm,
    pub(super) issuer: Name,
    pub(super) validity: Validity,
    pub(super) subject: Name,
    pub(super) public_key: PublicKey,
    pub(super) is_ca: bool,
    pub(super) extended_key_usage: Option<Vec<KeyPurpose>>,
    pub(super) email_addresses: Vec<String>,
    pub(super) subject_key_identifier: Option<Vec<u8>>,
}

impl CertificateView {
    pub(super) fn read(tbs_der: &[u8]) -> Result<Self, CertificateError> {
        let tbs = TbsStructure::from_der(tbs_der)?;
        if tbs.version != Version::V3 {
            return Err(CertificateError::Version);
        }
        let extensions = tbs.extensions.unwrap_or_default();
        refuse_duplicates(&extensions)?;
        let constraints = decode::<BasicConstraints>(&extensions)?;
        let purposes = decode::<ExtendedKeyUsage>(&extensions)?;
        let alternative_names = decode::<SubjectAltName>(&extensions)?;
        let key_identifier = decode::<SubjectKeyIdentifier>(&extensions)?;
        Ok(Self {
            serial: Serial::from_integer_content(tbs.serial_number.as_bytes())?,
            signature_algorithm: SignatureAlgorithm::from_der(&tbs.signature.to_der()?)?,
            issuer: Name::from_der(&tbs.issuer.to_der()?)?,
            validity: Validity {
                not_before: unix_seconds(tbs.validity.not_before),
                not_after: unix_seconds(tbs.validity.not_after),
            },
            subject: Name::from_der(&tbs.subject.to_der()?)?,
            public_key: PublicKey::from_spki_der(&tbs.subject_public_key_info.to_der()?)?,
            is_ca: constraints.is_some_and(|constraints| constraints.ca),
            extended_key_usage: purposes
                .map(|purposes| purposes.0.into_iter().map(KeyPurpose::from).collect()),
            email_addresses: alternative_names.map(email_addresses).unwrap_or_default(),
            subject_key_identifier: key_identifier.map(|identifier| identifier.0.into_bytes().into()),
        })
    }
}

fn refuse_duplicates(extensions: &[Extension]) -> Result<(), CertificateError> {
    for (index, extension) in extensions.iter().enumerate() {
        if extensions[..index].iter().any(|earlier| earlier.extn_id == extension.extn_id) {
            return Err(CertificateError::DuplicateExtension(extension.extn_id));
        }
    }
    Ok(())
}

fn decode<T>(extensions: &[Extension]) -> der::Result<Option<T>>
where
    T: AssociatedOid + for<'a> Decode<'a, Error = der::Error>,
{
    extensions
        .iter()
        .find(|extension| extension.extn_id == T::OID)
        .map(|extension| T::from_der(extension.extn_value.as_bytes()))
        .transpose()
}

fn email_addresses(names: SubjectAltName) -> Vec<String> {
    names
        .0
        .into_iter()
        .filter_map(|name| match name {
            GeneralName::Rfc822Name(address) => Some(address.to_string()),
            _ => None,
        })
        .collect()
}
