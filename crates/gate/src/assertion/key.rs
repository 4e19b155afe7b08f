//! A P-256 key in memory that signs assertions.

use crate::ports::{AssertionKey, AssertionKeys, AssertionSignError};
use aws_lc_rs::{
    digest,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use std::sync::Arc;

/// Octets of one coordinate of a P-256 point (RFC 7518 §6.2.1.2).
const COORDINATE_OCTETS: usize = 32;

/// The bytes are no key for assertions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("assertion key: expected an unencrypted PKCS#8 P-256 private key")]
pub struct AssertionKeyError;

/// One key, kept for the life of the process.
pub struct LocalAssertionKeys {
    key: Arc<LocalKey>,
    jwks: String,
}

struct LocalKey {
    pair: EcdsaKeyPair,
    id: String,
}

/// The members of a key's thumbprint, in its order (RFC 7638 §3.2).
#[derive(Serialize)]
struct Thumbprint<'a> {
    crv: &'static str,
    kty: &'static str,
    x: &'a str,
    y: &'a str,
}

/// A public key (RFC 7517 §4, RFC 7518 §6.2.1).
#[derive(Serialize)]
struct Jwk<'a> {
    kty: &'static str,
    crv: &'static str,
    x: &'a str,
    y: &'a str,
    #[serde(rename = "use")]
    purpose: &'static str,
    alg: &'static str,
    kid: &'a str,
}

/// RFC 7517 §5.
#[derive(Serialize)]
struct JwkSet<'a> {
    keys: [Jwk<'a>; 1],
}

impl LocalAssertionKeys {
    /// Reads an unencrypted PKCS#8 `PrivateKeyInfo` (RFC 5208 §5) of a P-256 key.
    ///
    /// # Errors
    /// [`AssertionKeyError`] for anything else.
    pub fn from_pkcs8_der(der: &[u8]) -> Result<Self, AssertionKeyError> {
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map_err(|_| AssertionKeyError)?;
        // An uncompressed point (SEC 1 §2.3.3): 4, then both coordinates.
        let Some((4, coordinates)) = pair.public_key().as_ref().split_first() else {
            return Err(AssertionKeyError);
        };
        let (x, y) = coordinates.split_at_checked(COORDINATE_OCTETS).ok_or(AssertionKeyError)?;
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let (kty, crv) = ("EC", "P-256");
        let thumbprint = json(&Thumbprint { crv, kty, x: &x, y: &y })?;
        let id = URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, thumbprint.as_bytes()));
        let jwk = Jwk { kty, crv, x: &x, y: &y, purpose: "sig", alg: "ES256", kid: &id };
        let jwks = json(&JwkSet { keys: [jwk] })?;
        Ok(Self { key: Arc::new(LocalKey { pair, id }), jwks })
    }
}

fn json(value: &impl Serialize) -> Result<String, AssertionKeyError> {
    serde_json::to_string(value).map_err(|_| AssertionKeyError)
}

impl AssertionKeys for LocalAssertionKeys {
    fn current(&self) -> Arc<dyn AssertionKey> {
        Arc::clone(&self.key) as _
    }

    fn jwks(&self) -> String {
        self.jwks.clone()
    }
}

impl AssertionKey for LocalKey {
    fn id(&self) -> &str {
        &self.id
    }

    fn sign(&self, message: &[u8]) -> Result<[u8; 64], AssertionSignError> {
        let failed = || AssertionSignError("p-256 signature".into());
        let signature = self.pair.sign(&SystemRandom::new(), message).map_err(|_| failed())?;
        signature.as_ref().try_into().map_err(|_| failed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::{KeyAlgorithm, PrivateKey};

    fn key(algorithm: KeyAlgorithm) -> Result<LocalAssertionKeys, AssertionKeyError> {
        let pkcs8 = PrivateKey::generate(algorithm).unwrap().to_pkcs8_der().unwrap();
        LocalAssertionKeys::from_pkcs8_der(&pkcs8)
    }

    #[test]
    fn only_a_p256_key_signs_assertions() {
        assert!(key(KeyAlgorithm::EcdsaP256).is_ok());
        assert!(key(KeyAlgorithm::EcdsaP384).is_err());
        assert!(LocalAssertionKeys::from_pkcs8_der(b"none").is_err());
    }

    #[test]
    fn the_set_holds_the_signing_key_and_nothing_private() {
        let keys = key(KeyAlgorithm::EcdsaP256).unwrap();
        let set: serde_json::Value = serde_json::from_str(&keys.jwks()).unwrap();
        let key = set["keys"][0].as_object().unwrap();
        assert_eq!(key["kid"], keys.current().id());
        let mut members: Vec<_> = key.keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    }
}
