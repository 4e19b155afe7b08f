//! Hands a permitted request to the application behind a site, and its answer back.
//!
//! **Invariant:** [`Proxy::forward`] needs a [`Permit`]. **Invariant:** what the application learns about the
//! visitor comes from that permit alone ([`header_fields`]). **Invariant:** each site has a pool of its own; no
//! connection to an application serves two sites.

mod header_fields;
mod tunnel;

use crate::{
    body::{Body, BodyError, CutBody, Progress, Trailers, boxed, empty},
    connections::{Connection, Hold},
    drain::Drain,
    target::{Authority, Target},
};
use domain::{
    forged_fields::ForgedFields,
    host_name::HostName,
    id::SiteId,
    permit::Permit,
    site::{Site, Upstream},
};
use ground::PacedBody;
use http::{
    HeaderValue, Method, Request, Response, StatusCode, Uri, Version, header::HeaderMap, uri::Scheme,
};
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

/// How long connecting to an application may take.
const UPSTREAM_CONNECT_MAX: Duration = Duration::from_secs(5);

/// How long an application may leave us without an answer's head while nothing of the request moves either.
const UPSTREAM_RESPONSE_MAX: Duration = Duration::from_mins(1);

/// How long an idle connection to an application is kept.
const UPSTREAM_IDLE_MAX: Duration = Duration::from_secs(30);

/// How many idle connections to one application are kept.
const UPSTREAM_IDLE_CONNECTIONS_MAX: usize = 64;

/// Everything that one forward depends on.
pub(crate) struct Onward<'a> {
    pub(crate) site: &'a Site,
    pub(crate) upstream: &'a Upstream,
    pub(crate) authority: &'a Authority,
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
    /// The visitor sends too slowly.
    #[error("the request's body comes too slowly")]
    Slow,
    /// The request could be taken for two.
    #[error("request with more than one reading")]
    Ambiguous,
    /// The address on record is none.
    #[error("upstream address {0:?}: expected http://host:port")]
    Address(String),
    /// No connection, or it broke.
    #[error("upstream cannot be reached")]
    Unreachable(#[source] BodyError),
    /// No answer in time.
    #[error("upstream does not answer")]
    Timeout,
}

struct SiteClient {
    address: String,
    base: Uri,
    client: Client<HttpConnector, Body>,
}

/// The pools, one a site.
#[derive(Default)]
pub(crate) struct Proxy {
    clients: RwLock<HashMap<SiteId, Arc<SiteClient>>>,
}

impl Proxy {
    /// Forwards; the answer's body streams and is cut with the visitor.
    pub(crate) async fn forward(
        &self,
        request: Request<Incoming>,
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
        let client = self.client(onward)?;
        let (mut parts, body) = request.into_parts();
        let from_client = upgrade.then(|| parts.extensions.remove::<hyper::upgrade::OnUpgrade>()).flatten();
        let upgrade = from_client.is_some();
        let body = PacedBody::new(body, onward.upload_wait_max);
        let lateness = body.lateness();
        let body = CutBody::new(body, onward.hold.cut.clone(), Trailers::Drop);
        let progress = body.progress();
        let body = if upgrade { empty() } else { boxed(body) };
        let outward = outward(&mut parts.headers, &parts.method, &client.base, onward, connection, body)?;
        let outward = if upgrade { tunnel::asking(outward) } else { outward };

        let answer = tokio::select! {
            biased;
            () = onward.hold.cut.cancelled() => return Err(ForwardError::Cut),
            answer = answered(&client.client, outward, &progress, UPSTREAM_RESPONSE_MAX) => {
                answer.map_err(|error| if lateness.is_late() { ForwardError::Slow } else { error })?
            }
        };
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            let from_client = from_client.ok_or_else(|| {
                ForwardError::Unreachable("upstream switched protocols without being asked".into())
            })?;
            return Ok(tunnel::open(answer, from_client, connection, onward, drain));
        }
        Ok(homeward(answer, &onward.site.host, onward.hold))
    }

    fn client(&self, onward: &Onward<'_>) -> Result<Arc<SiteClient>, ForwardError> {
        let address = &onward.upstream.address;
        let kept = self.clients.read().unwrap_or_else(PoisonError::into_inner).get(&onward.site.id).cloned();
        if let Some(kept) = kept.filter(|kept| kept.address == *address) {
            return Ok(kept);
        }
        let made = Arc::new(SiteClient::new(address)?);
        let mut clients = self.clients.write().unwrap_or_else(PoisonError::into_inner);
        clients.insert(onward.site.id, Arc::clone(&made));
        Ok(made)
    }
}

impl SiteClient {
    fn new(address: &str) -> Result<Self, ForwardError> {
        let wrong = || ForwardError::Address(address.to_owned());
        let base: Uri = address.parse().map_err(|_| wrong())?;
        if base.scheme() != Some(&Scheme::HTTP) || !matches!(base.path(), "" | "/") || base.query().is_some()
        {
            return Err(wrong());
        }
        let mut connector = HttpConnector::new();
        connector.set_connect_timeout(Some(UPSTREAM_CONNECT_MAX));
        connector.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(UPSTREAM_IDLE_MAX)
            .pool_max_idle_per_host(UPSTREAM_IDLE_CONNECTIONS_MAX)
            .set_host(false)
            .build(connector);
        Ok(Self { address: address.to_owned(), base, client })
    }
}

fn outward(
    headers: &mut HeaderMap,
    method: &Method,
    base: &Uri,
    onward: &Onward<'_>,
    connection: &Connection,
    body: Body,
) -> Result<Request<Body>, ForwardError> {
    header_fields::clean_request(headers, &ForgedFields::of(onward.upstream));
    header_fields::set_identity(headers, onward, connection);
    let mut uri = base.clone().into_parts();
    uri.path_and_query = Some(onward.target.path_and_query().clone());
    let uri = Uri::from_parts(uri).map_err(|_| ForwardError::Address(onward.upstream.address.clone()))?;
    let mut request = Request::new(body);
    *request.method_mut() = method.clone();
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_11;
    *request.headers_mut() = std::mem::take(headers);
    Ok(request)
}

/// The answer's head. `wait_max` begins anew while the request's body still moves.
async fn answered(
    client: &Client<HttpConnector, Body>,
    request: Request<Body>,
    progress: &Progress,
    wait_max: Duration,
) -> Result<Response<Incoming>, ForwardError> {
    let mut answer = std::pin::pin!(client.request(request));
    loop {
        let before = progress.frames();
        match tokio::time::timeout(wait_max, answer.as_mut()).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => return Err(ForwardError::Unreachable(error.into())),
            Err(_) if progress.frames() != before => {}
            Err(_) => return Err(ForwardError::Timeout),
        }
    }
}

fn homeward(answer: Response<Incoming>, site: &HostName, hold: &Hold) -> Response<Body> {
    let (mut parts, body) = answer.into_parts();
    header_fields::clean_response(&mut parts.headers, site);
    let mut response = Response::new(boxed(CutBody::new(body, hold.cut.clone(), Trailers::Keep)));
    *response.status_mut() = parts.status;
    *response.headers_mut() = parts.headers;
    response
}

#[cfg(test)]
mod tests;
