//! The key of a certificate.

use pki::{KeyError, PrivateKey, PublicKey, SignatureAlgorithm};

/// A public key whose private half is proved to belong to the certificate's subject.
///
/// **Invariant:** each constructor checks this itself.
#[derive(Debug, Clone)]
pub struct CheckedKey(PublicKey);

impl CheckedKey {
    /// The key of a pair made here, which is delivered with the certificate or kept for the authority's own use.
    pub fn made_here(pair: &PrivateKey) -> Self {
        Self(pair.public_key().clone())
    }

    /// The key of a pair made elsewhere: its private half has signed the request that names it (RFC 2986 §3).
    ///
    /// # Errors
    /// [`KeyError::SignatureInvalid`].
    pub fn proved(
        key: PublicKey,
        request: &[u8],
        signature: &[u8],
        algorithm: SignatureAlgorithm,
    ) -> Result<Self, KeyError> {
        key.verify(request, signature, algorithm)?;
        Ok(Self(key))
    }

    pub(crate) fn public(&self) -> &PublicKey {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::KeyAlgorithm;

    #[test]
    fn a_key_made_elsewhere_counts_only_with_a_signature_of_its_own_over_the_request() {
        let [own, strangers] = [(); 2].map(|()| PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap());
        let prove = |request: &[u8], signer: &PrivateKey| {
            let signature = signer.sign(b"request").unwrap();
            CheckedKey::proved(own.public_key().clone(), request, &signature, own.signature_algorithm())
        };
        assert_eq!(prove(b"request", &own).unwrap().public(), own.public_key());
        assert_eq!(prove(b"request", &strangers).unwrap_err(), KeyError::SignatureInvalid);
        assert_eq!(prove(b"another request", &own).unwrap_err(), KeyError::SignatureInvalid);
    }
}
