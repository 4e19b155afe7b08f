//! Signed content (RFC 5652 §5): what is signed stays inside, beside the signer's certificate and those above it.
//!
//! ```text
//! UnsignedContent::prepare → as_der → (signed elsewhere) → assemble → ContentInfo, DER
//! ```
//!
//! **Invariant:** the signature covers the attributes, which hold the content's digest: the bytes that
//! [`UnsignedContent::as_der`] gives are the bytes that stand in the assembled value (RFC 5652 §5.4).

use aws_lc_rs::digest::{SHA256, SHA384, digest};
use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use const_oid::ObjectIdentifier;
use const_oid::db::rfc5911::{ID_CONTENT_TYPE, ID_DATA, ID_MESSAGE_DIGEST, ID_SIGNED_DATA, ID_SIGNING_TIME};
use const_oid::db::rfc5912::{ID_SHA_256, ID_SHA_384};
use der::asn1::{OctetString, SetOfVec};
use der::{Any, Decode, Encode};
use spki::AlgorithmIdentifierOwned;
use x509_cert::attr::{Attribute, Attributes};

use crate::validity::time_der;
use crate::{Certificate, SignatureAlgorithm, ValidityError};

#[cfg(test)]
mod tests;

/// Why content cannot be prepared for its signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CmsError {
    /// The time of signing is outside the years 1970 to 9999.
    #[error(transparent)]
    Validity(#[from] ValidityError),
    /// A value cannot be encoded.
    #[error("signed content: a value cannot be encoded")]
    Encoding(#[from] der::Error),
}

/// Content that waits for its signature.
#[derive(Debug, Clone)]
pub struct UnsignedContent {
    content: Vec<u8>,
    signer: Certificate,
    attributes: Attributes,
    attributes_der: Vec<u8>,
}

impl UnsignedContent {
    /// Content that the holder of `signer` signs at this moment, in seconds since 1970.
    ///
    /// # Errors
    /// [`CmsError`].
    pub fn prepare(content: Vec<u8>, signer: Certificate, unix_seconds: i64) -> Result<Self, CmsError> {
        let hash = match signer.public_key().algorithm().signature_algorithm() {
            SignatureAlgorithm::EcdsaSha384 => digest(&SHA384, &content),
            SignatureAlgorithm::EcdsaSha256 | SignatureAlgorithm::RsaPkcs1Sha256 => digest(&SHA256, &content),
        };
        let attributes = SetOfVec::from_iter([
            attribute(ID_CONTENT_TYPE, &ID_DATA.to_der()?)?,
            attribute(ID_SIGNING_TIME, &time_der(unix_seconds)?)?,
            attribute(ID_MESSAGE_DIGEST, &OctetString::new(hash.as_ref())?.to_der()?)?,
        ])?;
        Ok(Self { attributes_der: attributes.to_der()?, content, signer, attributes })
    }

    /// The bytes to sign with the key of the signer's certificate, see [`crate::PrivateKey::sign`].
    pub fn as_der(&self) -> &[u8] {
        &self.attributes_der
    }

    /// Frames content, certificates and signature; `chain` is what stands above the signer's certificate.
    ///
    /// # Errors
    /// [`CmsError::Encoding`].
    pub fn assemble(self, signature: &[u8], chain: &[Certificate]) -> Result<Vec<u8>, CmsError> {
        let algorithm = self.signer.public_key().algorithm().signature_algorithm();
        let digest_algorithm = digest_algorithm(algorithm);
        let signer = x509_cert::Certificate::from_der(self.signer.as_der())?;
        let identifier = IssuerAndSerialNumber {
            issuer: signer.tbs_certificate().issuer().clone(),
            serial_number: signer.tbs_certificate().serial_number().clone(),
        };
        let signer_info = SignerInfo {
            version: CmsVersion::V1,
            sid: SignerIdentifier::IssuerAndSerialNumber(identifier),
            digest_alg: digest_algorithm.clone(),
            signed_attrs: Some(self.attributes),
            signature_algorithm: Decode::from_der(algorithm.as_der())?,
            signature: OctetString::new(signature)?,
            unsigned_attrs: None,
        };
        let mut certificates = vec![CertificateChoices::Certificate(signer)];
        for certificate in chain {
            certificates.push(CertificateChoices::Certificate(Decode::from_der(certificate.as_der())?));
        }
        let signed_data = SignedData {
            version: CmsVersion::V1,
            digest_algorithms: SetOfVec::from_iter([digest_algorithm])?,
            encap_content_info: EncapsulatedContentInfo {
                econtent_type: ID_DATA,
                econtent: Some(Any::encode_from(&OctetString::new(self.content)?)?),
            },
            certificates: Some(CertificateSet::try_from(certificates)?),
            crls: None,
            signer_infos: SignerInfos(SetOfVec::from_iter([signer_info])?),
        };
        let content = Any::encode_from(&signed_data)?;
        Ok(ContentInfo { content_type: ID_SIGNED_DATA, content }.to_der()?)
    }
}

/// Parameters are absent (RFC 5754 §2).
fn digest_algorithm(algorithm: SignatureAlgorithm) -> AlgorithmIdentifierOwned {
    let oid = match algorithm {
        SignatureAlgorithm::EcdsaSha384 => ID_SHA_384,
        SignatureAlgorithm::EcdsaSha256 | SignatureAlgorithm::RsaPkcs1Sha256 => ID_SHA_256,
    };
    AlgorithmIdentifierOwned { oid, parameters: None }
}

fn attribute(oid: ObjectIdentifier, value_der: &[u8]) -> der::Result<Attribute> {
    Ok(Attribute { oid, values: SetOfVec::from_iter([Any::from_der(value_der)?])? })
}
