//! Signs configuration profiles as the installation, by a certificate for that alone, below the installation CA.
//!
//! The first one is made when the installation is; one that ends soon gets a successor at its next use.
//!
//! **Invariant:** at rest the key is sealed under the key-encryption key and bound to its signer's id.

use crate::{
    Unavailable,
    ca::{CheckedKey, NewProfileSignerKey, PROFILE_SIGNER, ProfileSignerMaker},
    core::Core,
    sealer::Sealer,
};
use domain::{id::ProfileSignerId, time::SignedDuration};
use pki::{Certificate, PrivateKey, UnsignedContent};
use store::{Constraint, profile_signers::ProfileSigner};

/// A signer whose certificate ends within this time gets a successor.
const RENEWED_BEFORE_END: SignedDuration = SignedDuration::from_hours(90 * 24);

/// Signs profiles.
#[derive(Clone)]
pub(crate) struct ProfileSigning {
    core: Core,
    maker: ProfileSignerMaker,
    keys: Sealer,
}

/// A signer and its parsed certificate.
#[derive(Clone)]
struct Opened {
    signer: ProfileSigner,
    certificate: Certificate,
}

impl ProfileSigning {
    /// `keys` seals the signers' keys.
    pub(crate) fn new(core: &Core, maker: ProfileSignerMaker, keys: Sealer) -> Self {
        Self { core: core.clone(), maker, keys }
    }

    /// Makes a signer if there is none, or if the newest one ends soon.
    pub(crate) async fn ensure(&self) -> Result<(), Unavailable> {
        self.newest().await.map(drop)
    }

    /// The content inside its signature, with the signer's certificate and the one above it.
    pub(crate) async fn sign(&self, content: Vec<u8>) -> Result<Vec<u8>, Unavailable> {
        let Opened { signer, certificate } = self.newest().await?;
        let issuer = self.core.read().await?.issuer(signer.issuer).await?;
        let issuer = issuer.ok_or_else(|| Unavailable::because("a profile signer's issuer is missing"))?;
        let key = self.keys.open(signer.id.as_bytes(), &signer.key_sealed)?;
        let unsigned = UnsignedContent::prepare(content, certificate, self.core.now().as_second())?;
        let signature = PrivateKey::from_pkcs8_der(&key)?.sign(unsigned.as_der())?;
        Ok(unsigned.assemble(&signature, &[Certificate::from_der(&issuer.certificate_der)?])?)
    }

    async fn newest(&self) -> Result<Opened, Unavailable> {
        let found = self.found().await?;
        if let Some(found) = found.as_ref().filter(|found| self.lasts(found, RENEWED_BEFORE_END)) {
            return Ok(found.clone());
        }
        let usable = found.filter(|found| self.lasts(found, SignedDuration::ZERO));
        match (self.make().await, usable) {
            (Ok(signer), _) => Opened::of(signer),
            // Another process makes its successor, or the database refuses it: there is time.
            (Err(cause), Some(usable)) => {
                tracing::warn!(%cause, "the signer of configuration profiles has no successor yet");
                Ok(usable)
            }
            (Err(cause), None) if cause.conflict() == Some(Constraint::ProfileSignerGeneration) => {
                let made = self.found().await?.filter(|made| self.lasts(made, SignedDuration::ZERO));
                made.ok_or(cause)
            }
            (Err(cause), None) => Err(cause),
        }
    }

    async fn found(&self) -> Result<Option<Opened>, Unavailable> {
        let signer = self.core.read().await?.newest_profile_signer().await?;
        signer.map(Opened::of).transpose()
    }

    /// Whether the certificate is valid now and for some time more.
    fn lasts(&self, signer: &Opened, more: SignedDuration) -> bool {
        let (validity, now) = (signer.certificate.validity(), self.core.now().as_second());
        validity.contains(now) && validity.contains(now + more.as_secs())
    }

    async fn make(&self) -> Result<ProfileSigner, Unavailable> {
        let id = ProfileSignerId::new(self.core.now(), &mut *self.core.rng());
        let key = PrivateKey::generate(PROFILE_SIGNER.key)?;
        let sealed = self.keys.seal(id.as_bytes(), &key.to_pkcs8_der()?)?;
        self.maker.make(NewProfileSignerKey { id, checked: CheckedKey::made_here(&key), sealed }).await
    }
}

impl Opened {
    fn of(signer: ProfileSigner) -> Result<Self, Unavailable> {
        Ok(Self { certificate: Certificate::from_der(&signer.certificate_der)?, signer })
    }
}
