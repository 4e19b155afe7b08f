//! The gate's in-process services over the web routers: portal, desk, console, public site.
//!
//! **Invariant:** the typed permit carries the person, never a header.

use async_trait::async_trait;
use authority::Authority;
use axum::Router;
use domain::{host_name::HostName, permit::Permit};
use gate::{Body, BodyError, ClientAddress, LocalPlace, LocalService, PublicService, RequestId};
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use std::path::Path;
use store::Lane;
use tower::ServiceExt;
use web::{Console, Desk, PeerAddress, Portal, ReservedPages};

/// The pages behind the gate in this process.
///
/// Reads and acts each have their own lane to the database, so that a tenant's lists and exports delay no
/// act. A GET changes nothing, so the method distinguishes the two.
pub(super) struct LocalPages {
    looks: Places,
    acts: Places,
}

/// The pages with one lane.
struct Places {
    /// The built-in portal.
    portal: Router,
    /// The tenants' desks.
    desk: Router,
    /// The operators' console.
    console: Router,
    /// `/.sekisho/` on every site.
    reserved: Router,
}

impl LocalPages {
    /// All pages with a lane.
    pub(super) fn over(authority: &Authority, data_folder: &Path) -> Self {
        let places = |lane| {
            let authority = authority.on(lane);
            Places {
                portal: Portal::new(authority.clone()).router(),
                desk: Desk::new(authority.clone()).with_uploads_in(data_folder.to_owned()).router(),
                // Operators never wait for a tenant's people.
                console: Console::new(authority.on(Lane::Operator)).router(),
                reserved: ReservedPages::new(authority).router(),
            }
        };
        Self { looks: places(Lane::Pages), acts: places(Lane::Acts) }
    }
}

/// The public site on the gate's listener.
pub(super) struct PublicPages(pub(super) Router);

#[async_trait]
impl LocalService for LocalPages {
    async fn call(&self, permit: Permit, place: LocalPlace, mut request: Request<Body>) -> Response<Body> {
        request.extensions_mut().insert(permit);
        let places =
            if matches!(*request.method(), Method::GET | Method::HEAD) { &self.looks } else { &self.acts };
        let router = match place {
            LocalPlace::Reserved => &places.reserved,
            LocalPlace::Portal => &places.portal,
            LocalPlace::Desk => &places.desk,
            LocalPlace::Console => &places.console,
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
