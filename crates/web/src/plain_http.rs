//! The port without TLS in production: certificates and revocation lists, which must be fetchable
//! without TLS (RFC 5280 §8), and a way to the real site for everybody else.

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
    extract::{FromRef, State},
    http::{HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use domain::host_name::HostName;
use std::{fmt, sync::Arc};

/// The plain HTTP port.
#[derive(Clone)]
pub struct PlainHttp {
    authority: Authority,
    hosts: Arc<[HostName]>,
}

impl PlainHttp {
    /// The port under the names `hosts`.
    pub fn new(authority: Authority, hosts: impl Into<Arc<[HostName]>>) -> Self {
        Self { authority, hosts: hosts.into() }
    }

    /// Its routes.
    pub fn router(self) -> Router {
        let shell = Shell::new(
            Frame::of_gated_site(&self.authority),
            Scheme::Http,
            Hosts::Only(Arc::clone(&self.hosts)),
        );
        shell.around(publication::routes().fallback(to_public_site).with_state(self))
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

/// Only reading is led on: a form that was sent in the clear is not sent again.
async fn to_public_site(
    State(port): State<PlainHttp>,
    method: Method,
    uri: Uri,
) -> Result<Response, Failure> {
    if !matches!(method, Method::GET | Method::HEAD) {
        return Err(Failure::MethodNotAllowed);
    }
    let location = port.authority.addresses().public(&locale::path_without_language(&uri));
    let location = HeaderValue::from_str(&location).map_err(|_| Failure::BadRequest)?;
    Ok((StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response())
}
