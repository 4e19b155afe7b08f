//! A running server: doors, gate, pages, duties, control socket, and their common end.

use super::{
    audit_heads::{AuditHeads, BeginHeadsError},
    certificate_files::{CertificateFileError, CertificateFiles},
    clock::{SystemClock, SystemEntropy},
    descriptors::{self, Shares, TooFew},
    doors::Doors,
    duties,
    gate_pages::{GatePages, page_policy},
    http_listener,
    installation::Installation,
    leaf_tags::KeyedTags,
    localhost_ca::{LocalhostCa, LocalhostCaError},
    mail::CapturedFolder,
    operations::{self, Operations},
    pages_behind_gate::{LocalPages, PublicPages},
    seen_certificates::SeenCertificates,
    status_source::StoreStatus,
};
use crate::{
    audit_heads_file::AuditHeadsFile,
    command::Services,
    config::{Config, MailTransportKeys, TlsSettings},
    control::ControlSocket,
};
use authority::{Authority, Unavailable};
use domain::{
    host_name::{HostName, HostNameError},
    time::SignedDuration,
};
use gate::{
    AssertionKeys, Connections, Gate, GateConfig, HandshakeRate, JWKS_PATH, LocalAssertionKeys, Patience,
    Ports, RetryNames, RoomLimits, ServerCertificates, StatusFeed, UpstreamBounds, View, jwks_answer,
};
use ground::HostPort;
use pki::{KeyAlgorithm, PrivateKey};
use std::{collections::HashSet, sync::Arc};
use store::{Lane, StoreError};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use web::{CapturedMail, PlainHttp, PublicSite, SiteNames};

/// Letters that distinguish this process's request ids from another's.
const REQUEST_ID_PREFIX_LETTERS: usize = 4;

/// Why a server could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// Server certificates from files.
    #[error(transparent)]
    CertificateFile(#[from] CertificateFileError),
    /// Server certificates for localhost.
    #[error(transparent)]
    LocalhostCa(#[from] LocalhostCaError),
    /// A name from the configuration is no host name.
    #[error("public_url or site_suffix: {0}")]
    HostName(#[from] HostNameError),
    /// The audit log's heads.
    #[error(transparent)]
    AuditHeads(#[from] BeginHeadsError),
    /// The acts.
    #[error(transparent)]
    Authority(#[from] Unavailable),
    /// The database.
    #[error("database: {0}")]
    Store(#[from] StoreError),
    /// A door's own address.
    #[error("metrics door: {0}")]
    Door(#[from] std::io::Error),
    /// The system allows too few open files.
    #[error(transparent)]
    OpenFiles(#[from] TooFew),
    /// The metrics recorder.
    #[error("metrics: {0}")]
    Metrics(#[from] metrics_exporter_prometheus::BuildError),
    /// The key behind `Sekisho-Assertion`.
    #[error("assertion key: {0}")]
    AssertionKey(String),
    /// A header made from the style sheet.
    #[error("content security policy: {0}")]
    PagePolicy(#[from] http::header::InvalidHeaderValue),
}

/// A running server. Dropping it leaves its tasks behind; see [`Server::stop`].
pub struct Server {
    authority: Authority,
    shutdown: CancellationToken,
    /// Doors and the control socket.
    serving: TaskTracker,
    /// Cancelled after the last connection.
    stop_duties: CancellationToken,
    duties: TaskTracker,
    /// Written once more after the last act.
    audit_heads: Arc<AuditHeads>,
}

impl Server {
    /// Connects all parts and opens the doors. Returns when the gate's view is complete.
    pub async fn start(
        installation: Installation,
        config: &Config,
        doors: Doors,
        control: ControlSocket,
    ) -> Result<Self, ServerError> {
        let Installation { authority, gates, feed } = installation;
        let left = authority.duties().reconcile_at_start().await?;
        if left > 0 {
            tracing::warn!(certificates = left, "revoked what a crash left unsigned");
        }
        let tagged = authority.duties().tag_certificates().await?;
        if tagged > 0 {
            tracing::info!(certificates = tagged, "tagged what an earlier release has signed");
        }
        for warning in authority.tenants().sharing_warnings().await? {
            tracing::warn!("{warning}");
        }
        let heads = AuditHeadsFile::at(config.audit_heads_file.clone());
        let audit_heads = Arc::new(AuditHeads::over(heads.clone(), authority.head_signer()));
        audit_heads.begin(&authority).await?;
        let (shutdown, stop_duties) = (CancellationToken::new(), CancellationToken::new());
        let (serving, beside) = (TaskTracker::new(), TaskTracker::new());

        let clock = Arc::new(SystemClock);
        let staleness =
            SignedDuration::try_from(config.gate.status_staleness).unwrap_or(gate::STALENESS_LIMIT);
        let view = Arc::new(View::new(staleness));
        let connections = Connections::new();
        let source = StoreStatus::new(feed, config.service.contract_grace_days);
        let feed = StatusFeed::new(
            Arc::new(source),
            Arc::clone(&view),
            Arc::clone(&connections),
            Arc::clone(&clock) as _,
        );
        let feed = Arc::new(feed);
        let ports = ports(&authority, config)?;
        let http_pages = http_pages(&authority, config, &ports.assertion_keys, &view)?;
        let gate =
            Gate::new(within_limit(gate_config(&authority, config)?)?, Arc::clone(&view), connections, ports);
        let recorder = operations::recorder()?;
        let operations = Operations { recorder, view, authority: authority.on(Lane::Operator), clock };
        let operations = operations.router(doors.metrics.local_addr()?.ip());

        beside.spawn({
            let (feed, stop) = (Arc::clone(&feed), stop_duties.clone());
            async move { feed.run(stop).await }
        });
        duties::start(authority.duties(), &audit_heads, &beside, &stop_duties);
        gates.connect(Arc::clone(&feed));
        feed.loaded().await;

        serving.spawn(gate.serve(doors.gate, shutdown.clone()));
        serving.spawn(http_listener::serve(doors.http, http_pages, shutdown.clone()));
        serving.spawn(http_listener::serve(doors.metrics, operations, shutdown.clone()));
        let services = Services { authority: authority.on(Lane::Operator), audit_heads: heads };
        serving.spawn(control.serve(Arc::new(services), shutdown.clone()));
        Ok(Self { authority, shutdown, serving, stop_duties, duties: beside, audit_heads })
    }

    /// Lets requests under way finish (bounded), then the duties, then the database.
    pub async fn stop(self) {
        self.shutdown.cancel();
        self.serving.close();
        self.serving.wait().await;
        // The status feed has run until the last connection.
        self.stop_duties.cancel();
        self.duties.close();
        self.duties.wait().await;
        self.audit_heads.end(&self.authority).await;
        self.authority.close().await;
    }
}

/// Whether the public site is on plain HTTP; only under `up`.
fn is_public_on_http(config: &Config) -> bool {
    config.public_url.starts_with("http://")
}

fn host_of(url: &str) -> Result<HostName, HostNameError> {
    let authority = url.split_once("://").map_or(url, |(_, authority)| authority);
    HostName::parse(HostPort::parse(authority).map_or(authority, HostPort::host))
}

fn public_site(authority: &Authority, config: &Config) -> Result<PublicSite, HostNameError> {
    let captured = match &config.transport {
        MailTransportKeys::Folder(folder) => {
            Some(Arc::new(CapturedFolder::new(folder.clone())) as Arc<dyn CapturedMail>)
        }
        MailTransportKeys::Smtp(_) => None,
    };
    Ok(PublicSite::new(authority.on(Lane::Public), [host_of(&config.public_url)?], captured))
}

fn http_pages(
    authority: &Authority,
    config: &Config,
    keys: &Arc<dyn AssertionKeys>,
    view: &Arc<View>,
) -> Result<axum::Router, HostNameError> {
    if is_public_on_http(config) {
        // On the gate's listener the gate itself answers this address.
        let keys = Arc::clone(keys);
        let jwks = async move |method: http::Method| jwks_answer(&*keys, &method).map(axum::body::Body::new);
        return Ok(public_site(authority, config)?.router().route(JWKS_PATH, axum::routing::any(jwks)));
    }
    let hosts = [host_of(&config.publication_url)?, host_of(&config.public_url)?];
    let sites = Arc::new(SitesOnRecord(Arc::clone(view)));
    Ok(PlainHttp::new(authority.on(Lane::Public), hosts, sites).router())
}

/// The names that the gate serves.
struct SitesOnRecord(Arc<View>);

impl SiteNames for SitesOnRecord {
    fn has(&self, host: &HostName) -> bool {
        self.0.has_site(host)
    }
}

fn ports(authority: &Authority, config: &Config) -> Result<Ports, ServerError> {
    let certificates: Arc<dyn ServerCertificates> = match &config.tls {
        TlsSettings::Files(files) => Arc::new(CertificateFiles::read(files)?),
        TlsSettings::Localhost => {
            Arc::new(LocalhostCa::open(&config.data_folder, Arc::new(SystemClock), Arc::new(SystemEntropy))?)
        }
    };
    let local = LocalPages::over(authority, &config.data_folder);
    Ok(Ports {
        pages: Arc::new(GatePages::new(authority.clone(), &config.data_folder)),
        local: Arc::new(local),
        public: Arc::new(PublicPages(public_site(authority, config)?.router())),
        certificates,
        proofs: Arc::new(SeenCertificates(authority.proofs().clone())),
        leaf_tags: Arc::new(KeyedTags(authority.gate_keys().leaf_tag_key())),
        assertion_keys: Arc::new(assertion_keys()?),
        clock: Arc::new(SystemClock),
    })
}

/// A key for the life of this process: assertions live for a minute, and applications fetch the keys anew
/// when they meet an unknown one.
fn assertion_keys() -> Result<LocalAssertionKeys, ServerError> {
    let failed = |error: &dyn std::error::Error| ServerError::AssertionKey(error.to_string());
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).map_err(|error| failed(&error))?;
    let der = key.to_pkcs8_der().map_err(|error| failed(&error))?;
    LocalAssertionKeys::from_pkcs8_der(&der).map_err(|error| failed(&error))
}

/// The gate's bounds, as far as this process's limit of open files allows.
fn within_limit(config: GateConfig) -> Result<GateConfig, TooFew> {
    let number = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let wanted = Shares {
        visitors: number(config.connections_max),
        applications: number(config.upstreams.connections_max),
    };
    // The listener of the public site or of publication, and the listener of the metrics.
    let plain = 2 * number(http_listener::CONNECTIONS_MAX);
    let shares = descriptors::fitting(descriptors::raised(), plain, wanted)?;
    let back = |share: u64| usize::try_from(share).unwrap_or(usize::MAX);
    let upstreams = UpstreamBounds { connections_max: back(shares.applications), ..config.upstreams };
    Ok(GateConfig { connections_max: back(shares.visitors), upstreams, ..config })
}

fn gate_config(authority: &Authority, config: &Config) -> Result<GateConfig, ServerError> {
    let mut public_hosts = HashSet::new();
    if !is_public_on_http(config) {
        public_hosts.insert(host_of(&config.public_url)?);
    }
    Ok(GateConfig {
        public_url: config.public_url.clone(),
        public_hosts,
        handshake_rate: HandshakeRate::default(),
        rooms: RoomLimits::default(),
        patience: Patience::default(),
        retry: Some(RetryNames { suffix: HostName::parse(&format!("retry.{}", config.site_suffix))? }),
        https_port: config.gate.public_port,
        connections_max: config.gate.connections_max,
        upstreams: config.gate.upstreams,
        page_policy: page_policy()?,
        choice_key: authority.gate_keys().choice_key(),
        request_id_prefix: domain::password::random_letters(REQUEST_ID_PREFIX_LETTERS, &mut *authority.rng()),
    })
}
