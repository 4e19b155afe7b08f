//! Keys and signatures: ECDSA on P-256 and P-384, RSA PKCS#1 v1.5 with SHA-256.
//!
//! **Invariant:** a [`PublicKey`] has passed the allow-list, so every certified key and every verifying key
//! is on it. **Invariant:** nothing prints a private key; its encoded form lives only in wiped memory.

mod algorithm;
mod private;
mod public;
#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::rsa_spki;

pub use algorithm::{KeyAlgorithm, PublicKeyAlgorithm, SignatureAlgorithm};
pub use private::PrivateKey;
pub use public::PublicKey;

/// Why a key or a signature cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Bytes that are no `SubjectPublicKeyInfo` or no PKCS#8 structure.
    #[error("key: not readable")]
    Malformed,
    /// An algorithm, curve or parameter outside the allow-list.
    #[error("key: algorithm not allowed; use EC P-256, EC P-384 or RSA with 2048 to 4096 bits")]
    AlgorithmNotAllowed,
    /// A point that is not on its curve, or not in uncompressed form.
    #[error("key: not a point of its curve in uncompressed form")]
    PointInvalid,
    /// An RSA modulus shorter than 2048 or longer than 4096 bits, or even.
    #[error("key: rsa modulus of {bits} bits is not allowed; use 2048 to 4096")]
    ModulusNotAllowed {
        /// Length of the modulus in bits.
        bits: usize,
    },
    /// An RSA exponent that is even, below 65,537 or above 2³².
    #[error("key: rsa exponent is not allowed; use 65537")]
    ExponentNotAllowed,
    /// The cryptographic library could not generate, encode or sign.
    #[error("key: the cryptographic library failed")]
    Library,
    /// A signature that does not fit its message, key or algorithm.
    #[error("signature: does not verify")]
    SignatureInvalid,
}
