//! The gate's in-process services over the web routers: portal, desk, console, public site.
//!
//! **Invariant:** who asks travels as the typed permit, never as a header.

use async_trait::async_trait;
use axum::Router;
use domain::{host_name::HostName, permit::Permit};
use gate::{Body, BodyError, ClientAddress, LocalPlace, LocalService, PublicService, RequestId};
use http::{Request, Response};
use http_body_util::BodyExt;
use tower::ServiceExt;
use web::PeerAddress;

/// What lies behind the gate in this process.
pub(super) struct LocalPages {
    /// The built-in portal.
    pub(super) portal: Router,
    /// The tenants' desks.
    pub(super) desk: Router,
    /// The operators' console.
    pub(super) console: Router,
    /// `/.sekisho/` on every site.
    pub(super) reserved: Router,
}

/// The public site on the gate's listener.
pub(super) struct PublicPages(pub(super) Router);

#[async_trait]
impl LocalService for LocalPages {
    async fn call(&self, permit: Permit, place: LocalPlace, mut request: Request<Body>) -> Response<Body> {
        request.extensions_mut().insert(permit);
        let router = match place {
            LocalPlace::Reserved => &self.reserved,
            LocalPlace::Portal => &self.portal,
            LocalPlace::Desk => &self.desk,
            LocalPlace::Console => &self.console,
        };
        answer(router, request).await
    }
}

#[async_trait]
impl PublicService for PublicPages {
    async fn call(&self, _host: &HostName, request: Request<Body>) -> Response<Body> {
        answer(&self.0, request).await
    }
}

async fn answer(router: &Router, mut request: Request<Body>) -> Response<Body> {
    let extensions = request.extensions_mut();
    if let Some(ClientAddress(client)) = extensions.get::<ClientAddress>().copied() {
        extensions.insert(PeerAddress(client.ip().to_canonical()));
    }
    if let Some(RequestId(id)) = extensions.remove::<RequestId>() {
        extensions.insert(web::RequestId::from_gate(&id));
    }
    let answered = router.clone().oneshot(request.map(axum::body::Body::new)).await;
    let response = answered.unwrap_or_else(|never| match never {});
    response.map(|body| body.map_err(|error| -> BodyError { error.into() }).boxed_unsync())
}
