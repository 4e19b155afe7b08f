//! A request to a site: the decision, then the application or a page of Sekisho.

use super::{Gate, local::for_service};
use crate::{
    access_log::Verdict,
    applications::SiteApplication,
    body::{VisitorBody, empty},
    pages::{
        GateVisit, LoggedAnswer,
        choice::{self, ChoiceScope},
    },
    ports::{GateNotice, LocalPlace},
    proxy::{ForwardError, Onward},
    request::{EncodedSlash, RequestAuthority, RequestTarget, TargetError},
    status::{Behind, LiveSite, NoApplication},
};
use domain::{
    denial::Denial,
    host_name::HostName,
    permit::Permit,
    site::{Site, SiteKind},
};
use ground::Drain;
use http::{Request, Response, StatusCode};
use std::sync::Arc;

impl Gate {
    pub(super) async fn site(
        &self,
        visit: &GateVisit,
        host: &HostName,
        authority: &RequestAuthority,
        request: Request<VisitorBody>,
        drain: &Drain,
    ) -> LoggedAnswer {
        let Some(live) = visit.topology.site(host) else {
            return self.answers.notice(visit, GateNotice::UnknownHost, Some(host));
        };
        let site = &live.record;
        let decided = self.judge.decide(&visit.topology, site.tenant, site.kind, &visit.connection.visitor);
        let permit = match decided {
            Ok(permit) => permit,
            Err(denial) if denial != Denial::StatusStale && self.ends_choice(&request, site) => {
                return forgotten();
            }
            Err(denial) => return self.answers.denied(visit, denial, host, Some(site.tenant)),
        };
        let target = match RequestTarget::of(request.uri(), encoded_slash(live)) {
            Ok(target) => target,
            Err(TargetError::EncodedSlash) => {
                return self.answers.notice(visit, GateNotice::EncodedSlash, Some(host));
            }
            Err(_) => return self.answers.notice(visit, GateNotice::BadRequest, Some(host)),
        };
        let application = match way(live, &target) {
            Way::Application(Ok(application)) => application,
            Way::Application(Err(none)) => {
                let error = ForwardError::NoApplication(none.clone());
                return self.not_forwarded(visit, &error, site, &permit);
            }
            Way::Local(place) => {
                let request = for_service(visit, request, authority, Some(&target));
                return self.local(visit, site, place, permit, request).await;
            }
        };
        let (last, now) = (&visit.connection.last_assertion, self.judge.now());
        let onward = Onward {
            site,
            application,
            authority,
            target: &target,
            permit: &permit,
            assertion: self.assertions.of(last, &permit, host, &visit.request_id, now),
            hold: &visit.hold,
            upload_wait_max: self.config.patience.upload,
        };
        match self.proxy.forward(request, &onward, &visit.connection, drain).await {
            Ok(mut response) => {
                if application.conduct().apple_401 {
                    visit.reader.make_page_seen(&mut response);
                }
                (response, Verdict::permitted(&permit))
            }
            Err(error) => self.not_forwarded(visit, &error, site, &permit),
        }
    }

    /// Whether this is the request by which a retry page makes its browser forget its choice for this site.
    fn ends_choice<B>(&self, request: &Request<B>, site: &Site) -> bool {
        let scope = ChoiceScope { tenant: site.tenant, site: &site.host };
        let now = self.judge.now();
        choice::token_in(request).is_some_and(|token| self.choices.spend(token, scope, now))
    }

    /// The refusal of a visitor who was shut out while a request was under way; `None` if the visitor is let
    /// in again meanwhile.
    pub(super) fn shut_out(&self, visit: &GateVisit, site: &Site) -> Option<LoggedAnswer> {
        let now = visit.again(&self.view);
        let visitor = &now.connection.visitor;
        let denial = self.judge.decide(&now.topology, site.tenant, site.kind, visitor).err()?;
        Some(self.answers.denied(&now, denial, &site.host, Some(site.tenant)))
    }

    fn not_forwarded(
        &self,
        visit: &GateVisit,
        error: &ForwardError,
        site: &Site,
        permit: &Permit,
    ) -> LoggedAnswer {
        let notice = match error {
            // The visitor was shut out during the wait and gets the reason.
            ForwardError::Cut => match self.shut_out(visit, site) {
                Some(refused) => return refused,
                None => GateNotice::UpstreamUnreachable,
            },
            // The visitor caused this, so no operator needs to know.
            ForwardError::Visitor(notice) => return self.answers.notice(visit, *notice, Some(&site.host)),
            ForwardError::Ambiguous => {
                return self.answers.notice(visit, GateNotice::BadRequest, Some(&site.host));
            }
            ForwardError::Busy => GateNotice::Busy,
            ForwardError::Timeout => GateNotice::UpstreamTimeout,
            ForwardError::Unreachable(_) | ForwardError::Garbled(_) | ForwardError::NoApplication(_) => {
                GateNotice::UpstreamUnreachable
            }
        };
        // A flood must not fill the log as well; `gate_requests_total` counts these answers.
        if notice != GateNotice::Busy {
            tracing::warn!(site = %site.host, request_id = %visit.request_id, error = error as &dyn std::error::Error, "upstream");
        }
        let answer = self.answers.trouble(visit, notice, &site.host, site.tenant);
        (answer, Verdict::failed(permit, notice))
    }
}

/// What a permitted request leads to.
enum Way<'a> {
    Application(Result<&'a Arc<SiteApplication>, &'a NoApplication>),
    Local(LocalPlace),
}

fn way<'a>(site: &'a LiveSite, target: &RequestTarget) -> Way<'a> {
    match (&site.behind, site.record.kind) {
        _ if target.is_reserved() => Way::Local(LocalPlace::Reserved),
        (Behind::Application(application), _) => Way::Application(application.as_ref()),
        (Behind::OurPages, SiteKind::Application) => Way::Local(LocalPlace::Portal),
        (Behind::OurPages, SiteKind::Desk) => Way::Local(LocalPlace::Desk),
        (Behind::OurPages, SiteKind::Console) => Way::Local(LocalPlace::Console),
    }
}

fn encoded_slash(site: &LiveSite) -> EncodedSlash {
    match site.application() {
        Some(application) if application.conduct().encoded_slashes => EncodedSlash::Kept,
        _ => EncodedSlash::Refused,
    }
}

/// Represents the alert, in the log as well; no byte of this answer is sent.
fn forgotten() -> LoggedAnswer {
    let mut response = Response::new(empty());
    *response.status_mut() = StatusCode::FORBIDDEN;
    (response, Verdict::ChoiceForgotten)
}
