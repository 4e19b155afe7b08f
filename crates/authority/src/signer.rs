//! The CA keys: made, opened and used here and nowhere else.
//!
//! **Invariant:** a certificate is signed only from a [`Recorded`] value, which only the store makes,
//! after its commit. Every to-be-signed certificate was linted when it was prepared.
//!
//! **Invariant:** at rest a CA key is sealed under the key-encryption key and bound to its issuer's id.

use crate::{Authority, Unavailable, seal::SealedKind};
use domain::id::IssuerId;
use pki::{
    Certificate, Crl, IssuerIdentity, KeyAlgorithm, Name, PrivateKey, Profile, PublicKey, Serial,
    TbsCertificate, TbsCrl, Validity,
};
use store::{Recorded, ToBeSigned};

/// A linted to-be-signed certificate and who is to sign it.
#[derive(Clone)]
pub(crate) struct Prepared {
    issuer: IssuerId,
    tbs: TbsCertificate,
}

impl ToBeSigned for Prepared {
    fn tbs_der(&self) -> &[u8] {
        self.tbs.as_der()
    }
}

/// What a certificate is prepared from.
pub(crate) struct Draft<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) serial: Serial,
    pub(crate) issuer: IssuerId,
    pub(crate) issuer_identity: &'a IssuerIdentity,
    pub(crate) subject: &'a Name,
    pub(crate) public_key: &'a PublicKey,
    pub(crate) validity: Validity,
}

impl Prepared {
    /// Encodes the draft and looks at the bytes with every lint rule.
    pub(crate) fn new(draft: &Draft<'_>) -> Result<Self, Unavailable> {
        let Draft { profile, serial, issuer, issuer_identity, subject, public_key, validity } = *draft;
        let tbs = TbsCertificate::prepare(profile, serial, issuer_identity, subject, public_key, validity)?;
        pki::lint::check_certificate(&tbs, profile.into())?;
        Ok(Self { issuer, tbs })
    }
}

/// A new CA key: its public half, and the private half as it will rest.
pub(crate) struct NewKey {
    pub(crate) public: PublicKey,
    pub(crate) sealed: Vec<u8>,
}

impl Authority {
    /// Makes a key for the issuer `id`, P-256, sealed at once.
    pub(crate) fn new_issuer_key(&self, id: IssuerId) -> Result<NewKey, Unavailable> {
        let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
        let sealed = self.seal().seal(SealedKind::IssuerKey, id.as_bytes(), &key.to_pkcs8_der()?)?;
        Ok(NewKey { public: key.public_key().clone(), sealed })
    }

    /// Signs what is on record.
    pub(crate) async fn sign_certificate(
        &self,
        recorded: Recorded<Prepared>,
    ) -> Result<Certificate, Unavailable> {
        let Prepared { issuer, tbs } = recorded.into_prepared();
        let signature = self.issuer_key(issuer).await?.sign(tbs.as_der())?;
        Ok(tbs.assemble(&signature))
    }

    /// Signs a revocation list.
    pub(crate) async fn sign_crl(&self, issuer: IssuerId, list: &TbsCrl) -> Result<Crl, Unavailable> {
        let signature = self.issuer_key(issuer).await?.sign(list.as_der())?;
        Ok(list.assemble(&signature))
    }

    async fn issuer_key(&self, issuer: IssuerId) -> Result<PrivateKey, Unavailable> {
        let sealed = self.store().read().await?.issuer_key_sealed(issuer).await?;
        let sealed =
            sealed.ok_or_else(|| Unavailable::because(format!("issuer {issuer}: no key on record")))?;
        let plain = self.seal().open(SealedKind::IssuerKey, issuer.as_bytes(), &sealed)?;
        Ok(PrivateKey::from_pkcs8_der(&plain)?)
    }
}
