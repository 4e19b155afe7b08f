//! The part of a certificate that is signed.

use der::{Decode, Encode};

use super::structure::{TbsStructure, ValidityStructure, Version};
use super::view::CertificateView;
use super::{Certificate, CertificateError, IssuerIdentity, PrepareError};
use crate::{Name, Profile, PublicKey, Serial, Validity, extension};

/// A to-be-signed certificate: the bytes for the CA's key, and their decoded contents.
#[derive(Debug, Clone)]
pub struct TbsCertificate {
    pub(super) der: Vec<u8>,
    pub(super) view: CertificateView,
}

impl TbsCertificate {
    /// Encodes a version 3 certificate of `profile` for `subject` and `public_key`, in the name of `issuer`.
    ///
    /// The caller decides on the values; [`crate::lint`] checks them again.
    ///
    /// # Errors
    /// [`PrepareError`]: a reversed or impossible period, no name for a server, text outside ASCII in an address.
    pub fn prepare(
        profile: &Profile,
        serial: Serial,
        issuer: &IssuerIdentity,
        subject: &Name,
        public_key: &PublicKey,
        validity: Validity,
    ) -> Result<Self, PrepareError> {
        if let Profile::ServerCa { permitted_dns: names } | Profile::Server { dns_names: names } = profile
            && names.is_empty()
        {
            return Err(PrepareError::NoDnsName);
        }
        let serial_der = serial.to_der();
        let validity_der = validity.to_der()?;
        let structure = TbsStructure {
            version: Version::V3,
            serial_number: Decode::from_der(&serial_der)?,
            signature: Decode::from_der(issuer.signature_algorithm.as_der())?,
            issuer: Decode::from_der(issuer.name.as_der())?,
            validity: ValidityStructure::from_der(&validity_der)?,
            subject: Decode::from_der(subject.as_der())?,
            subject_public_key_info: Decode::from_der(public_key.as_spki_der())?,
            issuer_unique_id: None,
            subject_unique_id: None,
            extensions: Some(extension::for_profile(profile, issuer.key_identifier, public_key)?),
        };
        Ok(Self::from_der(&structure.to_der()?)?)
    }

    /// Reads the bytes of [`TbsCertificate::as_der`], for instance after a restart.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        Ok(Self { view: CertificateView::read(der)?, der: der.to_vec() })
    }

    /// The bytes to sign.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The serial number within.
    pub fn serial(&self) -> Serial {
        self.view.serial
    }

    /// Frames the signed bytes, the algorithm named in them, and `signature` (the content of
    /// `signatureValue`, see [`crate::PrivateKey::sign`]). [`Certificate::verify_signature`] checks the
    /// signature.
    #[must_use]
    pub fn assemble(&self, signature: &[u8]) -> Certificate {
        Certificate::from_parts(self.clone(), signature)
    }
}

impl AsRef<[u8]> for TbsCertificate {
    fn as_ref(&self) -> &[u8] {
        &self.der
    }
}
