//! One request, from front to back.
//!
//! `answer` reads the host, compares it with the connection's, asks [`crate::decision`], and gives a
//! permitted request to the application or to a page of Sekisho.
//!
//! Read next: [`site`] (a request to a site), [`local`] (a page of Sekisho).

mod local;
mod site;

use crate::{
    access_log::{LogLine, Verdict},
    assertion::{Assertions, jwks},
    body::{Body, FromVisitor, VisitorBody, boxed, empty},
    config::GateConfig,
    connection::{Connection, Connections, MovingBody, Rooms},
    decision::Judge,
    meters::Asked,
    names::Place,
    pages::{AnswerReader, Answers, GateVisit, LoggedAnswer, NotHere, StreamRefused, choice::Choices, retry},
    ports::{GateNotice, Ports},
    proxy::Proxy,
    request::{RequestAuthority, RequestIds},
    status::View,
};
use domain::denial::Denial;
use ground::{
    Drain,
    framing::{self, Content, ExactBody},
};
use http::{Method, Request, Response, Version};
use hyper::body::Incoming;
use local::for_service;
use std::sync::Arc;
use tokio::time::Instant;

/// The gate: decides and answers every request.
pub struct Gate {
    config: Arc<GateConfig>,
    view: Arc<View>,
    connections: Arc<Connections>,
    ports: Ports,
    judge: Arc<Judge>,
    answers: Answers,
    assertions: Assertions,
    proxy: Proxy,
    choices: Choices,
    request_ids: RequestIds,
    rooms: Rooms,
}

impl Gate {
    /// A gate that reads `view` and keeps its open connections in `connections`; the [`crate::StatusFeed`]
    /// shares both.
    pub fn new(
        config: GateConfig,
        view: Arc<View>,
        connections: Arc<Connections>,
        ports: Ports,
    ) -> Arc<Self> {
        let config = Arc::new(config);
        let (clock, proofs) = (Arc::clone(&ports.clock), Arc::clone(&ports.proofs));
        let judge = Arc::new(Judge::new(Arc::clone(&view), clock, proofs));
        let applications = {
            let view = Arc::clone(&view);
            move || view.topology().applications().cloned().collect()
        };
        Arc::new(Self {
            request_ids: RequestIds::new(config.request_id_prefix.clone()),
            assertions: Assertions::new(config.public_url.clone(), Arc::clone(&ports.assertion_keys)),
            choices: Choices::new(config.choice_key.clone()),
            proxy: Proxy::new(&config.upstreams, applications),
            rooms: Rooms::new(config.rooms),
            answers: Answers::new(Arc::clone(&config), Arc::clone(&judge), Arc::clone(&ports.pages)),
            judge,
            config,
            view,
            connections,
            ports,
        })
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

    /// Closes connections to applications that are idle for too long; never resolves.
    pub(crate) async fn sweep(&self) {
        self.proxy.sweep().await;
    }

    /// Answers any request. Never resolves where the connection ends by an alert instead.
    pub(crate) async fn answer(
        &self,
        connection: Arc<Connection>,
        request: Request<Incoming>,
        drain: &Drain,
    ) -> Result<Response<MovingBody>, StreamRefused> {
        connection.count_request();
        let version = request.version();
        let reader = AnswerReader::of(request.headers(), request.uri().query(), version);
        let visit = GateVisit::begin(connection, &self.view, reader, self.request_ids.next());
        let line = LogLine {
            request_id: visit.request_id.clone(),
            client: visit.connection.client,
            site: visit.connection.place.host().map(ToString::to_string).unwrap_or_default(),
            asked: asked(&visit),
            method: request.method().clone(),
            path: request.uri().path().to_owned(),
            begun: Instant::now(),
        };
        let method = request.method().clone();
        let request = request.map(|body| {
            let Connection { finish, half_closed, .. } = &*visit.connection;
            FromVisitor::body(body, version, finish.clone(), half_closed.clone())
        });
        let room = self.rooms.enter(&visit.connection);
        let (response, verdict) = match &room {
            Some(_) => self.route(&visit, request, drain).await,
            None => self.answers.busy(&visit),
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

    async fn route(&self, visit: &GateVisit, request: Request<VisitorBody>, drain: &Drain) -> LoggedAnswer {
        let Ok(authority) = RequestAuthority::of(&request) else {
            return self.answers.notice(visit, GateNotice::BadRequest, None);
        };
        let place = &visit.connection.place;
        if *place == Place::Nowhere && !self.view.is_loaded() {
            // The owner of the name is not known yet.
            return self.answers.denied(visit, Denial::StatusStale, &authority.host, None);
        }
        if place.host() != Some(&authority.host) {
            return self.answers.notice(visit, GateNotice::UnknownHost, Some(&authority.host));
        }
        if matches!(place, Place::Site(_) | Place::Public(_)) && jwks::is_asked(&request) {
            return (jwks::jwks_answer(self.assertions.keys(), request.method()), Verdict::Public);
        }
        match place {
            Place::Site(host) => self.site(visit, host, &authority, request, drain).await,
            Place::Retry { host, tenant } => {
                retry::answer(&self.answers, &self.choices, visit, host, *tenant, request.uri().path())
            }
            Place::Public(host) => {
                let (request, lateness) = self.paced(for_service(visit, request, &authority, None));
                let answer = self.ports.public.call(host, request.map(boxed)).await;
                self.spoiled(visit, &lateness, host).unwrap_or((answer, Verdict::Public))
            }
            Place::Nowhere => self.answers.notice(visit, GateNotice::UnknownHost, Some(&authority.host)),
        }
    }
}

/// The kind of name that the request is for, for the metrics.
fn asked(visit: &GateVisit) -> Asked {
    match &visit.connection.place {
        Place::Site(host) => {
            visit.topology.site(host).map_or(Asked::None, |site| Asked::Site(site.record.kind))
        }
        Place::Retry { .. } => Asked::Retry,
        Place::Public(_) => Asked::Public,
        Place::Nowhere => Asked::None,
    }
}

/// The one place that every answer passes on its way out: an application's, a page's, and the gate's own.
fn well_formed(method: &Method, mut response: Response<Body>) -> Response<Body> {
    match framing::frame(method, &mut response) {
        Content::Whole => response,
        Content::Exactly(length) => response.map(|body| boxed(ExactBody::new(body, length))),
        Content::None => response.map(|_| empty()),
    }
}
