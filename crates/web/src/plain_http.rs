//! The port without TLS in production: certificates and revocation lists, which must be fetchable
//! without TLS (RFC 5280 §8), and a way to the real site for everybody else.
//!
//! **Invariant:** a redirect leads to the configured public site or to a site on record, never to a name that only the
//! request says.

use crate::{
    Failure,
    frame::Frame,
    locale, publication,
    scheme::Scheme,
    shell::{Hosts, Shell},
};
use authority::Authority;
use axum::{
    Router,
    extract::{FromRef, Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use domain::{host_name::HostName, refusal::Problem};
use ground::HostPort;
use std::{fmt, sync::Arc};

/// Knows the sites that are reached over HTTPS. Asked by strangers: must not wait.
pub trait SiteNames: Send + Sync {
    /// Is this the name of a site on record?
    fn has(&self, host: &HostName) -> bool;
}

/// The plain HTTP port.
#[derive(Clone)]
pub struct PlainHttp {
    authority: Authority,
    hosts: Arc<[HostName]>,
    sites: Arc<dyn SiteNames>,
}

impl PlainHttp {
    /// The port under the names `hosts`; requests for one of the `sites` are led there.
    pub fn new(authority: Authority, hosts: impl Into<Arc<[HostName]>>, sites: Arc<dyn SiteNames>) -> Self {
        Self { authority, hosts: hosts.into(), sites }
    }

    /// Its routes.
    pub fn router(self) -> Router {
        let shell = Shell::new(
            Frame::of_gated_site(&self.authority),
            Scheme::Http,
            Hosts::Only(Arc::clone(&self.hosts)),
        );
        let routes = publication::routes().fallback(to_public_site).with_state(self.clone());
        // Around the shell: nothing of a site's query, its language among it, is ours.
        shell.around(routes).layer(middleware::from_fn_with_state(self, to_site))
    }

    /// The site that a request is for, if it is one on record and no name of this port.
    fn site(&self, request: &Request) -> Option<HostName> {
        let asked = HostPort::of(request.uri(), request.headers()).ok()??;
        let host = HostName::parse(asked.host()).ok()?;
        (!self.hosts.contains(&host) && self.sites.has(&host)).then_some(host)
    }
}

impl FromRef<PlainHttp> for Authority {
    fn from_ref(port: &PlainHttp) -> Self {
        port.authority.clone()
    }
}

impl fmt::Debug for PlainHttp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PlainHttp").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}

/// Whatever is asked of a site is asked anew over HTTPS, by the same method (RFC 9110 §15.4.9).
async fn to_site(State(port): State<PlainHttp>, request: Request, next: Next) -> Response {
    let Some(host) = port.site(&request) else { return next.run(request).await };
    // `*` of OPTIONS and the target of CONNECT are no paths.
    let path = request.uri().path_and_query().map(http::uri::PathAndQuery::as_str);
    let path = path.filter(|path| path.starts_with('/')).unwrap_or("/");
    match HeaderValue::from_str(&port.authority.addresses().site(&host, path)) {
        Ok(location) => (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response(),
        Err(_) => StatusCode::BAD_REQUEST.into_response(),
    }
}

/// Only reading is led on: a form that was sent in the clear is not sent again.
async fn to_public_site(
    State(port): State<PlainHttp>,
    method: Method,
    uri: Uri,
) -> Result<Response, Failure> {
    if !matches!(method, Method::GET | Method::HEAD) {
        return Err(Problem::MethodNotAllowed.into());
    }
    let location = port.authority.addresses().public(&locale::path_without_language(&uri));
    let location = HeaderValue::from_str(&location).map_err(|_| Problem::BadRequest)?;
    Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response())
}
