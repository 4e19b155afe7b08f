//! The installation's own signing keys: made once, sealed at rest, each for one purpose.
//!
//! CA keys are not among them: see [`crate::ca`].

use crate::{Authority, Unavailable, runner::Done, seal::SealedKind};
use domain::act::{self, Mandate};
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
        let sealed = &sealed;
        self.note_installation().await?;
        self.act(Mandate::of_system(act::MakeInstallationKey), |mut work| async move {
            let now = work.now;
            if work.insert_installation_secret(key.name(), sealed, now).await? {
                Ok(work.done(None, key.name(), "", ()))
            } else {
                // Another process was a moment faster.
                Ok(Done::nothing(()))
            }
        })
        .await
    }

    async fn note_installation(&self) -> Result<(), Unavailable> {
        self.act(Mandate::of_system(act::Install), |mut work| async move {
            let now = work.now;
            let first = work.install(now).await?;
            Ok(if first { work.done(None, "installation", "", ()) } else { Done::nothing(()) })
        })
        .await
    }

    pub(crate) async fn installation_key(&self, key: InstallationKey) -> Result<PrivateKey, Unavailable> {
        let sealed = self.store().read().await?.installation_secret(key.name()).await?;
        let sealed =
            sealed.ok_or_else(|| Unavailable::because(format!("the {} key is missing", key.name())))?;
        let plain = self.seal().open(key.sealed_kind(), key.name().as_bytes(), &sealed)?;
        Ok(PrivateKey::from_pkcs8_der(&plain)?)
    }
}
