//! Hands a permitted request to the application behind a site, and its answer back.
//!
//! **Invariant:** [`Proxy::forward`] needs a [`Permit`]. **Invariant:** what the application learns about the
//! visitor comes from that permit alone ([`header_fields`]). **Invariant:** each site has a pool of its own; no
//! connection to an application serves two sites, and none serves two visitors where the application takes a
//! connection for a person ([`own_line`]).
//!
//! Read next: [`bulkhead`] (how much may be under way), [`exchange`] (one request and its answer), [`pool`], [`link`].

mod bulkhead;
mod exchange;
mod forged_fields;
mod header_fields;
mod link;
mod own_line;
mod pool;
mod tunnel;

pub use bulkhead::UpstreamBounds;
pub(crate) use own_line::OwnLine;

use crate::{
    body::{Body, BodyError, CutBody, PlacedBody, Progress, Trailers, VisitorBody, blame, boxed, empty},
    connections::{Connection, Hold},
    ports::Notice,
    target::{RequestAuthority, Target},
};
use bulkhead::{Errand, Place, UnderWay};
use domain::{
    permit::Permit,
    site::{Site, Upstream},
};
use exchange::{AnswerBody, Exchange, Lease};
use forged_fields::ForgedFields;
use ground::{Drain, Lateness, PacedBody, framing::Length};
use http::{
    HeaderValue, Method, Request, Response, StatusCode, Uri, Version,
    header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING},
};
use http_body::Body as HttpBody;
use hyper::body::Incoming;
use pool::Pool;
use std::{sync::Arc, time::Duration};

/// Everything that one forward depends on.
pub(crate) struct Onward<'a> {
    pub(crate) site: &'a Site,
    pub(crate) upstream: &'a Upstream,
    pub(crate) authority: &'a RequestAuthority,
    pub(crate) target: &'a Target,
    pub(crate) permit: &'a Permit,
    /// The permit, signed.
    pub(crate) assertion: Option<HeaderValue>,
    pub(crate) hold: &'a Hold,
    /// How far the visitor may fall behind with the request's body.
    pub(crate) upload_wait_max: Duration,
}

/// Why there is no answer of the application's.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ForwardError {
    /// The visitor was shut out meanwhile.
    #[error("cut: the visitor was shut out")]
    Cut,
    /// The visitor sends no body, or too slowly; so the visitor is told.
    #[error("the request's body: {}", .0.code())]
    Visitor(Notice),
    /// The request could be taken for two.
    #[error("request with more than one reading")]
    Ambiguous,
    /// As much is under way as there is room for.
    #[error("as much is under way to applications as there is room for")]
    Busy,
    /// The address on record is none.
    #[error("upstream address {0:?}: expected http://host:port")]
    Address(String),
    /// No connection, or it broke.
    #[error("upstream cannot be reached")]
    Unreachable(#[source] BodyError),
    /// The answer has no meaning, or more than one.
    #[error("upstream's answer cannot be read")]
    Garbled(#[source] BodyError),
    /// No answer in time.
    #[error("upstream does not answer")]
    Timeout,
}

/// The way to all applications.
pub(crate) struct Proxy {
    under_way: UnderWay,
    pool: Pool,
}

impl Proxy {
    pub(crate) fn new(bounds: &UpstreamBounds) -> Self {
        Self { under_way: UnderWay::new(bounds), pool: Pool::new(bounds.connections_max) }
    }

    /// Closes connections that are idle for too long; never resolves.
    pub(crate) async fn sweep(&self) {
        self.pool.sweep().await;
    }

    /// Forwards; the answer's body streams and is cut with the visitor.
    pub(crate) async fn forward(
        &self,
        request: Request<VisitorBody>,
        onward: &Onward<'_>,
        connection: &Arc<Connection>,
        drain: &Drain,
    ) -> Result<Response<Body>, ForwardError> {
        // Held until there is an answer's head or no answer, so that a cut can wait for it.
        let _forwarding = onward.hold.forwards.token();
        let upgrade = tunnel::wanted(&request)?;
        if request.method() == Method::CONNECT || request.method() == Method::TRACE {
            return Err(ForwardError::Ambiguous);
        }
        let errand = if upgrade { Errand::Tunnel } else { Errand::Request };
        let place = self.under_way.enter(errand, onward.site, onward.permit.certificate());
        let place = Arc::new(place.ok_or(ForwardError::Busy)?);
        let exchange = Exchange {
            pool: &self.pool,
            application: self.pool.application(onward.site.id, onward.upstream)?,
            own_line: &connection.own_line,
            always_own: onward.upstream.conduct.own_connections,
            place: Arc::clone(&place),
        };
        let (mut parts, body) = request.into_parts();
        let from_client = upgrade.then(|| parts.extensions.remove::<hyper::upgrade::OnUpgrade>()).flatten();
        let upload = Upload::new(body, from_client.is_some(), onward, place);
        let forged = &exchange.application.forged;
        let mut outward = outward(&mut parts.headers, &parts.method, forged, onward, connection, upload.body);
        if from_client.is_some() {
            outward = tunnel::asking(outward);
        }

        let wait_max = Duration::from_secs(onward.upstream.conduct.answer_wait_seconds.into());
        let (answer, lease) = tokio::select! {
            biased;
            () = onward.hold.cut.cancelled() => return Err(ForwardError::Cut),
            answer = answered(exchange.ask(outward), &upload.progress, wait_max) => {
                answer.map_err(|error| blame(&upload.lateness).map_or(error, ForwardError::Visitor))?
            }
        };
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            let from_client = from_client.ok_or_else(|| {
                ForwardError::Garbled("upstream switched protocols without being asked".into())
            })?;
            return Ok(tunnel::open(answer, lease, from_client, connection, onward, drain));
        }
        homeward(answer, lease, &parts.method, onward)
    }
}

/// The request's body on its way.
struct Upload {
    body: Body,
    progress: Progress,
    lateness: Lateness,
}

impl Upload {
    /// Holds `place` as long as anything of it may be sent.
    fn new(body: VisitorBody, is_tunnel: bool, onward: &Onward<'_>, place: Arc<Place>) -> Self {
        let is_empty = is_tunnel || body.is_end_stream();
        let body = PacedBody::new(body, onward.upload_wait_max);
        let lateness = body.lateness();
        let body = CutBody::new(body, onward.hold.cut.clone(), Trailers::Drop);
        let progress = body.progress();
        let body = if is_empty { empty() } else { boxed(PlacedBody::new(body, place)) };
        Self { body, progress, lateness }
    }
}

fn outward(
    headers: &mut HeaderMap,
    method: &Method,
    forged: &ForgedFields,
    onward: &Onward<'_>,
    connection: &Connection,
    body: Body,
) -> Request<Body> {
    header_fields::clean_request(headers, forged);
    header_fields::set_identity(headers, onward, connection);
    set_length(headers, method, &body);
    let mut request = Request::new(body);
    *request.method_mut() = method.clone();
    *request.uri_mut() = Uri::from(onward.target.path_and_query().clone());
    *request.version_mut() = Version::HTTP_11;
    *request.headers_mut() = std::mem::take(headers);
    request
}

/// The body's length in plain digits, else chunks, whatever the method (RFC 9112 §6.1): a body that is announced in
/// no way would be dropped.
fn set_length(headers: &mut HeaderMap, method: &Method, body: &Body) {
    let stated = headers.remove(CONTENT_LENGTH).is_some();
    let has_meaning = matches!(*method, Method::POST | Method::PUT | Method::PATCH);
    match body.size_hint().exact() {
        Some(0) if !stated && !has_meaning => {}
        Some(length) => {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        None => {
            headers.insert(TRANSFER_ENCODING, HeaderValue::from_static("chunked"));
        }
    }
}

/// What `asking` answers. `wait_max` begins anew while the request's body still moves.
async fn answered<T>(
    asking: impl Future<Output = Result<T, ForwardError>>,
    progress: &Progress,
    wait_max: Duration,
) -> Result<T, ForwardError> {
    let mut answer = std::pin::pin!(asking);
    loop {
        let before = progress.frames();
        match tokio::time::timeout(wait_max, answer.as_mut()).await {
            Ok(answer) => return answer,
            Err(_) if progress.frames() != before => {}
            Err(_) => return Err(ForwardError::Timeout),
        }
    }
}

fn homeward(
    answer: Response<Incoming>,
    lease: Lease,
    method: &Method,
    onward: &Onward<'_>,
) -> Result<Response<Body>, ForwardError> {
    let (mut parts, body) = answer.into_parts();
    check_length(&mut parts.headers, parts.status, method)?;
    header_fields::clean_response(&mut parts.headers, &onward.site.host);
    let body = AnswerBody::new(body, lease);
    let mut response = Response::new(boxed(CutBody::new(body, onward.hold.cut.clone(), Trailers::Keep)));
    *response.status_mut() = parts.status;
    *response.headers_mut() = parts.headers;
    Ok(response)
}

/// Refuses an answer whose end could be read in two ways (RFC 9112 §6.3); several differing lengths do not come as far
/// as this.
fn check_length(headers: &mut HeaderMap, status: StatusCode, method: &Method) -> Result<(), ForwardError> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let Some(coding) = codings.next() else { return Ok(()) };
    if method == Method::HEAD || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        // Nothing follows that could be misread; only the length cannot be believed.
        headers.remove(CONTENT_LENGTH);
        return Ok(());
    }
    if codings.next().is_some() || !coding.as_bytes().trim_ascii().eq_ignore_ascii_case(b"chunked") {
        return Err(ForwardError::Garbled("transfer-encoding: expected chunked and nothing else".into()));
    }
    match Length::stated(headers) {
        Length::Absent => Ok(()),
        _ => Err(ForwardError::Garbled("content-length and transfer-encoding contradict each other".into())),
    }
}

#[cfg(test)]
mod tests;
