//! TLS settings for each place: the certificate that the gate shows, and the issuers that it asks for.
//!
//! **Invariant:** no session tickets, no resumption, no early data: every connection proves possession anew.
//! **Invariant:** a CertificateRequest names the issuers of the site's own tenant and no others.

mod possession;

use super::Place;
use crate::{
    ports::ServerCertificates,
    status::{TenantIssuers, Topology},
};
use domain::{host_name::HostName, id::TenantId};
use possession::PossessionOnly;
pub(crate) use possession::proving;
use rustls::{
    ServerConfig,
    crypto::{CryptoProvider, aws_lc_rs},
    server::{NoServerSessionStorage, WantsServerCert},
    sign::{CertifiedKey, SingleCertAndKey},
    version::{TLS12, TLS13},
};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

/// The key of a kept configuration; retry names share one per tenant, because their number has no limit.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Slot {
    Site(HostName),
    Retry(TenantId),
    Public(HostName),
    Nowhere,
}

struct Built {
    key: Arc<CertifiedKey>,
    issuers: Option<Arc<TenantIssuers>>,
    config: Arc<ServerConfig>,
}

/// Makes and keeps the configurations.
pub(crate) struct SiteTls {
    provider: Arc<CryptoProvider>,
    certificates: Arc<dyn ServerCertificates>,
    built: RwLock<HashMap<Slot, Built>>,
}

impl SiteTls {
    pub(crate) fn new(certificates: Arc<dyn ServerCertificates>) -> Self {
        let kx_groups = vec![
            aws_lc_rs::kx_group::X25519MLKEM768,
            aws_lc_rs::kx_group::X25519,
            aws_lc_rs::kx_group::SECP256R1,
            aws_lc_rs::kx_group::SECP384R1,
        ];
        let provider = CryptoProvider { kx_groups, ..aws_lc_rs::default_provider() };
        Self { provider: Arc::new(provider), certificates, built: RwLock::default() }
    }

    /// The configuration for a connection to `place` whose client asked for this name; `None` if there is no
    /// certificate to show. An unknown name gets a configuration where a certificate for it exists, so that
    /// its page can be read.
    pub(crate) fn config(
        &self,
        place: &Place,
        asked: Option<&HostName>,
        topology: &Topology,
    ) -> Option<Arc<ServerConfig>> {
        let own = asked.and_then(|host| self.certificates.certified_key(host));
        let key = own.or_else(|| self.certificates.default_key())?;
        let (slot, asks) = match place {
            Place::Site(host) => {
                (Slot::Site(host.clone()), topology.site(host).map(|site| site.record.tenant))
            }
            Place::Retry { tenant, .. } => (Slot::Retry(*tenant), Some(*tenant)),
            Place::Public(host) => (Slot::Public(host.clone()), None),
            Place::Nowhere => (Slot::Nowhere, None),
        };
        let issuers = asks.map(|tenant| topology.issuers_of(tenant));
        if let Some(config) = self.kept(&slot, &key, issuers.as_ref()) {
            return Some(config);
        }
        let config = Arc::new(self.build(&key, issuers.clone())?);
        let built = Built { key, issuers, config: Arc::clone(&config) };
        self.built.write().unwrap_or_else(PoisonError::into_inner).insert(slot, built);
        Some(config)
    }

    fn kept(
        &self,
        slot: &Slot,
        key: &Arc<CertifiedKey>,
        issuers: Option<&Arc<TenantIssuers>>,
    ) -> Option<Arc<ServerConfig>> {
        let built = self.built.read().unwrap_or_else(PoisonError::into_inner);
        let built = built.get(slot)?;
        let same_issuers = match (&built.issuers, issuers) {
            (Some(kept), Some(now)) => Arc::ptr_eq(kept, now),
            (None, None) => true,
            _ => false,
        };
        (same_issuers && Arc::ptr_eq(&built.key, key)).then(|| Arc::clone(&built.config))
    }

    fn build(&self, key: &Arc<CertifiedKey>, issuers: Option<Arc<TenantIssuers>>) -> Option<ServerConfig> {
        let builder = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_protocol_versions(&[&TLS13, &TLS12])
            .inspect_err(|error| tracing::error!(%error, "tls cannot be set up"))
            .ok()?;
        let asks = issuers.is_some();
        let builder: rustls::ConfigBuilder<ServerConfig, WantsServerCert> = match issuers {
            Some(issuers) => {
                builder.with_client_cert_verifier(Arc::new(PossessionOnly::new(issuers, &self.provider)))
            }
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(key))));
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        config.max_early_data_size = 0;
        // Needed for the one alert that is sent after a handshake, see `alert`.
        config.enable_secret_extraction = asks;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Some(config)
    }
}
