//! Certificate signing requests (PKCS#10, RFC 2986 §4), for keys that were made elsewhere.
//!
//! **Invariant:** a `CertificateSigningRequest` exists only with proof of possession: its signature verified, with the
//! key in it, over the very bytes that were received.
//!
//! Subject and attributes of a request are not read: what stands in a certificate comes from our own records.

use der::asn1::{AnyRef, BitStringRef};
use der::{Decode, Encode, Sequence};

use crate::{KeyError, PublicKey, SignatureAlgorithm};

#[cfg(test)]
mod tests;

/// Longest request that is read, octets: an RSA-4096 key with generous attributes.
pub const CSR_BYTES_MAX: usize = 16 * 1024;

/// `NEW` stands in what some older tools write (RFC 7468 §7).
const PEM_LABELS: [&str; 2] = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"];

/// A request whose sender holds the private key.
#[derive(Debug, Clone)]
pub struct CertificateSigningRequest {
    public_key: PublicKey,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CsrError {
    /// More than [`CSR_BYTES_MAX`] octets.
    #[error("certificate signing request: longer than {CSR_BYTES_MAX} bytes")]
    TooLong,
    /// No PEM, or PEM of something else.
    #[error("certificate signing request: not a PEM certificate request")]
    Pem,
    /// No DER of the expected structure.
    #[error("certificate signing request: not readable")]
    Malformed(#[from] der::Error),
    /// Key or algorithm outside the allow-list, or a signature that does not verify.
    #[error("certificate signing request refused")]
    Key(#[from] KeyError),
}

/// `CertificationRequest`; `info` stays undecoded for the signature's sake.
#[derive(Sequence)]
struct RequestStructure<'a> {
    info: AnyRef<'a>,
    signature_algorithm: AnyRef<'a>,
    signature: BitStringRef<'a>,
}

/// `CertificationRequestInfo`
#[derive(Sequence)]
struct InfoStructure<'a> {
    version: u8,
    subject: AnyRef<'a>,
    public_key: AnyRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", optional = "true")]
    attributes: Option<AttributesContent<'a>>,
}

/// Attributes are skipped: a set of whatever.
type AttributesContent<'a> = der::asn1::SetOfVec<AnyRef<'a>>;

impl CertificateSigningRequest {
    /// Reads a request and verifies that its sender holds the key.
    ///
    /// # Errors
    /// [`CsrError`].
    pub fn from_der(der: &[u8]) -> Result<Self, CsrError> {
        if der.len() > CSR_BYTES_MAX {
            return Err(CsrError::TooLong);
        }
        let request = RequestStructure::from_der(der)?;
        let info_der = request.info.to_der()?;
        let info = InfoStructure::from_der(&info_der)?;
        let public_key = PublicKey::from_spki_der(&info.public_key.to_der()?)?;
        let algorithm = SignatureAlgorithm::from_der(&request.signature_algorithm.to_der()?)?;
        let signature = request.signature.as_bytes().ok_or(KeyError::SignatureInvalid)?;
        public_key.verify(&info_der, signature, algorithm)?;
        Ok(Self { public_key })
    }

    /// Reads PEM text (RFC 7468 §7); see [`CertificateSigningRequest::from_der`].
    ///
    /// # Errors
    /// [`CsrError`].
    pub fn from_pem(pem: &str) -> Result<Self, CsrError> {
        // Base64 takes four characters for three octets, plus line ends and the two boundary lines.
        if pem.len() > 2 * CSR_BYTES_MAX {
            return Err(CsrError::TooLong);
        }
        let (label, der) = der::pem::decode_vec(pem.as_bytes()).map_err(|_| CsrError::Pem)?;
        if !PEM_LABELS.contains(&label) {
            return Err(CsrError::Pem);
        }
        Self::from_der(&der)
    }

    /// The key that the sender holds.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }
}
