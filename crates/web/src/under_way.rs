//! How many requests may be under way at a site: few of one certificate, one tenant, one network.
//!
//! **Invariant:** nobody waits for room; beyond a bound the answer is `Failure::from(Problem::Busy)` at once.

use crate::{PeerAddress, failure::Failure};
use axum::{
    body::{Body, Bytes},
    extract::Request,
    http::Method,
    response::Response,
};
use domain::{
    id::{CertificateId, TenantId},
    permit::Permit,
    refusal::Problem,
};
use ground::{ClientNetwork, Entered, InFlight};
use http_body_util::BodyExt;

/// Requests at one site altogether. Far more than connections to the database, which refuse by themselves what
/// waits too long: forms that come slowly take room, too, and must not keep all others out.
const REQUESTS_MAX: usize = 4_096;
/// Of one certificate: a browser that opens its tabs again.
const REQUESTS_OF_CERTIFICATE_MAX: usize = 16;
/// Pages of one tenant: as many of the slowest lists as the database makes within its patience.
const LOOKS_OF_TENANT_MAX: usize = 32;
/// Forms of one tenant: people who sign in on a Monday, each after a slow hash.
const ACTS_OF_TENANT_MAX: usize = 64;
/// Of one client network, where nobody has a certificate: an office on its first Monday.
const REQUESTS_OF_NETWORK_MAX: usize = 32;

/// The requests under way at one site. What is looked at takes no room of what is done.
#[derive(Debug)]
pub(crate) struct RequestsUnderWay {
    looks: People,
    acts: People,
    networks: InFlight<ClientNetwork>,
}

/// Those of people with a certificate.
#[derive(Debug)]
struct People {
    certificates: InFlight<CertificateId>,
    tenants: InFlight<TenantId>,
}

impl People {
    fn new(of_tenant_max: usize) -> Self {
        Self {
            certificates: InFlight::new(REQUESTS_MAX, REQUESTS_OF_CERTIFICATE_MAX),
            tenants: InFlight::new(REQUESTS_MAX, of_tenant_max),
        }
    }
}

/// A request's room; dropping it makes room for the next one.
#[derive(Debug)]
#[must_use = "dropping it ends the request"]
pub(crate) enum PageRoom {
    /// Of somebody with a certificate.
    Person { _certificate: Entered<CertificateId>, _tenant: Entered<TenantId> },
    /// Of a stranger.
    Stranger { _network: Entered<ClientNetwork> },
}

impl Default for RequestsUnderWay {
    fn default() -> Self {
        Self {
            looks: People::new(LOOKS_OF_TENANT_MAX),
            acts: People::new(ACTS_OF_TENANT_MAX),
            networks: InFlight::new(REQUESTS_MAX, REQUESTS_OF_NETWORK_MAX),
        }
    }
}

impl RequestsUnderWay {
    /// Room for one more request of this visitor.
    pub(crate) fn enter(&self, request: &Request) -> Result<Option<PageRoom>, Failure> {
        if let Some(permit) = request.extensions().get::<Permit>() {
            let looks = matches!(*request.method(), Method::GET | Method::HEAD);
            let people = if looks { &self.looks } else { &self.acts };
            let certificate = people.certificates.enter(permit.certificate()).ok_or(Problem::Busy)?;
            let tenant = people.tenants.enter(permit.tenant().id).ok_or(Problem::Busy)?;
            return Ok(Some(PageRoom::Person { _certificate: certificate, _tenant: tenant }));
        }
        // Without an address it is no request of a door of ours, and the handlers refuse it.
        let Some(PeerAddress(address)) = request.extensions().get() else { return Ok(None) };
        let network = self.networks.enter(ClientNetwork::of(*address)).ok_or(Problem::Busy)?;
        Ok(Some(PageRoom::Stranger { _network: network }))
    }
}

/// Keeps `held` until an answer's body has ended, if it is still being made; what lies in memory holds nothing.
pub(crate) fn hold_to_the_end<Held: Send + 'static>(answer: Response, held: Held) -> Response {
    if http_body::Body::size_hint(answer.body()).exact().is_some() {
        return answer;
    }
    // The closure owns it, and ends with the body.
    let piece = move |frame: http_body::Frame<Bytes>| {
        let _held = &held;
        frame
    };
    answer.map(|body| Body::new(body.map_frame(piece)))
}
