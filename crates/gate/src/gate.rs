//! One request, from front to back.
//!
//! `answer` reads the host, compares it with the connection's, has [`crate::policy`] decide, and hands a permitted
//! request to the application or to a page of ours.

use crate::{
    access_log::{Line, Verdict},
    answer::{self, Length, NotHere, Reader, Words},
    assertion::Assertions,
    body::{self, Body, CutBody, JudgedBody, Trailers, VisitorBody, blame, boxed, empty},
    choice::{self, Choices, Scope},
    config::GateConfig,
    connections::{Connection, Connections, Hold},
    handshake_limit::HandshakeLimit,
    identity::{VerifiedLeaves, Visitor},
    jwks, listener,
    meters::{self, Asked},
    movement::MovingBody,
    place::Place,
    policy,
    ports::{ClientAddress, DenialPage, LocalPlace, Notice, NoticePage, Ports, RequestId},
    proofs::FirstSeen,
    proxy::{ForwardError, Onward, Proxy},
    request_id::RequestIds,
    retry,
    room::Rooms,
    serving::StreamRefused,
    shared_page::{Page, REQUEST_ID_PLACE, SharedPages},
    status::View,
    target::{EncodedSlash, RequestAuthority, Target, TargetError},
    tls::SiteTls,
};
use domain::{
    denial::Denial,
    host_name::HostName,
    id::TenantId,
    permit::Permit,
    site::{Site, SiteKind, Upstream},
    time::Timestamp,
};
use ground::{
    Drain, Lateness, PacedBody, Rate, Rates,
    framing::{self, Content, ExactBody},
};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri, Version, header::HOST};
use hyper::body::Incoming;
use pki::Serial;
use std::{net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, time::Instant};
use tokio_util::sync::CancellationToken;

/// The gate.
pub struct Gate {
    config: GateConfig,
    view: Arc<View>,
    connections: Arc<Connections>,
    ports: Ports,
    tls: SiteTls,
    verified_leaves: VerifiedLeaves,
    assertions: Assertions,
    proxy: Proxy,
    first_seen: FirstSeen,
    handshake_limit: HandshakeLimit,
    choices: Choices,
    request_ids: RequestIds,
    rooms: Rooms,
    pages: SharedPages,
    /// How often a failed proof is logged.
    failed_proofs: Rates<()>,
}

/// Failed proofs in the log, of whatever clients; `gate_handshakes_total` counts all of them.
const FAILED_PROOFS_LOGGED: Rate = Rate { per_second: 1, burst: 20 };

/// What all answers to one request need.
pub(crate) struct Visit {
    pub(crate) connection: Arc<Connection>,
    pub(crate) reader: Reader,
    pub(crate) request_id: String,
}

/// An answer, and what to log about it.
pub(crate) type Answer = (Response<Body>, Verdict);

impl Gate {
    /// A gate that looks at `view` and keeps its open connections in `connections`; both are shared with the
    /// [`crate::StatusFeed`].
    pub fn new(
        config: GateConfig,
        view: Arc<View>,
        connections: Arc<Connections>,
        ports: Ports,
    ) -> Arc<Self> {
        Arc::new(Self {
            tls: SiteTls::new(Arc::clone(&ports.certificates)),
            first_seen: FirstSeen::new(Arc::clone(&ports.proofs)),
            request_ids: RequestIds::new(config.request_id_prefix.clone()),
            assertions: Assertions::new(config.public_url.clone(), Arc::clone(&ports.assertion_keys)),
            handshake_limit: HandshakeLimit::new(config.handshake_rate),
            verified_leaves: VerifiedLeaves::default(),
            choices: Choices::new(config.choice_key.clone()),
            proxy: Proxy::new(&config.upstreams),
            rooms: Rooms::new(config.rooms),
            pages: SharedPages::new(Arc::clone(&ports.pages)),
            failed_proofs: Rates::new(FAILED_PROOFS_LOGGED, 1),
            config,
            view,
            connections,
            ports,
        })
    }

    /// Serves `listener` until `shutdown`, then drains (bounded) and returns.
    pub async fn serve(self: Arc<Self>, listener: TcpListener, shutdown: CancellationToken) {
        meters::describe();
        let sweeping = tokio::spawn({
            let gate = Arc::clone(&self);
            async move { gate.proxy.sweep().await }
        });
        listener::serve(self, listener, shutdown).await;
        sweeping.abort();
    }

    pub(crate) fn config(&self) -> &GateConfig {
        &self.config
    }

    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    pub(crate) fn connections(&self) -> &Arc<Connections> {
        &self.connections
    }

    pub(crate) fn ports(&self) -> &Ports {
        &self.ports
    }

    pub(crate) fn tls(&self) -> &SiteTls {
        &self.tls
    }

    pub(crate) fn verified_leaves(&self) -> &VerifiedLeaves {
        &self.verified_leaves
    }

    pub(crate) fn choices(&self) -> &Choices {
        &self.choices
    }

    pub(crate) fn handshake_limit(&self) -> &HandshakeLimit {
        &self.handshake_limit
    }

    /// Would this visitor be let in now? What a connection may take up depends on it.
    pub(crate) fn admits(&self, place: &Place, visitor: &Visitor) -> bool {
        match place {
            Place::Site(host) => policy::decide_at(&self.view, host, visitor, self.ports.clock.now()).is_ok(),
            Place::Retry { .. } | Place::Public(_) | Place::Nowhere => false,
        }
    }

    /// A certificate was shown by a client that does not hold its key: a copy, perhaps on its way to be misused.
    pub(crate) fn report_failed_proof(&self, client: SocketAddr, place: &Place, serial: Serial) {
        if self.failed_proofs.admits(&()) {
            let site = place.host().map(HostName::as_str);
            let serial = serial.to_hex();
            tracing::warn!(%client, site, serial, "a certificate was shown without its key");
        }
    }

    /// Answers one request, whatever it is. Never resolves where the connection ends by an alert instead.
    pub(crate) async fn answer(
        &self,
        connection: Arc<Connection>,
        request: Request<Incoming>,
        drain: &Drain,
    ) -> Result<Response<MovingBody>, StreamRefused> {
        connection.count_request();
        let version = request.version();
        let visit = Visit {
            reader: Reader::of(request.headers(), request.uri().query(), version),
            request_id: self.request_ids.next(),
            connection,
        };
        let line = Line {
            request_id: visit.request_id.clone(),
            client: visit.connection.client,
            site: visit.connection.place.host().map(ToString::to_string).unwrap_or_default(),
            asked: self.asked(&visit.connection.place),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            begun: Instant::now(),
        };
        let method = request.method().clone();
        let request = request.map(|body| {
            let Connection { finish, half_closed, .. } = &*visit.connection;
            VisitorBody::new(body, version, finish.clone(), half_closed.clone())
        });
        let room = self.rooms.enter(&visit.connection);
        let (response, verdict) = match &room {
            Some(_) => self.route(&visit, request, drain).await,
            None => self.busy(&visit),
        };
        line.write(verdict, response.status());
        if matches!(verdict, Verdict::ChoiceForgotten) {
            visit.connection.rejected.notify_one();
            return std::future::pending().await;
        }
        if version == Version::HTTP_2 && response.extensions().get::<NotHere>().is_some() {
            return Err(StreamRefused::default());
        }
        let response = well_formed(&method, response);
        Ok(response.map(|body| MovingBody::new(body, &visit.connection.movement, room)))
    }

    fn asked(&self, place: &Place) -> Asked {
        match place {
            Place::Site(host) => {
                self.view.topology().site(host).map_or(Asked::None, |site| Asked::Site(site.kind))
            }
            Place::Retry { .. } => Asked::Retry,
            Place::Public(_) => Asked::Public,
            Place::Nowhere => Asked::None,
        }
    }

    async fn route(&self, visit: &Visit, request: Request<VisitorBody>, drain: &Drain) -> Answer {
        let Ok(authority) = RequestAuthority::of(&request) else {
            return self.notice(visit, Notice::BadRequest, None);
        };
        let place = &visit.connection.place;
        if *place == Place::Nowhere && !self.view.is_loaded() {
            // Whose name it is cannot be known yet.
            return self.denied(visit, Denial::StatusStale, &authority.host, None);
        }
        if place.host() != Some(&authority.host) {
            return self.notice(visit, Notice::UnknownHost, Some(&authority.host));
        }
        if matches!(place, Place::Site(_) | Place::Public(_)) && jwks::is_asked(&request) {
            return (jwks::jwks_answer(self.assertions.keys(), request.method()), Verdict::Public);
        }
        match place {
            Place::Site(host) => self.site(visit, host, &authority, request, drain).await,
            Place::Retry { host, tenant } => retry::answer(self, visit, host, *tenant, request.uri().path()),
            Place::Public(host) => {
                let (request, lateness) = self.paced(for_service(visit, request, &authority, None));
                let answer = self.ports.public.call(host, request.map(boxed)).await;
                self.spoiled(visit, &lateness, host).unwrap_or((answer, Verdict::Public))
            }
            Place::Nowhere => self.notice(visit, Notice::UnknownHost, Some(&authority.host)),
        }
    }

    async fn site(
        &self,
        visit: &Visit,
        host: &HostName,
        authority: &RequestAuthority,
        request: Request<VisitorBody>,
        drain: &Drain,
    ) -> Answer {
        // Before the decision, see `connections`.
        let hold = visit.connection.hold();
        let Some(site) = self.view.topology().site(host).cloned() else {
            return self.notice(visit, Notice::UnknownHost, Some(host));
        };
        let permit = match self.decide(visit, site.tenant, site.kind) {
            Ok(permit) => permit,
            Err(denial) if denial != Denial::StatusStale && self.ends_choice(&request, &site) => {
                return forgotten();
            }
            Err(denial) => return self.denied(visit, denial, host, Some(site.tenant)),
        };
        let target = match Target::of(request.uri(), encoded_slash(&site)) {
            Ok(target) => target,
            Err(TargetError::EncodedSlash) => return self.notice(visit, Notice::EncodedSlash, Some(host)),
            Err(_) => return self.notice(visit, Notice::BadRequest, Some(host)),
        };
        let verdict = Verdict::permitted(&permit);
        let upstream = match Behind::of(&site, &target) {
            Behind::Upstream(upstream) => upstream,
            Behind::Local(place) => {
                let request = for_service(visit, request, authority, Some(&target));
                return self.local(visit, &site, place, permit, request, &hold).await;
            }
        };
        let (last, now) = (&visit.connection.last_assertion, self.ports.clock.now());
        let assertion = self.assertions.of(last, &permit, host, &visit.request_id, now);
        let onward = Onward {
            site: &site,
            upstream,
            authority,
            target: &target,
            permit: &permit,
            assertion,
            hold: &hold,
            upload_wait_max: self.config.patience.upload,
        };
        match self.proxy.forward(request, &onward, &visit.connection, drain).await {
            Ok(mut response) => {
                if upstream.conduct.apple_401 {
                    visit.reader.make_page_seen(&mut response);
                }
                (response, verdict)
            }
            Err(error) => self.not_forwarded(visit, &error, &site, &permit),
        }
    }

    /// Is it the request by which a retry page makes its browser forget what it chose for this site?
    fn ends_choice<B>(&self, request: &Request<B>, site: &Site) -> bool {
        let scope = Scope { tenant: site.tenant, site: &site.host };
        let now = self.ports.clock.now();
        choice::token_in(request).is_some_and(|token| self.choices.spend(token, scope, now))
    }

    /// Has a page of ours answer, for as long as the visitor is permitted: no byte of a body comes through on a
    /// permit that would not be given any more, and whoever is shut out is answered at once, whatever is under way.
    ///
    /// An act that shuts out its own actor ends here too, while it waits for the gate: it is committed by then, and
    /// dropping it is what the gate waits for.
    async fn local(
        &self,
        visit: &Visit,
        site: &Site,
        place: LocalPlace,
        permit: Permit,
        request: Request<VisitorBody>,
        hold: &Hold,
    ) -> Answer {
        // Held until there is an answer's head, so that a cut can wait for it.
        let _acting = hold.forwards.token();
        let verdict = Verdict::permitted(&permit);
        let judge = self.judge(visit, site, &permit);
        let (request, lateness) = self.paced(request);
        let request = request.map(|body| boxed(JudgedBody::new(body, judge)));
        tokio::select! {
            biased;
            () = hold.cut.cancelled() => {
                let refused = self.shut_out(visit, site);
                refused.unwrap_or_else(|| self.notice(visit, Notice::BadRequest, Some(&site.host)))
            }
            mut answer = self.ports.local.call(permit, place, request) => {
                visit.reader.make_seen(&mut answer);
                let answer = answer.map(|body| boxed(CutBody::new(body, hold.cut.clone(), Trailers::Keep)));
                self.spoiled(visit, &lateness, &site.host).unwrap_or((answer, verdict))
            }
        }
    }

    /// A request to a page of ours, whose client must go on sending.
    fn paced(&self, request: Request<VisitorBody>) -> (Request<PacedBody<VisitorBody>>, Lateness) {
        let request = request.map(|body| PacedBody::new(body, self.config.patience.form));
        let lateness = request.body().lateness();
        (request, lateness)
    }

    /// What takes the place of an answer to a body that did not come through because of its client.
    fn spoiled(&self, visit: &Visit, lateness: &Lateness, host: &HostName) -> Option<Answer> {
        blame(lateness).map(|notice| self.notice(visit, notice, Some(host)))
    }

    /// Would this permit be given again?
    fn judge(&self, visit: &Visit, site: &Site, permit: &Permit) -> impl Fn() -> bool + Send + use<> {
        let (view, clock) = (Arc::clone(&self.view), Arc::clone(&self.ports.clock));
        let (connection, host, role) = (Arc::clone(&visit.connection), site.host.clone(), permit.user().role);
        move || {
            let permit = policy::decide_at(&view, &host, &connection.visitor, clock.now());
            permit.is_ok_and(|permit| permit.user().role == role)
        }
    }

    /// The refusal of a visitor who was shut out while a request was under way; `None`: let in again meanwhile.
    fn shut_out(&self, visit: &Visit, site: &Site) -> Option<Answer> {
        let denial = self.decide(visit, site.tenant, site.kind).err()?;
        Some(self.denied(visit, denial, &site.host, Some(site.tenant)))
    }

    fn not_forwarded(&self, visit: &Visit, error: &ForwardError, site: &Site, permit: &Permit) -> Answer {
        let notice = match error {
            // Shut out while waiting: the visitor is told why.
            ForwardError::Cut => match self.shut_out(visit, site) {
                Some(refused) => return refused,
                None => Notice::UpstreamUnreachable,
            },
            // The visitor's doing, and no reason to wake anybody.
            ForwardError::Visitor(notice) => return self.notice(visit, *notice, Some(&site.host)),
            ForwardError::Ambiguous => return self.notice(visit, Notice::BadRequest, Some(&site.host)),
            ForwardError::Busy => Notice::Busy,
            ForwardError::Timeout => Notice::UpstreamTimeout,
            ForwardError::Unreachable(_) | ForwardError::Garbled(_) | ForwardError::Address(_) => {
                Notice::UpstreamUnreachable
            }
        };
        // A flood must not fill the log as well; `gate_requests_total` counts what is busy.
        if notice != Notice::Busy {
            tracing::warn!(site = %site.host, request_id = %visit.request_id, error = error as &dyn std::error::Error, "upstream");
        }
        let topology = self.view.topology();
        let tenant = topology.tenant(site.tenant);
        let support_contact = tenant.map_or(String::new(), |tenant| tenant.support_contact.clone());
        let page = NoticePage { support_contact, ..notice_page(visit, notice, Some(&site.host)) };
        (self.say_notice(visit, page, false), Verdict::failed(permit, notice))
    }

    /// Decides, and reports a certificate that is good for the first time.
    pub(crate) fn decide(&self, visit: &Visit, tenant: TenantId, kind: SiteKind) -> Result<Permit, Denial> {
        let now = self.ports.clock.now();
        let topology = self.view.topology();
        let permit = policy::decide(&self.view, &topology, tenant, kind, &visit.connection.visitor, now)?;
        self.first_seen.note(permit.certificate());
        Ok(permit)
    }

    pub(crate) fn since(&self, visit: &Visit, tenant: TenantId, denial: Denial) -> Option<Timestamp> {
        let (visitor, now) = (&visit.connection.visitor, self.ports.clock.now());
        policy::since(&self.view, &self.view.topology(), tenant, visitor, denial, now)
    }

    fn denied(&self, visit: &Visit, denial: Denial, host: &HostName, tenant: Option<TenantId>) -> Answer {
        let since = tenant.and_then(|tenant| self.since(visit, tenant, denial));
        let topology = self.view.topology();
        let tenant = tenant.and_then(|tenant| topology.tenant(tenant));
        let slug = tenant.map_or("", |tenant| tenant.facts.slug.as_str());
        let page = DenialPage {
            denial,
            since,
            host: host.clone(),
            tenant_slug: slug.to_owned(),
            support_contact: tenant.map_or(String::new(), |tenant| tenant.support_contact.clone()),
            request_id: REQUEST_ID_PLACE.to_owned(),
            locale: visit.reader.locale(),
            retry_url: tenant.and_then(|_| retry::url(&self.config, slug, REQUEST_ID_PLACE, host)),
            site_url: self.config.site_url(host.as_str()),
            program: visit.reader.program(),
        };
        let words = Words {
            status: answer::denial_status(denial),
            code: denial.code(),
            request_id: &visit.request_id,
            since,
            page: &Page::Denial(page),
            token: "",
            ends_connection: true,
            denial: Some(denial),
        };
        (self.say(visit, &words), Verdict::Denied(denial))
    }

    fn notice(&self, visit: &Visit, notice: Notice, host: Option<&HostName>) -> Answer {
        (self.say_notice(visit, notice_page(visit, notice, host), true), Verdict::Noticed(notice))
    }

    fn say_notice(&self, visit: &Visit, page: NoticePage, ends_connection: bool) -> Response<Body> {
        let (notice, page) = (page.notice, Page::Notice(page));
        let words = Words { ends_connection, ..notice_words(visit, notice, &page) };
        self.say(visit, &words)
    }

    /// There is no room for what is asked: said in as few bytes as possible, and the connection ends.
    fn busy(&self, visit: &Visit) -> Answer {
        let page = Page::Notice(notice_page(visit, Notice::Busy, None));
        let words = Words { ends_connection: true, ..notice_words(visit, Notice::Busy, &page) };
        visit.connection.end();
        let answer = self.written(visit, &words, Length::Bare);
        (answer, Verdict::Noticed(Notice::Busy))
    }

    /// Says it in full. One that ends its connection is the connection's one page: what else is refused on it has short
    /// answers.
    pub(crate) fn say(&self, visit: &Visit, words: &Words<'_>) -> Response<Body> {
        let mut length = Length::Full;
        if words.ends_connection && !visit.connection.end() {
            length = Length::Short;
        }
        self.written(visit, words, length)
    }

    fn written(&self, visit: &Visit, words: &Words<'_>, length: Length) -> Response<Body> {
        answer::write(words, length, &visit.reader, &self.pages, self.config.page_policy.showing(None))
    }
}

/// The one place on the way out, whatever made the answer: an application, a page of ours, the gate itself.
fn well_formed(method: &Method, mut response: Response<Body>) -> Response<Body> {
    match framing::frame(method, &mut response) {
        Content::Whole => response,
        Content::Exactly(length) => response.map(|body| boxed(ExactBody::new(body, length))),
        Content::None => response.map(|_| empty()),
    }
}

fn notice_page(visit: &Visit, notice: Notice, host: Option<&HostName>) -> NoticePage {
    NoticePage {
        notice,
        host: host.cloned(),
        support_contact: String::new(),
        request_id: REQUEST_ID_PLACE.to_owned(),
        locale: visit.reader.locale(),
    }
}

fn notice_words<'a>(visit: &'a Visit, notice: Notice, page: &'a Page) -> Words<'a> {
    Words {
        status: notice.http_status(),
        code: notice.code(),
        request_id: &visit.request_id,
        since: None,
        page,
        token: "",
        ends_connection: false,
        denial: None,
    }
}

fn encoded_slash(site: &Site) -> EncodedSlash {
    match &site.upstream {
        Some(upstream) if upstream.conduct.encoded_slashes => EncodedSlash::Kept,
        _ => EncodedSlash::Refused,
    }
}

/// Stands for the alert, in the log as well: nothing of it is sent.
fn forgotten() -> Answer {
    let mut response = Response::new(body::empty());
    *response.status_mut() = StatusCode::FORBIDDEN;
    (response, Verdict::ChoiceForgotten)
}

/// What a permitted request leads to.
enum Behind<'a> {
    Upstream(&'a Upstream),
    Local(LocalPlace),
}

impl<'a> Behind<'a> {
    fn of(site: &'a Site, target: &Target) -> Self {
        match (site.kind, &site.upstream) {
            _ if target.is_reserved() => Self::Local(LocalPlace::Reserved),
            (SiteKind::Application, Some(upstream)) => Self::Upstream(upstream),
            (SiteKind::Application, None) => Self::Local(LocalPlace::Portal),
            (SiteKind::Desk, _) => Self::Local(LocalPlace::Desk),
            (SiteKind::Console, _) => Self::Local(LocalPlace::Console),
        }
    }
}

/// A request as a service of ours gets it: `Host` says what `:authority` said, and with `target` the
/// path is the normalised one.
fn for_service(
    visit: &Visit,
    request: Request<VisitorBody>,
    authority: &RequestAuthority,
    target: Option<&Target>,
) -> Request<VisitorBody> {
    let (mut parts, body) = request.into_parts();
    if let Ok(host) = HeaderValue::try_from(authority.to_string()) {
        parts.headers.insert(HOST, host);
    }
    if let Some(target) = target {
        parts.uri = Uri::from(target.path_and_query().clone());
    }
    parts.extensions.insert(ClientAddress(visit.connection.client));
    parts.extensions.insert(RequestId(visit.request_id.clone()));
    Request::from_parts(parts, body)
}
