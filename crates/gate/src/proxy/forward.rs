//! One request to an application and back.

use super::{
    exchange::{Exchange, Lease, Returning},
    header_fields,
    onward::{ForwardError, Onward},
    tunnel,
};
use crate::{
    applications::{Errand, ErrandPlace, ErrandsUnderWay, Pool, SiteApplication},
    body::{Body, BodyProgress, Holding, Trailers, UntilCut, VisitorBody, boxed, empty},
    config::UpstreamBounds,
    connection::Connection,
    ports::GateNotice,
};
use ground::{Drain, Lateness, PacedBody, Passage, framing::Length};
use http::{
    HeaderValue, Method, Request, Response, StatusCode, Uri, Version,
    header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING},
};
use http_body::Body as HttpBody;
use hyper::body::Incoming;
use std::{sync::Arc, time::Duration};

/// The way to all applications.
pub(crate) struct Proxy {
    under_way: ErrandsUnderWay,
    pool: Pool,
}

impl Proxy {
    /// `applications` lists the applications that a site leads to now.
    pub(crate) fn new(
        bounds: &UpstreamBounds,
        applications: impl Fn() -> Vec<Arc<SiteApplication>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            under_way: ErrandsUnderWay::new(bounds),
            pool: Pool::new(bounds.connections_max, applications),
        }
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
        // Held until the answer's head is there or the request has failed, so that a cut can wait for it.
        let _forwarding = onward.hold.forwards.token();
        let upgrade = tunnel::wanted(&request)?;
        if request.method() == Method::CONNECT || request.method() == Method::TRACE {
            return Err(ForwardError::Ambiguous);
        }
        let errand = if upgrade { Errand::Tunnel } else { Errand::Request };
        let (conduct, certificate) = (onward.application.conduct(), onward.permit.certificate());
        let place = self.under_way.enter(errand, onward.site.id, conduct, certificate);
        let place = Arc::new(place.ok_or(ForwardError::Busy)?);
        let exchange = Exchange {
            pool: &self.pool,
            application: onward.application,
            own_line: &connection.own_line,
            always_own: conduct.own_connections,
            place: Arc::clone(&place),
        };
        let (mut parts, body) = request.into_parts();
        let from_client = upgrade.then(|| parts.extensions.remove::<hyper::upgrade::OnUpgrade>()).flatten();
        let upload = Upload::new(body, from_client.is_some(), onward, place);
        let mut outward = outward(&mut parts.headers, &parts.method, onward, connection, upload.body);
        if from_client.is_some() {
            outward = tunnel::asking(outward);
        }

        let wait_max = onward.application.answer_wait;
        let (answer, lease) = tokio::select! {
            biased;
            () = onward.hold.cut.cancelled() => return Err(ForwardError::Cut),
            answer = answered(exchange.ask(outward), &upload.progress, wait_max) => {
                answer.map_err(|error| GateNotice::blaming(&upload.lateness).map_or(error, ForwardError::Visitor))?
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
    progress: BodyProgress,
    lateness: Lateness,
}

impl Upload {
    /// Holds `place` as long as a byte of the body may be sent.
    fn new(body: VisitorBody, is_tunnel: bool, onward: &Onward<'_>, place: Arc<ErrandPlace>) -> Self {
        let is_empty = is_tunnel || body.is_end_stream();
        let body = PacedBody::new(body, onward.upload_wait_max);
        let lateness = body.lateness();
        let passage = UntilCut::new(onward.hold.cut.clone(), Trailers::Drop);
        let progress = passage.progress();
        let body = if is_empty { empty() } else { boxed(Holding(place).around(passage.around(body))) };
        Self { body, progress, lateness }
    }
}

fn outward(
    headers: &mut HeaderMap,
    method: &Method,
    onward: &Onward<'_>,
    connection: &Connection,
    body: Body,
) -> Request<Body> {
    header_fields::clean_request(headers, &onward.application.forged);
    header_fields::set_identity(headers, onward, connection);
    set_length(headers, method, &body);
    let mut request = Request::new(body);
    *request.method_mut() = method.clone();
    *request.uri_mut() = Uri::from(onward.target.path_and_query().clone());
    *request.version_mut() = Version::HTTP_11;
    *request.headers_mut() = std::mem::take(headers);
    request
}

/// The body's length in plain digits, else chunks, for every method (RFC 9112 §6.1): a body without either
/// would be dropped.
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

/// The answer of `asking`. `wait_max` begins anew while the request's body still moves.
async fn answered<T>(
    asking: impl Future<Output = Result<T, ForwardError>>,
    progress: &BodyProgress,
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
    let passage = UntilCut::new(onward.hold.cut.clone(), Trailers::Keep);
    let mut response = Response::new(boxed(passage.around(Returning::body(body, lease))));
    *response.status_mut() = parts.status;
    *response.headers_mut() = parts.headers;
    Ok(response)
}

/// Refuses an answer whose end has two readings (RFC 9112 §6.3); several differing lengths are refused earlier.
fn check_length(headers: &mut HeaderMap, status: StatusCode, method: &Method) -> Result<(), ForwardError> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let Some(coding) = codings.next() else { return Ok(()) };
    if method == Method::HEAD || matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED) {
        // No bytes follow that could be misread; only the length cannot be trusted.
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
