//! An open installation: its database and its acts, without any door.

use super::{
    clock::{SystemClock, SystemEntropy},
    gate_link::GateLink,
    mail,
};
use crate::{
    config::Config,
    data_folder::{KeyFileError, read_key},
};
use authority::{
    Addresses, Authority, Parts, Seal, ServiceProfile, Unavailable,
    mail::{MailTransport, smtp::SmtpSettingsError},
};
use domain::time::Clock;
use std::sync::Arc;
use store::{Lane, Store, StoreError};

/// Why an installation cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The key-encryption key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The database.
    #[error(
        "database: {0}; look at the database itself: in the data folder of \"up\", or where the \"database\" key of \
         the configuration says"
    )]
    Store(#[from] StoreError),
    /// The transport of mail.
    #[error(transparent)]
    Mail(#[from] SmtpSettingsError),
    /// The acts.
    #[error(transparent)]
    Authority(#[from] Unavailable),
}

pub struct Installation {
    pub authority: Authority,
    /// The link from the acts to the gate.
    pub(super) gates: Arc<GateLink>,
    /// The store of the gate's feed.
    pub(super) feed: Store,
}

impl Installation {
    /// Opens the installation of a configuration: brings the schema up to date and makes missing parts.
    pub async fn open(config: &Config) -> Result<Self, OpenError> {
        Self::open_mailing(config, mail::transport(&config.transport)?).await
    }

    /// Like `open`, with another transport of mail.
    pub async fn open_mailing(config: &Config, mail: Arc<dyn MailTransport>) -> Result<Self, OpenError> {
        let key = read_key(&config.key_encryption_key_file)?;
        let store = Store::open(&config.database).await?;
        store.migrate(SystemClock.now()).await?;
        let gates = Arc::new(GateLink::default());
        let feed = store.on(Lane::Feed);
        let authority = Authority::new(Parts {
            store,
            seal: Seal::new(&key),
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            addresses: addresses(config),
            service: service(config),
            mail,
            gates: Arc::clone(&gates) as Arc<dyn authority::Gates>,
        })?;
        authority.installation().ensure_installed().await?;
        Ok(Self { authority, gates, feed })
    }

    /// Ends all work with the database.
    pub async fn close(self) {
        self.authority.close().await;
    }
}

/// Brings the schema up to date; returns the number of applied migrations.
pub async fn migrate(config: &Config) -> Result<usize, OpenError> {
    let store = Store::open(&config.database).await?;
    let applied = store.migrate(SystemClock.now()).await?;
    store.close().await;
    Ok(applied)
}

fn addresses(config: &Config) -> Addresses {
    Addresses {
        public_url: config.public_url.clone(),
        publication_url: config.publication_url.clone(),
        site_suffix: config.site_suffix.clone(),
        gate_port: config.gate.public_port,
    }
}

fn service(config: &Config) -> ServiceProfile {
    ServiceProfile {
        name_ja: config.service.name_ja.clone(),
        name_en: config.service.name_en.clone(),
        sender_name: config.mail.sender_name.clone(),
        sender_name_en: config.mail.sender_name_en.clone(),
        sender_address: config.mail.sender_address.clone(),
        support_contact: config.service.support_contact.clone(),
        time_zone: config.service.time_zone.clone(),
        bounds: config.limits,
        contract_grace_days: config.service.contract_grace_days,
    }
}
