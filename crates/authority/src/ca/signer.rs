//! The CA keys: made, opened, kept and used here and nowhere else.
//!
//! **Invariant:** a certificate is signed only from a [`Recorded`] value, which only the store makes, after
//! its commit.
//!
//! **Invariant:** at rest a CA key is sealed under the key-encryption key and bound to its issuer's id.
//! Opened keys stay in this module, at most [`OPENED_MAX`], and are wiped when they leave it.
//!
//! **Invariant:** an opened key signs only while it is the key on record, which each signature checks.

use super::{Ca, CheckedKey, Prepared};
use crate::{Unavailable, sealer::Sealer};
use domain::id::IssuerId;
use pki::{Certificate, Crl, KeyAlgorithm, PrivateKey, TbsCrl};
use quick_cache::sync::Cache;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};
use store::Recorded;

/// The most opened keys that are kept; beyond it the keys that sign least often are opened anew.
const OPENED_MAX: usize = 256;

/// A new CA key: its public half, and the sealed private half.
pub(super) struct NewKey {
    pub(super) checked: CheckedKey,
    pub(super) sealed: Vec<u8>,
}

/// The opened keys, and the key that opens them.
pub(crate) struct Signer {
    keys: Sealer,
    opened: Cache<IssuerId, Arc<Opened>>,
    openings: AtomicU64,
}

/// An opened key, which the cryptographic library wipes when it is dropped.
struct Opened {
    /// The sealed bytes it was opened from.
    sealed: Vec<u8>,
    key: PrivateKey,
}

impl Signer {
    /// `keys` seals CA keys.
    pub(crate) fn new(keys: Sealer) -> Self {
        Self { keys, opened: Cache::new(OPENED_MAX), openings: AtomicU64::default() }
    }

    /// Makes a key for the issuer `id`, sealed at once.
    pub(super) fn new_key(&self, id: IssuerId, algorithm: KeyAlgorithm) -> Result<NewKey, Unavailable> {
        let key = PrivateKey::generate(algorithm)?;
        let sealed = self.keys.seal(id.as_bytes(), &key.to_pkcs8_der()?)?;
        Ok(NewKey { checked: CheckedKey::made_here(&key), sealed })
    }

    /// How many CA keys were opened since the start; there are many more signatures.
    pub(crate) fn openings(&self) -> u64 {
        self.openings.load(Ordering::Relaxed)
    }

    /// The key sealed as `sealed`, opened at most once while it is kept.
    fn key(&self, issuer: IssuerId, sealed: &[u8]) -> Result<Arc<Opened>, Unavailable> {
        let open = || -> Result<Arc<Opened>, Unavailable> {
            let plain = self.keys.open(issuer.as_bytes(), sealed)?;
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

impl Ca {
    /// Signs a recorded certificate.
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
        let sealed = self.core.read().await?.issuer_key_sealed(issuer).await?;
        let sealed =
            sealed.ok_or_else(|| Unavailable::because(format!("issuer {issuer}: no key on record")))?;
        Ok(self.signer.key(issuer, &sealed)?.key.sign(message)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seal::{Seal, SealedKind};

    fn keys() -> Sealer {
        Sealer::new(&Arc::new(Seal::new(&[7; 32])), SealedKind::IssuerKey)
    }

    fn rest(keys: &Sealer, issuer: IssuerId) -> (PrivateKey, Vec<u8>) {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
        let sealed = keys.seal(issuer.as_bytes(), &key.to_pkcs8_der().unwrap());
        (key, sealed.unwrap())
    }

    fn issuer(number: usize) -> IssuerId {
        IssuerId::from_slice(&(number as u128).to_be_bytes()).unwrap()
    }

    #[test]
    fn a_replaced_key_is_opened_anew_and_the_former_one_serves_no_more() {
        let (keys, signer, id) = (keys(), Signer::new(keys()), issuer(1));
        let (former, former_sealed) = rest(&keys, id);
        let (present, present_sealed) = rest(&keys, id);
        let serves = |sealed: &[u8], key: &PrivateKey| {
            let served = signer.key(id, sealed).unwrap();
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
        let (keys, signer) = (keys(), Signer::new(keys()));
        let (_, sealed) = rest(&keys, issuer(1));
        assert!(signer.key(issuer(2), &sealed).is_err());
        assert!(signer.opened.is_empty());
    }

    #[test]
    fn no_more_keys_are_kept_than_the_bound_says() {
        let (keys, signer) = (keys(), Signer::new(keys()));
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap().to_pkcs8_der().unwrap();
        for id in (0..2 * OPENED_MAX).map(issuer) {
            let sealed = keys.seal(id.as_bytes(), &key).unwrap();
            let _served = signer.key(id, &sealed).unwrap();
        }
        assert!(signer.opened.len() <= OPENED_MAX);
    }
}
