//! The supported keys and the signatures that they make.

use super::KeyError;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA384_ASN1, ECDSA_P384_SHA256_ASN1, ECDSA_P384_SHA384_ASN1,
    RSA_PKCS1_2048_8192_SHA256, VerificationAlgorithm,
};

/// The kind of a new key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyAlgorithm {
    /// NIST P-256 (secp256r1): the default for people.
    EcdsaP256,
    /// NIST P-384 (secp384r1).
    EcdsaP384,
    /// RSA with a modulus of 2048 bits. Generation takes around 100 ms of CPU: never inline.
    Rsa2048,
    /// RSA with a modulus of 3072 bits. Generation takes around 250 ms of CPU: never inline.
    Rsa3072,
    /// RSA with a modulus of 4096 bits. Generation takes around a second of CPU: never inline.
    Rsa4096,
}

/// The kind of a checked public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PublicKeyAlgorithm {
    /// NIST P-256 (secp256r1).
    EcdsaP256,
    /// NIST P-384 (secp384r1).
    EcdsaP384,
    /// RSA.
    Rsa {
        /// Length of the modulus in bits, 2048 to 4096.
        modulus_bits: usize,
    },
}

/// The signature algorithm of a certificate, request or revocation list (RFC 5280 §4.1.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// `ecdsa-with-SHA256`, parameters absent (RFC 5758 §3.2).
    EcdsaSha256,
    /// `ecdsa-with-SHA384`, parameters absent (RFC 5758 §3.2).
    EcdsaSha384,
    /// `sha256WithRSAEncryption`, PKCS#1 v1.5, parameters NULL (RFC 4055 §5).
    RsaPkcs1Sha256,
}

impl KeyAlgorithm {
    /// All kinds, in the order in which forms offer them.
    pub const ALL: [Self; 5] =
        [Self::EcdsaP256, Self::EcdsaP384, Self::Rsa2048, Self::Rsa3072, Self::Rsa4096];

    /// The kind of the public halves.
    pub fn public(self) -> PublicKeyAlgorithm {
        match self {
            Self::EcdsaP256 => PublicKeyAlgorithm::EcdsaP256,
            Self::EcdsaP384 => PublicKeyAlgorithm::EcdsaP384,
            Self::Rsa2048 => PublicKeyAlgorithm::Rsa { modulus_bits: 2048 },
            Self::Rsa3072 => PublicKeyAlgorithm::Rsa { modulus_bits: 3072 },
            Self::Rsa4096 => PublicKeyAlgorithm::Rsa { modulus_bits: 4096 },
        }
    }
}

impl PublicKeyAlgorithm {
    /// The signature algorithm for keys of this kind.
    pub fn signature_algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::EcdsaP256 => SignatureAlgorithm::EcdsaSha256,
            Self::EcdsaP384 => SignatureAlgorithm::EcdsaSha384,
            Self::Rsa { .. } => SignatureAlgorithm::RsaPkcs1Sha256,
        }
    }

    /// `None` if key and signature do not belong together. Common tools put P-384 with SHA-256 and P-256 with
    /// SHA-384 into requests, so both verify although this crate never makes them.
    pub(super) fn verification(
        self,
        signature_algorithm: SignatureAlgorithm,
    ) -> Option<&'static dyn VerificationAlgorithm> {
        match (self, signature_algorithm) {
            (Self::EcdsaP256, SignatureAlgorithm::EcdsaSha256) => Some(&ECDSA_P256_SHA256_ASN1),
            (Self::EcdsaP256, SignatureAlgorithm::EcdsaSha384) => Some(&ECDSA_P256_SHA384_ASN1),
            (Self::EcdsaP384, SignatureAlgorithm::EcdsaSha256) => Some(&ECDSA_P384_SHA256_ASN1),
            (Self::EcdsaP384, SignatureAlgorithm::EcdsaSha384) => Some(&ECDSA_P384_SHA384_ASN1),
            (Self::Rsa { .. }, SignatureAlgorithm::RsaPkcs1Sha256) => Some(&RSA_PKCS1_2048_8192_SHA256),
            _ => None,
        }
    }
}

impl SignatureAlgorithm {
    /// `AlgorithmIdentifier`, with the parameters that the RFCs cited at the variants require.
    pub(crate) fn as_der(self) -> &'static [u8] {
        match self {
            Self::EcdsaSha256 => b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02",
            Self::EcdsaSha384 => b"\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03",
            Self::RsaPkcs1Sha256 => b"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00",
        }
    }

    /// Reads an `AlgorithmIdentifier`.
    ///
    /// # Errors
    /// [`KeyError::AlgorithmNotAllowed`] for any other algorithm or parameter.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self, KeyError> {
        [Self::EcdsaSha256, Self::EcdsaSha384, Self::RsaPkcs1Sha256]
            .into_iter()
            .find(|algorithm| algorithm.as_der() == der)
            .ok_or(KeyError::AlgorithmNotAllowed)
    }
}
