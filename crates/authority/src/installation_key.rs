//! The installation's own signing keys: made once, sealed at rest, each for one purpose.
//!
//! CA keys are not among them: see [`crate::ca`].

use crate::{
    Unavailable,
    core::Core,
    runner::Done,
    seal::{Seal, SealedKind},
    sealer::Sealer,
};
use domain::act::{self, Mandate};
use pki::{KeyAlgorithm, PrivateKey};
use std::sync::Arc;

/// The error when the key-encryption key does not open a value that it must have sealed.
const WRONG_KEY: &str = "the key-encryption key is not the one of this installation; restore it from its copy: nothing was changed";

/// The purpose of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstallationKey {
    /// Signs `data_entry.txt`.
    DataEntry,
    /// Signs the audit log's heads.
    AuditHead,
}

impl InstallationKey {
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

/// One key, for the context that signs with it.
#[derive(Clone)]
pub(crate) struct KeptKey {
    core: Core,
    key: InstallationKey,
    sealer: Sealer,
}

impl KeptKey {
    pub(crate) fn new(core: &Core, seal: &Arc<Seal>, key: InstallationKey) -> Self {
        Self { core: core.clone(), key, sealer: Sealer::new(seal, key.sealed_kind()) }
    }

    /// Opens the key if there is one, else makes it.
    pub(crate) async fn ensure(&self) -> Result<(), Unavailable> {
        let name = self.key.name();
        let Some(sealed) = self.core.read().await?.installation_secret(name).await? else {
            return self.make().await;
        };
        let opened = self.sealer.open(name.as_bytes(), &sealed);
        opened.map(drop).map_err(|_| Unavailable::because(WRONG_KEY))
    }

    async fn make(&self) -> Result<(), Unavailable> {
        let name = self.key.name();
        let private = PrivateKey::generate(KeyAlgorithm::EcdsaP256)?;
        let sealed = &self.sealer.seal(name.as_bytes(), &private.to_pkcs8_der()?)?;
        self.note_installation().await?;
        let done = self.core.act(Mandate::of_system(act::MakeInstallationKey), |mut work| async move {
            let now = work.now;
            if work.insert_installation_secret(name, sealed, now).await? {
                Ok(work.done(None, name, "", ()))
            } else {
                // Another process has made the key a moment earlier.
                Ok(Done::nothing(()))
            }
        });
        done.await
    }

    async fn note_installation(&self) -> Result<(), Unavailable> {
        let done = self.core.act(Mandate::of_system(act::Install), |mut work| async move {
            let now = work.now;
            let first = work.install(now).await?;
            Ok(if first { work.done(None, "installation", "", ()) } else { Done::nothing(()) })
        });
        done.await
    }

    pub(crate) async fn open(&self) -> Result<PrivateKey, Unavailable> {
        let name = self.key.name();
        let sealed = self.core.read().await?.installation_secret(name).await?;
        let sealed = sealed.ok_or_else(|| Unavailable::because(format!("the {name} key is missing")))?;
        let plain = self.sealer.open(name.as_bytes(), &sealed)?;
        Ok(PrivateKey::from_pkcs8_der(&plain)?)
    }
}
