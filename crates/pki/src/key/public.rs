//! Public keys: read through the allow-list, identified, used to verify.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, UnparsedPublicKey};
use const_oid::db::rfc5912::{ID_EC_PUBLIC_KEY, RSA_ENCRYPTION, SECP_256_R_1, SECP_384_R_1};
use der::asn1::{AnyRef, UintRef};
use der::{Decode, Sequence};
use spki::SubjectPublicKeyInfoRef;

use super::{KeyError, PublicKeyAlgorithm, SignatureAlgorithm};

/// Shortest RSA modulus, bits.
const RSA_MODULUS_BITS_MIN: usize = 2048;
/// Longest RSA modulus, bits: longer ones only make every verification slow.
const RSA_MODULUS_BITS_MAX: usize = 4096;
/// Smallest RSA exponent (NIST SP 800-89 §5.3.3).
const RSA_EXPONENT_MIN: u64 = 65_537;
/// Largest RSA exponent: larger ones only make verification slow.
const RSA_EXPONENT_MAX: u64 = 1 << 32;

/// A public key that passed the allow-list: P-256, P-384, or RSA with 2048 to 4096 bits.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    spki_der: Vec<u8>,
    /// Content of `subjectPublicKey` without the octet that counts unused bits.
    bits: Vec<u8>,
    algorithm: PublicKeyAlgorithm,
}

/// `RSAPublicKey` (RFC 8017 appendix A.1.1).
#[derive(Sequence)]
struct RsaPublicKey<'a> {
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
}

impl PublicKey {
    /// Reads and checks a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).
    ///
    /// # Errors
    /// [`KeyError`]: unreadable, outside the allow-list, not a point of its curve, or unsafe RSA numbers.
    pub fn from_spki_der(der: &[u8]) -> Result<Self, KeyError> {
        let spki = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| KeyError::Malformed)?;
        let subject_public_key = spki.subject_public_key.as_bytes().ok_or(KeyError::Malformed)?;
        let algorithm = match spki.algorithm.oid {
            ID_EC_PUBLIC_KEY => {
                let curve = spki.algorithm.parameters_oid().map_err(|_| KeyError::AlgorithmNotAllowed)?;
                match curve {
                    SECP_256_R_1 => PublicKeyAlgorithm::EcdsaP256,
                    SECP_384_R_1 => PublicKeyAlgorithm::EcdsaP384,
                    _ => return Err(KeyError::AlgorithmNotAllowed),
                }
            }
            // RFC 3279 §2.3.1: the parameters are NULL.
            RSA_ENCRYPTION if spki.algorithm.parameters.is_some_and(AnyRef::is_null) => {
                PublicKeyAlgorithm::Rsa { modulus_bits: check_rsa(subject_public_key)? }
            }
            _ => return Err(KeyError::AlgorithmNotAllowed),
        };
        check_point(algorithm, subject_public_key)?;
        Ok(Self { spki_der: der.to_vec(), bits: subject_public_key.to_vec(), algorithm })
    }

    /// The `SubjectPublicKeyInfo` as it was read.
    pub fn as_spki_der(&self) -> &[u8] {
        &self.spki_der
    }

    /// The kind of this key.
    pub fn algorithm(&self) -> PublicKeyAlgorithm {
        self.algorithm
    }

    /// The leftmost 160 bits of the SHA-256 of the `subjectPublicKey` (RFC 7093 §2 method 1): unique within
    /// the hierarchy without SHA-1.
    pub fn key_identifier(&self) -> [u8; 20] {
        let hash = digest(&SHA256, &self.bits);
        let mut identifier = [0; 20];
        identifier.copy_from_slice(&hash.as_ref()[..20]);
        identifier
    }

    /// Checks a `signatureValue` over `message`.
    ///
    /// # Errors
    /// [`KeyError::SignatureInvalid`], also if algorithm and key do not belong together.
    pub fn verify(
        &self,
        message: &[u8],
        signature: &[u8],
        signature_algorithm: SignatureAlgorithm,
    ) -> Result<(), KeyError> {
        let verification =
            self.algorithm.verification(signature_algorithm).ok_or(KeyError::SignatureInvalid)?;
        UnparsedPublicKey::new(verification, &self.bits)
            .verify(message, signature)
            .map_err(|_| KeyError::SignatureInvalid)
    }
}

/// The first octet of an uncompressed point (SEC 1 §2.3.3); RFC 5480 §2.2 lets verifiers refuse compressed ones.
const UNCOMPRESSED_POINT: u8 = 0x04;

fn check_point(algorithm: PublicKeyAlgorithm, point: &[u8]) -> Result<(), KeyError> {
    let curve = match algorithm {
        PublicKeyAlgorithm::EcdsaP256 => &ECDSA_P256_SHA256_ASN1,
        PublicKeyAlgorithm::EcdsaP384 => &ECDSA_P384_SHA384_ASN1,
        PublicKeyAlgorithm::Rsa { .. } => return Ok(()),
    };
    if point.first() != Some(&UNCOMPRESSED_POINT) {
        return Err(KeyError::PointInvalid);
    }
    UnparsedPublicKey::new(curve, point).parse().map_err(|_| KeyError::PointInvalid)?;
    Ok(())
}

/// The length of the modulus in bits, if modulus and exponent are safe.
fn check_rsa(subject_public_key: &[u8]) -> Result<usize, KeyError> {
    let key = RsaPublicKey::from_der(subject_public_key).map_err(|_| KeyError::Malformed)?;
    let modulus = key.modulus.as_bytes();
    let (Some(first), Some(last)) = (modulus.first(), modulus.last()) else {
        return Err(KeyError::Malformed);
    };
    let bits = modulus.len() * 8 - first.leading_zeros() as usize;
    let odd = last & 1 == 1;
    if !odd || !(RSA_MODULUS_BITS_MIN..=RSA_MODULUS_BITS_MAX).contains(&bits) {
        return Err(KeyError::ModulusNotAllowed { bits });
    }
    let exponent = key.public_exponent.as_bytes();
    if exponent.len() > size_of::<u64>() {
        return Err(KeyError::ExponentNotAllowed);
    }
    let exponent = exponent.iter().fold(0_u64, |value, octet| value << 8 | u64::from(*octet));
    if exponent & 1 == 0 || !(RSA_EXPONENT_MIN..=RSA_EXPONENT_MAX).contains(&exponent) {
        return Err(KeyError::ExponentNotAllowed);
    }
    Ok(bits)
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PublicKey").field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
