//! What a certificate or revocation list states about its signer.

use crate::{Name, PublicKey, SignatureAlgorithm};

/// A CA as its products name it. The private key may be anywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerIdentity {
    /// The issuer field.
    pub name: Name,
    /// The value of the authority key identifier.
    pub key_identifier: [u8; 20],
    /// The signature's algorithm, inside and outside.
    pub signature_algorithm: SignatureAlgorithm,
}

impl IssuerIdentity {
    /// The identity of a CA with this name and key; for a self-signed certificate, its own subject and key.
    pub fn new(name: Name, public_key: &PublicKey) -> Self {
        Self {
            name,
            key_identifier: public_key.key_identifier(),
            signature_algorithm: public_key.algorithm().signature_algorithm(),
        }
    }
}
