//! A signed certificate.

use aws_lc_rs::digest::{SHA256, digest};
use der::pem::LineEnding;
use der::{Decode, Encode};

use super::structure::CertificateStructure;
use super::{CertificateError, IssuerIdentity, KeyPurpose, TbsCertificate};
use crate::{KeyError, Name, PublicKey, Serial, SignatureAlgorithm, Validity, tlv};

const PEM_LABEL: &str = "CERTIFICATE";

/// A certificate: its DER, and its decoded contents. Parsing checks no signature; see
/// [`Certificate::verify_signature`].
#[derive(Debug, Clone)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: TbsCertificate,
    signature: Vec<u8>,
}

impl Certificate {
    pub(super) fn from_parts(tbs: TbsCertificate, signature: &[u8]) -> Self {
        let algorithm = tbs.view.signature_algorithm.as_der();
        let der = tlv::sequence(&[tbs.as_der(), algorithm, &tlv::bit_string(signature)]);
        Self { der, tbs, signature: signature.to_vec() }
    }

    /// Reads one certificate; nothing may follow it.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let structure = CertificateStructure::from_der(der)?;
        let tbs = TbsCertificate::from_der(&structure.tbs.to_der()?)?;
        let outside = SignatureAlgorithm::from_der(&structure.signature_algorithm.to_der()?)?;
        if outside != tbs.view.signature_algorithm {
            return Err(CertificateError::SignatureAlgorithmMismatch);
        }
        let signature = structure.signature.as_bytes().ok_or(KeyError::SignatureInvalid)?.to_vec();
        Ok(Self { der: der.to_vec(), tbs, signature })
    }

    /// Reads the first certificate of PEM text (RFC 7468 §5).
    ///
    /// # Errors
    /// [`CertificateError::Pem`], or those of [`Certificate::from_der`].
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        let (label, der) = der::pem::decode_vec(pem.as_bytes()).map_err(|_| CertificateError::Pem)?;
        if label != PEM_LABEL {
            return Err(CertificateError::Pem);
        }
        Self::from_der(&der)
    }

    /// The bytes as assembled or read.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// PEM text with LF line ends (RFC 7468 §5).
    pub fn to_pem(&self) -> String {
        der::pem::encode_string(PEM_LABEL, LineEnding::LF, &self.der)
            .expect("the encoder fails only where the length overflows an address")
    }

    /// The part that is signed.
    pub fn tbs(&self) -> &TbsCertificate {
        &self.tbs
    }

    /// Serial number, unique within the issuer.
    pub fn serial(&self) -> Serial {
        self.tbs.view.serial
    }

    /// The certified person, CA or server.
    pub fn subject(&self) -> &Name {
        &self.tbs.view.subject
    }

    /// The CA that signed the certificate.
    pub fn issuer(&self) -> &Name {
        &self.tbs.view.issuer
    }

    /// The period in which the certificate is valid.
    pub fn validity(&self) -> Validity {
        self.tbs.view.validity
    }

    /// The certified key.
    pub fn public_key(&self) -> &PublicKey {
        &self.tbs.view.public_key
    }

    /// Every `rfc822Name` of the subject alternative name.
    pub fn email_addresses(&self) -> &[String] {
        &self.tbs.view.email_addresses
    }

    /// The purposes of the extended key usage; `None` if the extension is absent, which verifiers read as "any".
    pub fn extended_key_usage(&self) -> Option<&[KeyPurpose]> {
        self.tbs.view.extended_key_usage.as_deref()
    }

    /// Whether basicConstraints has `cA` set.
    pub fn is_ca(&self) -> bool {
        self.tbs.view.is_ca
    }

    /// SHA-256 of the whole certificate.
    pub fn fingerprint_sha256(&self) -> [u8; 32] {
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(digest(&SHA256, &self.der).as_ref());
        fingerprint
    }

    /// How certificates and lists signed with this certificate's key name their issuer: by its subject and
    /// its subject key identifier if that has 20 octets, else the identifier computed from the key.
    pub fn issuer_identity(&self) -> IssuerIdentity {
        let mut identity = IssuerIdentity::new(self.subject().clone(), self.public_key());
        let stated = self.tbs.view.subject_key_identifier.as_deref();
        if let Some(stated) = stated.and_then(|octets| octets.try_into().ok()) {
            identity.key_identifier = stated;
        }
        identity
    }

    /// Checks the signature with the issuer's key, and nothing else: not names, validity and constraints.
    ///
    /// # Errors
    /// [`KeyError::SignatureInvalid`].
    pub fn verify_signature(&self, issuer: &PublicKey) -> Result<(), KeyError> {
        issuer.verify(self.tbs.as_der(), &self.signature, self.tbs.view.signature_algorithm)
    }
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}
