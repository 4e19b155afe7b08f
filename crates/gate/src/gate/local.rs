//! A request to a page of Sekisho.

use super::Gate;
use crate::{
    access_log::Verdict,
    body::{IfPermitted, Trailers, UntilCut, VisitorBody, boxed},
    decision::policy,
    pages::{GateVisit, LoggedAnswer},
    ports::{ClientAddress, GateNotice, LocalPlace, RequestId},
    request::{RequestAuthority, RequestTarget},
};
use domain::{host_name::HostName, permit::Permit, site::Site};
use ground::{Lateness, PacedBody, Passage};
use http::{HeaderValue, Request, Uri, header::HOST};
use std::sync::Arc;

impl Gate {
    /// Lets a page of Sekisho answer, for as long as the visitor is permitted: no byte of a body passes on a
    /// permit that would not be given any more, and a visitor who is shut out is answered at once.
    ///
    /// An act that shuts out its own actor ends here too, while the act waits for the gate: the act is
    /// committed by then, and the gate waits for it to be dropped.
    pub(super) async fn local(
        &self,
        visit: &GateVisit,
        site: &Site,
        place: LocalPlace,
        permit: Permit,
        request: Request<VisitorBody>,
    ) -> LoggedAnswer {
        let hold = &visit.hold;
        // Held until the answer's head is there, so that a cut can wait for it.
        let _acting = hold.forwards.token();
        let verdict = Verdict::permitted(&permit);
        let is_permitted = self.is_permitted_still(visit, site, &permit);
        let (request, lateness) = self.paced(request);
        let request = request.map(|body| boxed(IfPermitted(is_permitted).around(body)));
        tokio::select! {
            biased;
            () = hold.cut.cancelled() => {
                let refused = self.shut_out(visit, site);
                refused.unwrap_or_else(|| self.answers.notice(visit, GateNotice::BadRequest, Some(&site.host)))
            }
            mut answer = self.ports.local.call(permit, place, request) => {
                visit.reader.make_seen(&mut answer);
                let answer = answer.map(|body| boxed(UntilCut::new(hold.cut.clone(), Trailers::Keep).around(body)));
                self.spoiled(visit, &lateness, &site.host).unwrap_or((answer, verdict))
            }
        }
    }

    /// A request to a page of Sekisho, whose client must keep sending.
    pub(super) fn paced(&self, request: Request<VisitorBody>) -> (Request<PacedBody<VisitorBody>>, Lateness) {
        let request = request.map(|body| PacedBody::new(body, self.config.patience.form));
        let lateness = request.body().lateness();
        (request, lateness)
    }

    /// The answer that replaces a page's answer when the client did not deliver the body.
    pub(super) fn spoiled(
        &self,
        visit: &GateVisit,
        lateness: &Lateness,
        host: &HostName,
    ) -> Option<LoggedAnswer> {
        GateNotice::blaming(lateness).map(|notice| self.answers.notice(visit, notice, Some(host)))
    }

    /// Whether this permit would be given again.
    fn is_permitted_still(
        &self,
        visit: &GateVisit,
        site: &Site,
        permit: &Permit,
    ) -> impl Fn() -> bool + Send + use<> {
        let (view, clock) = (Arc::clone(&self.view), Arc::clone(&self.ports.clock));
        let (connection, host, role) = (Arc::clone(&visit.connection), site.host.clone(), permit.user().role);
        move || {
            let permit = policy::decide_at(&view, &host, &connection.visitor, clock.now());
            permit.is_ok_and(|permit| permit.user().role == role)
        }
    }
}

/// The request for a service of Sekisho: `Host` holds the value of `:authority`, and with `target` the path
/// is the normalised one.
pub(super) fn for_service(
    visit: &GateVisit,
    request: Request<VisitorBody>,
    authority: &RequestAuthority,
    target: Option<&RequestTarget>,
) -> Request<VisitorBody> {
    let (mut parts, body) = request.into_parts();
    if let Ok(host) = HeaderValue::try_from(authority.to_string()) {
        parts.headers.insert(HOST, host);
    }
    if let Some(target) = target {
        parts.uri = Uri::from(target.path_and_query().clone());
    }
    parts.extensions.insert(ClientAddress(visit.connection.client));
    parts.extensions.insert(RequestId(visit.request_id.clone()));
    Request::from_parts(parts, body)
}
