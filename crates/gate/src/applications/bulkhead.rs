//! How many requests may be under way to applications: a bulkhead for each site and a smaller one for each
//! certificate. So an application that hangs, or one person, leaves room for all others.
//!
//! **Invariant:** beyond a bound the answer is "no" at once. **Invariant:** one site never has more under way
//! than is left for the others. Requests and tunnels are counted separately, because a tunnel may last all
//! day.

use crate::config::UpstreamBounds;
use domain::{
    conduct::Conduct,
    id::{CertificateId, SiteId},
};
use ground::{Entered, InFlight};

/// What a request asks of an application.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Errand {
    Request,
    Tunnel,
}

/// The bounds of one kind of errand.
struct Bulkheads {
    sites: InFlight<SiteId>,
    certificates: InFlight<CertificateId>,
    per_site_max: usize,
}

/// The errands that are under way.
pub(crate) struct ErrandsUnderWay {
    requests: Bulkheads,
    tunnels: Bulkheads,
}

/// One errand's place; dropping it makes room.
#[derive(Debug)]
pub(crate) struct ErrandPlace {
    _site: Entered<SiteId>,
    _certificate: Entered<CertificateId>,
}

impl Bulkheads {
    fn new(total_max: usize, per_site_max: usize, per_certificate_max: usize) -> Self {
        Self {
            sites: InFlight::new(total_max, usize::MAX),
            certificates: InFlight::new(usize::MAX, per_certificate_max),
            per_site_max,
        }
    }

    fn enter(&self, site: SiteId, site_max: Option<u32>, certificate: CertificateId) -> Option<ErrandPlace> {
        let chosen = site_max.and_then(|most| usize::try_from(most).ok());
        let certificate = self.certificates.enter(certificate)?;
        let site = self.sites.enter_leaving_room(site, chosen.unwrap_or(self.per_site_max))?;
        Some(ErrandPlace { _site: site, _certificate: certificate })
    }
}

impl ErrandsUnderWay {
    /// A quarter of the connections is for requests, the rest for tunnels.
    pub(crate) fn new(bounds: &UpstreamBounds) -> Self {
        let requests_max = bounds.connections_max.div_ceil(4);
        let tunnels_max = bounds.connections_max - requests_max;
        Self {
            requests: Bulkheads::new(
                requests_max,
                bounds.requests_per_site_max,
                bounds.requests_per_certificate_max,
            ),
            tunnels: Bulkheads::new(
                tunnels_max,
                bounds.tunnels_per_site_max,
                bounds.tunnels_per_certificate_max,
            ),
        }
    }

    /// A place for one more errand, or `None` at once.
    pub(crate) fn enter(
        &self,
        errand: Errand,
        site: SiteId,
        conduct: &Conduct,
        certificate: CertificateId,
    ) -> Option<ErrandPlace> {
        match errand {
            Errand::Request => self.requests.enter(site, conduct.requests_max, certificate),
            Errand::Tunnel => self.tunnels.enter(site, conduct.tunnels_max, certificate),
        }
    }
}
