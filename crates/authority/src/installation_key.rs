//! The installation's own signing keys: made once, sealed at rest, each for one purpose.
//!
//! CA keys are not among them: see [`crate::signer`].

use crate::{Authority, Unavailable, seal::SealedKind};
use domain::{act::Act, grant::Actor};
use pki::{KeyAlgorithm, PrivateKey};

/// Told when the key-encryption key does not open what it must have sealed.
const WRONG_KEY: &str = "the key-encryption key is not the one of this installation; restore it from its copy: nothing was changed";

/// What a key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstallationKey {
    /// Signs `data_entry.txt`.
    DataEntry,
    /// Signs the audit log's heads.
    AuditHead,
}

impl InstallationKey {
    const ALL: [Self; 2] = [Self::DataEntry, Self::AuditHead];

    /// Its name among the installation's secrets.
    fn name(self) -> &'static str {
        match self {
            Self::DataEntry => "data-entry",
            Self::AuditHead => "audit-head",
        }
    }

    fn sealed_kind(self) -> SealedKind {
        match self {
            Self::DataEntry => SealedKind::DataEntryKey,
            Self::AuditHead => SealedKind::AuditHeadKey,
        }
    }
}

impl Authority {
    /// Opens every key that there is, and makes what is missing.
    pub(crate) async fn ensure_installation_keys(&self) -> Result<(), Unavailable> {
        for key in InstallationKey::ALL {
            if let Some(sealed) = self.store().read().await?.installation_secret(key.name()).await? {
                let opened = self.seal().open(key.sealed_kind(), key.name().as_bytes(), &sealed);
                opened.map_err(|_| Unavailable::because(WRONG_KEY))?;
            } else {
                self.make_installation_key(key).await?;
            }
        }
        Ok(())
    }

    async fn make_installation_key(&self, key: InstallationKey) -> Result<(), Unavailable> {
        let private = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
        let sealed = self.seal().seal(key.sealed_kind(), key.name().as_bytes(), &private.to_pkcs8_der()?)?;
        let mut work = self.begin("make_installation_key").await?;
        let now = work.now;
        if work.install(now).await? {
            work.audit(Actor::System, Act::Install, None, "installation", "").await?;
        }
        if !work.insert_installation_secret(key.name(), &sealed, now).await? {
            // Another process was a moment faster.
            return Ok(());
        }
        work.audit(Actor::System, Act::MakeInstallationKey, None, key.name(), "").await?;
        work.finish().await
    }

    pub(crate) async fn installation_key(&self, key: InstallationKey) -> Result<PrivateKey, Unavailable> {
        let sealed = self.store().read().await?.installation_secret(key.name()).await?;
        let sealed =
            sealed.ok_or_else(|| Unavailable::because(format!("the {} key is missing", key.name())))?;
        let plain = self.seal().open(key.sealed_kind(), key.name().as_bytes(), &sealed)?;
        Ok(PrivateKey::from_pkcs8_der(&plain)?)
    }
}
