//! The stage: two tenants, a gate, an upstream, a clock that stands still.

use crate::{
    cast::{Authority, Holder, NOW, at, rng},
    client::Browser,
    upstream::Upstream,
};
use ::aws_lc_rs::hmac;
use async_trait::async_trait;
use domain::{
    certificate::{LeafTag, Status},
    host_name::HostName,
    id::{CertificateId, SiteId, TenantId, UserId},
    permit::{Permit, TenantFacts, UserFacts},
    site::{HeaderMapping, IdentityValue, Site, SiteKind, Upstream as UpstreamRecord},
    slug::TenantSlug,
    status_change::Generation,
    tenant::TenantState,
    time::{Clock, Timestamp},
    user::{Role, UserState},
};
use gate::{
    Body, Connections, DenialContents, Gate, GateConfig, HandshakeRate, IssuerRecord, LeafTags,
    LocalAssertionKeys, LocalPlace, LocalService, NoticeContents, PagePolicy, Pages, Patience, Ports, Proofs,
    PublicService, RecordChange, RecordChanges, RetryContents, RetryNames, RetryOutcome, RoomLimits,
    ServerCertificates, Snapshot, SourceError, StatusFeed, StatusSource, TaggedCertificate, TenantRecord,
    UpstreamBounds, UserRecord, View,
};
use http::{Method, Request, Response, StatusCode, Version};
use http_body_util::BodyExt;
use pki::{KeyAlgorithm, PrivateKey, Profile};
use rustls::{crypto::aws_lc_rs, sign::CertifiedKey};
use rustls_pki_types::PrivateKeyDer;
use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicI64, AtomicUsize, Ordering},
    },
};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

pub(crate) const A: &str = "a.test";
pub(crate) const B: &str = "b.test";
pub(crate) const DESK: &str = "a.desk.test";
pub(crate) const CONSOLE: &str = "console.test";
pub(crate) const PUBLIC: &str = "www.test";
/// No site, but there is a certificate for it.
pub(crate) const ELSEWHERE: &str = "elsewhere.test";
pub(crate) const PUBLIC_URL: &str = "https://www.test";

/// "Now" stands still until a test moves it.
pub(crate) struct StageClock(AtomicI64);

impl StageClock {
    pub(crate) fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for StageClock {
    fn now(&self) -> Timestamp {
        at(self.0.load(Ordering::SeqCst))
    }
}

/// A small store.
#[derive(Default)]
pub(crate) struct Source {
    first: Mutex<Snapshot>,
    changes: Mutex<Vec<RecordChange>>,
    pub(crate) broken: AtomicBool,
    /// Never answers.
    pub(crate) hangs: AtomicBool,
    /// Questions that are not answered.
    pub(crate) hanging: AtomicUsize,
    /// The most changes of one answer; 0 for no limit.
    pub(crate) changes_max: AtomicUsize,
}

impl Source {
    pub(crate) fn put(&self, record: RecordChange) -> Generation {
        let mut changes = self.changes.lock().unwrap();
        changes.push(record);
        Generation::try_from(changes.len()).unwrap()
    }

    async fn check(&self) -> Result<(), SourceError> {
        if self.hangs.load(Ordering::SeqCst) {
            self.hanging.fetch_add(1, Ordering::SeqCst);
            std::future::pending::<()>().await;
        }
        if self.broken.load(Ordering::SeqCst) { Err(SourceError("broken".into())) } else { Ok(()) }
    }
}

#[async_trait]
impl StatusSource for Source {
    async fn snapshot(&self) -> Result<Snapshot, SourceError> {
        self.check().await?;
        Ok(self.first.lock().unwrap().clone())
    }

    async fn changes(&self, after: Generation) -> Result<RecordChanges, SourceError> {
        self.check().await?;
        let changes = self.changes.lock().unwrap();
        let after = usize::try_from(after).unwrap();
        let upto = match self.changes_max.load(Ordering::SeqCst) {
            0 => changes.len(),
            most => changes.len().min(after + most),
        };
        let is_complete = upto == changes.len();
        let records = changes[after..upto].to_vec();
        Ok(RecordChanges { upto: Generation::try_from(upto).unwrap(), is_complete, records })
    }
}

/// The tag of a leaf on this stage: the end of its signature, which no other certificate shares.
fn tag_of(leaf_der: &[u8]) -> LeafTag {
    LeafTag::from_bytes(*leaf_der.last_chunk().unwrap())
}

struct PlainTags;

impl LeafTags for PlainTags {
    fn tag(&self, leaf_der: &[u8]) -> LeafTag {
        tag_of(leaf_der)
    }
}

struct PlainPages;

impl Pages for PlainPages {
    fn denial(&self, page: &DenialContents) -> String {
        let DenialContents { denial, tenant_slug, support_contact, locale, .. } = page;
        let locale = locale.tag();
        let retry = page.retry_url.as_deref().unwrap_or("-");
        let since = page.since.map(|since| format!(" since {since}")).unwrap_or_default();
        let code = denial.code();
        let tenant_slug = tenant_slug.as_ref().map_or("", TenantSlug::as_str);
        format!("<h1>{code}</h1>{since} {tenant_slug} {support_contact} [{locale}] {retry}")
    }

    fn notice(&self, page: &NoticeContents) -> String {
        format!("<h1>{}</h1> {}", page.notice.code(), page.support_contact)
    }

    fn retry(&self, page: &RetryContents) -> String {
        match &page.outcome {
            RetryOutcome::Works { site_url, image_url } => format!("<h1>works</h1> {site_url} {image_url}"),
            RetryOutcome::Refused(denial) => format!("<h1>retry {}</h1>", denial.code()),
        }
    }
}

/// A change of a record, and the feed that its author waits for.
pub(crate) struct Act {
    pub(crate) record: RecordChange,
    pub(crate) source: Arc<Source>,
    pub(crate) feed: Arc<StatusFeed>,
}

/// Pages of Sekisho: show the requests that they get; act on forms.
#[derive(Default)]
pub(crate) struct PlainLocal {
    /// Forms whose beginning has arrived.
    pub(crate) begun: AtomicUsize,
    /// Forms read to their end.
    pub(crate) acts: Mutex<Vec<String>>,
    /// What the next form does.
    pub(crate) act: Mutex<Option<Act>>,
}

impl PlainLocal {
    async fn form(&self, mut request: Request<Body>) -> Response<Body> {
        let mut text = Vec::new();
        while let Some(frame) = request.body_mut().frame().await {
            let Ok(frame) = frame else {
                let mut response = Response::new(crate::client::body("broken off"));
                *response.status_mut() = StatusCode::BAD_REQUEST;
                return response;
            };
            text.extend_from_slice(&frame.into_data().unwrap_or_default());
            self.begun.fetch_add(1, Ordering::SeqCst);
        }
        let act = self.act.lock().unwrap().take();
        if let Some(Act { record, source, feed }) = act {
            feed.applied(source.put(record)).await;
        }
        self.acts.lock().unwrap().push(String::from_utf8(text).unwrap());
        Response::new(crate::client::body("done"))
    }
}

#[async_trait]
impl LocalService for PlainLocal {
    async fn call(&self, permit: Permit, place: LocalPlace, request: Request<Body>) -> Response<Body> {
        assert!(request.extensions().get::<gate::ClientAddress>().is_some());
        // `Host` is set over HTTP/2 too, where the client sent none: pages compare it with `Origin`.
        assert!(request.headers().contains_key("host"));
        if request.method() == Method::POST {
            return self.form(request).await;
        }
        if request.uri().path() == "/forbidden" {
            let mut response = Response::new(crate::client::body("not you"));
            *response.status_mut() = StatusCode::FORBIDDEN;
            return response;
        }
        let text = format!("local {place:?} {} {}", permit.user().login_name, request.uri());
        Response::new(crate::client::body(text))
    }
}

/// Bytes of an answer that no socket's buffers take.
pub(crate) const LARGE: usize = 64 * 1024 * 1024;

struct PlainPublic;

#[async_trait]
impl PublicService for PlainPublic {
    async fn call(&self, host: &HostName, request: Request<Body>) -> Response<Body> {
        if request.uri().path() == "/large" {
            return Response::new(crate::client::body(vec![b'a'; LARGE]));
        }
        let (parts, body) = request.into_parts();
        // The answer's kind does not matter; the test is about the gate.
        let _ = body.collect().await;
        let request = Request::from_parts(parts, ());
        Response::new(crate::client::body(format!("public {host} {}", request.uri().path())))
    }
}

/// One certificate for all names, and another for names below a name without a site.
struct TwoKeys {
    key: Arc<CertifiedKey>,
    elsewhere: Arc<CertifiedKey>,
}

impl ServerCertificates for TwoKeys {
    fn certified_key(&self, host: &HostName) -> Option<Arc<CertifiedKey>> {
        let key = if host.as_str() == ELSEWHERE { &self.elsewhere } else { &self.key };
        Some(Arc::clone(key))
    }

    fn default_key(&self) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.key))
    }
}

#[derive(Default)]
pub(crate) struct SeenProofs(pub Mutex<Vec<CertificateId>>, /** Takes none. */ pub AtomicBool);

impl Proofs for SeenProofs {
    fn seen(&self, certificate: CertificateId) -> bool {
        self.0.lock().unwrap().push(certificate);
        !self.1.load(Ordering::SeqCst)
    }
}

/// A tenant with its records.
pub(crate) struct Company {
    pub(crate) facts: TenantFacts,
    pub(crate) user: UserFacts,
    pub(crate) issuer: Authority,
    seed: u64,
}

impl Company {
    fn new(slug: &str, role: Role, seed: u64) -> Self {
        let mut random = rng(seed);
        let id = TenantId::new(at(NOW), &mut random);
        let facts = TenantFacts {
            id,
            slug: TenantSlug::parse_any(slug).expect("a slug"),
            state: TenantState::Active,
            suspended_from: at(NOW + 9_999_999),
        };
        let user = UserFacts {
            id: UserId::new(at(NOW), &mut random),
            state: UserState::Active,
            role,
            login_name: format!("taro-{slug}"),
            email: Some(format!("taro@{slug}.test")),
            groups: vec!["sales".into(), "tokyo".into()],
            display_name: "山田 太郎".into(),
        };
        let issuer = Authority::new(&format!("Issuer {slug}"), id, seed + 50);
        Self { facts, user, issuer, seed }
    }

    pub(crate) fn site(&self, host: &str, kind: SiteKind, upstream: Option<SocketAddr>) -> Site {
        let mapped = |header: &str, value| HeaderMapping { header: header.into(), value };
        let headers = vec![
            mapped("remote-user", IdentityValue::User),
            mapped("x-user-at-tenant", IdentityValue::UserAtTenant),
            mapped("x-id", IdentityValue::Id),
            mapped("x-token", IdentityValue::Assertion),
            mapped("x-certificate", IdentityValue::ClientCert),
        ];
        let seed = self.seed + 100 + host.bytes().map(u64::from).sum::<u64>();
        Site {
            id: SiteId::new(at(NOW), &mut rng(seed)),
            tenant: self.facts.id,
            host: HostName::parse(host).unwrap(),
            kind,
            upstream: upstream
                .map(|address| UpstreamRecord::new(&format!("http://{address}"), headers.clone()).unwrap()),
        }
    }

    pub(crate) fn tenant_record(&self) -> TenantRecord {
        TenantRecord { facts: self.facts.clone(), support_contact: "help@desk.test".into(), since: None }
    }

    pub(crate) fn record(&self, holder: &Holder, status: Status) -> TaggedCertificate {
        let seed = self.seed + 1000 + u64::from(holder.serial.as_bytes()[0]);
        TaggedCertificate {
            tag: tag_of(&holder.chain[0]),
            id: CertificateId::new(at(NOW), &mut rng(seed)),
            user: self.user.id,
            status,
            since: (status != Status::Good).then(|| at(NOW - 600)),
        }
    }

    pub(crate) fn issuer_record(&self) -> IssuerRecord {
        IssuerRecord {
            id: self.issuer.id,
            tenant: self.facts.id,
            certificate_der: self.issuer.certificate.as_der().to_vec(),
        }
    }
}

pub(crate) struct Stage {
    pub(crate) address: SocketAddr,
    pub(crate) a: Company,
    pub(crate) b: Company,
    pub(crate) operators: Company,
    pub(crate) upstream: Upstream,
    pub(crate) source: Arc<Source>,
    pub(crate) feed: Arc<StatusFeed>,
    pub(crate) clock: Arc<StageClock>,
    pub(crate) proofs: Arc<SeenProofs>,
    pub(crate) local: Arc<PlainLocal>,
    pub(crate) shutdown: CancellationToken,
    pub(crate) serving: JoinHandle<()>,
    /// A good certificate of tenant a.
    pub(crate) taro: Holder,
}

fn server_key(company: &Company, host: &str, serial: u8) -> Arc<CertifiedKey> {
    let profile = Profile::Server { dns_names: vec![host.into()] };
    let holder = company.issuer.issue_as(serial, crate::cast::VALID, &profile);
    let key = PrivateKeyDer::try_from(holder.key_pkcs8.clone()).unwrap();
    Arc::new(CertifiedKey::new(holder.chain, aws_lc_rs::sign::any_supported_type(&key).unwrap()))
}

impl Stage {
    pub(crate) async fn set() -> Self {
        Self::set_with(|_| ()).await
    }

    pub(crate) async fn set_with(choose: impl FnOnce(&mut GateConfig)) -> Self {
        let stage = Self::built(true, choose).await;
        stage.feed.loaded().await;
        stage
    }

    /// The gate serves, but its view may not be loaded yet; never, if the source is not `readable`.
    pub(crate) async fn set_unloaded(readable: bool) -> Self {
        Self::built(readable, |_| ()).await
    }

    async fn built(readable: bool, choose: impl FnOnce(&mut GateConfig)) -> Self {
        let upstream = Upstream::start().await;
        let a = Company::new("a", Role::User, 1);
        let b = Company::new("b", Role::User, 2);
        let operators = Company::new("console", Role::Operator, 3);
        let taro = a.issuer.issue(1);
        let companies = [&a, &b, &operators];
        let first = Snapshot {
            generation: 0,
            tenants: companies.iter().map(|company| company.tenant_record()).collect(),
            issuers: companies.iter().map(|company| company.issuer_record()).collect(),
            sites: vec![
                a.site(A, SiteKind::Application, Some(upstream.address)),
                b.site(B, SiteKind::Application, Some(upstream.address)),
                a.site(DESK, SiteKind::Desk, None),
                operators.site(CONSOLE, SiteKind::Console, None),
            ],
            users: companies
                .iter()
                .map(|company| UserRecord { facts: company.user.clone(), since: None })
                .collect(),
            certificates: vec![a.record(&taro, Status::Good)],
        };
        let source = Arc::new(Source {
            first: Mutex::new(first),
            broken: AtomicBool::new(!readable),
            ..Source::default()
        });
        let clock = Arc::new(StageClock(AtomicI64::new(NOW)));
        let proofs = Arc::<SeenProofs>::default();
        let local = Arc::<PlainLocal>::default();
        let view = Arc::new(View::new(gate::STALENESS_LIMIT));
        let connections = Connections::new();
        let port = Arc::clone(&source) as Arc<dyn StatusSource>;
        let feed =
            StatusFeed::new(port, Arc::clone(&view), Arc::clone(&connections), Arc::clone(&clock) as _);
        let feed = Arc::new(feed);
        let running = Arc::clone(&feed);
        tokio::spawn(async move { running.run(CancellationToken::new()).await });
        let ports = Ports {
            pages: Arc::new(PlainPages),
            local: Arc::clone(&local) as _,
            public: Arc::new(PlainPublic),
            certificates: Arc::new(TwoKeys {
                key: server_key(&a, A, 99),
                elsewhere: server_key(&a, ELSEWHERE, 98),
            }),
            proofs: Arc::clone(&proofs) as _,
            leaf_tags: Arc::new(PlainTags),
            assertion_keys: Arc::new(assertion_keys()),
            clock: Arc::clone(&clock) as _,
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let mut config = config(address.port());
        choose(&mut config);
        let gate = Gate::new(config, view, connections, ports);
        let serving = tokio::spawn(gate.serve(listener, shutdown.clone()));
        Self {
            address,
            a,
            b,
            operators,
            upstream,
            source,
            feed,
            clock,
            proofs,
            local,
            shutdown,
            serving,
            taro,
        }
    }

    /// HTTP/1.1 over TLS 1.3 to tenant a's site, without a certificate.
    pub(crate) fn browser(&self) -> Browser {
        Browser {
            address: self.address,
            server_name: Some(A.to_owned()),
            holder: None,
            http: Version::HTTP_11,
            tls: &rustls::version::TLS13,
            suite: None,
        }
    }

    /// An act: resolves when its answer would be there.
    pub(crate) async fn act(&self, record: RecordChange) {
        let generation = self.source.put(record);
        self.feed.applied(generation).await;
    }

    /// Puts another application behind tenant a's site.
    pub(crate) async fn behind(&self, address: SocketAddr, choose: impl FnOnce(&mut UpstreamRecord)) {
        let mut site = self.a.site(A, SiteKind::Application, Some(address));
        choose(site.upstream.as_mut().unwrap());
        self.act(RecordChange::Site(site)).await;
    }

    pub(crate) async fn set_status(&self, company: &Company, holder: &Holder, status: Status) {
        self.act(RecordChange::Certificate(company.record(holder, status))).await;
    }

    /// A registered, good certificate with this serial.
    pub(crate) async fn register(&self, company: &Company, holder: &Holder) {
        self.set_status(company, holder, Status::Good).await;
    }
}

fn assertion_keys() -> LocalAssertionKeys {
    let key = PrivateKey::generate(KeyAlgorithm::EcdsaP256).unwrap();
    LocalAssertionKeys::from_pkcs8_der(&key.to_pkcs8_der().unwrap()).unwrap()
}

fn config(port: u16) -> GateConfig {
    GateConfig {
        public_url: PUBLIC_URL.into(),
        public_hosts: HashSet::from([HostName::parse(PUBLIC).unwrap()]),
        retry: Some(RetryNames { suffix: HostName::parse("retry.test").unwrap() }),
        https_port: port,
        connections_max: 256,
        upstreams: UpstreamBounds::default(),
        handshake_rate: HandshakeRate::default(),
        rooms: RoomLimits::default(),
        patience: Patience::default(),
        page_policy: PagePolicy::new("'none'").unwrap(),
        choice_key: hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]),
        request_id_prefix: "t1".into(),
    }
}
