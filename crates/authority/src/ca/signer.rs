//! The CA keys: made, opened, kept and used here and nowhere else.
//!
//! **Invariant:** a certificate is signed only from a [`Recorded`] value, which only the store makes,
//! after its commit.
//!
//! **Invariant:** at rest a CA key is sealed under the key-encryption key and bound to its issuer's id. Opened keys
//! stay in this module, at most [`OPENED_MAX`], and are wiped when they leave it.
//!
//! **Invariant:** an opened key signs only while it is the one on record, which is looked at for each signature.

use super::{CheckedKey, Prepared};
use crate::{
    Authority, Unavailable,
    seal::{Seal, SealedKind},
};
use domain::id::IssuerId;
use pki::{Certificate, Crl, KeyAlgorithm, PrivateKey, TbsCrl};
use quick_cache::sync::Cache;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use store::Recorded;

/// Opened keys that are kept; beyond it those that sign least often are opened anew.
const OPENED_MAX: usize = 256;

/// A new CA key: its public half, and the private half as it will rest.
pub(super) struct NewKey {
    pub(super) checked: CheckedKey,
    pub(super) sealed: Vec<u8>,
}

/// The opened keys.
pub(crate) struct Signer {
    opened: Cache<IssuerId, Arc<Opened>>,
    openings: AtomicU64,
}

/// An opened key, which the cryptographic library wipes when it is dropped.
struct Opened {
    /// What it was opened from.
    sealed: Vec<u8>,
    key: PrivateKey,
}

impl Default for Signer {
    fn default() -> Self {
        Self { opened: Cache::new(OPENED_MAX), openings: AtomicU64::default() }
    }
}

impl Signer {
    /// The key that rests as `sealed`, opened at most once while it is kept.
    fn key(&self, seal: &Seal, issuer: IssuerId, sealed: &[u8]) -> Result<Arc<Opened>, Unavailable> {
        let open = || -> Result<Arc<Opened>, Unavailable> {
            let plain = seal.open(SealedKind::IssuerKey, issuer.as_bytes(), sealed)?;
            let _before = self.openings.fetch_add(1, Ordering::Relaxed);
            Ok(Arc::new(Opened { sealed: sealed.to_vec(), key: PrivateKey::from_pkcs8_der(&plain)? }))
        };
        let kept = self.opened.get_or_insert_with(&issuer, open)?;
        if kept.sealed == sealed {
            return Ok(kept);
        }
        let replacement = open()?;
        self.opened.insert(issuer, Arc::clone(&replacement));
        Ok(replacement)
    }
}

impl Authority {
    /// Makes a key for the issuer `id`, sealed at once.
    pub(super) fn new_issuer_key(
        &self,
        id: IssuerId,
        algorithm: KeyAlgorithm,
    ) -> Result<NewKey, Unavailable> {
        let key = PrivateKey::generate(algorithm)?;
        let sealed = self.seal().seal(SealedKind::IssuerKey, id.as_bytes(), &key.to_pkcs8_der()?)?;
        Ok(NewKey { checked: CheckedKey::made_here(&key), sealed })
    }

    /// Signs what is on record.
    pub(crate) async fn sign_certificate(
        &self,
        recorded: Recorded<Prepared>,
    ) -> Result<Certificate, Unavailable> {
        let Prepared { tbs, key, .. } = recorded.into_prepared();
        let signature = self.sign_as(key.issuer, tbs.as_der()).await?;
        Ok(tbs.assemble(&signature))
    }

    /// Signs a revocation list.
    pub(crate) async fn sign_crl(&self, issuer: IssuerId, list: &TbsCrl) -> Result<Crl, Unavailable> {
        let signature = self.sign_as(issuer, list.as_der()).await?;
        Ok(list.assemble(&signature))
    }

    async fn sign_as(&self, issuer: IssuerId, message: &[u8]) -> Result<Vec<u8>, Unavailable> {
        let sealed = self.store().read().await?.issuer_key_sealed(issuer).await?;
        let sealed =
            sealed.ok_or_else(|| Unavailable::because(format!("issuer {issuer}: no key on record")))?;
        Ok(self.inner.signer.key(self.seal(), issuer, &sealed)?.key.sign(message)?)
    }

    /// How many CA keys were opened since the start; signatures are many more.
    pub fn ca_key_openings(&self) -> u64 {
        self.inner.signer.openings.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest(seal: &Seal, issuer: IssuerId) -> (PrivateKey, Vec<u8>) {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let sealed = seal.seal(SealedKind::IssuerKey, issuer.as_bytes(), &key.to_pkcs8_der().unwrap());
        (key, sealed.unwrap())
    }

    fn issuer(number: usize) -> IssuerId {
        IssuerId::from_slice(&(number as u128).to_be_bytes()).unwrap()
    }

    #[test]
    fn a_replaced_key_is_opened_anew_and_the_former_one_serves_no_more() {
        let (seal, signer, id) = (Seal::new(&[7; 32]), Signer::default(), issuer(1));
        let (former, former_sealed) = rest(&seal, id);
        let (present, present_sealed) = rest(&seal, id);
        let serves = |sealed: &[u8], key: &PrivateKey| {
            let served = signer.key(&seal, id, sealed).unwrap();
            assert_eq!(served.key.public_key(), key.public_key());
        };
        serves(&former_sealed, &former);
        serves(&former_sealed, &former);
        assert_eq!(signer.openings.load(Ordering::Relaxed), 1);
        serves(&present_sealed, &present);
        serves(&present_sealed, &present);
        assert_eq!(signer.openings.load(Ordering::Relaxed), 2);
        assert_eq!(signer.opened.len(), 1, "the former one is wiped");
    }

    #[test]
    fn a_key_of_another_issuer_does_not_open() {
        let (seal, signer) = (Seal::new(&[7; 32]), Signer::default());
        let (_, sealed) = rest(&seal, issuer(1));
        assert!(signer.key(&seal, issuer(2), &sealed).is_err());
        assert!(signer.opened.is_empty());
    }

    #[test]
    fn no_more_keys_are_kept_than_the_bound_says() {
        let (seal, signer) = (Seal::new(&[7; 32]), Signer::default());
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap().to_pkcs8_der().unwrap();
        for id in (0..2 * OPENED_MAX).map(issuer) {
            let sealed = seal.seal(SealedKind::IssuerKey, id.as_bytes(), &key).unwrap();
            let _served = signer.key(&seal, id, &sealed).unwrap();
        }
        assert!(signer.opened.len() <= OPENED_MAX);
    }
}
