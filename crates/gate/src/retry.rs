//! Retry names: `{slug}-{nonce}.{suffix}`, never seen before by the browser, so that it asks for its certificate
//! again. Their page tells "there is none in this browser" from "the browser remembers an earlier choice".
//! Nothing is ever forwarded from here, and each visit ends its connection.

use crate::{
    access_log::Verdict,
    answer::Words,
    gate::{Answer, Gate, GateConfig, Visit},
    ports::{RetryOutcome, RetryPage},
    shared_page::{Page, REQUEST_ID_PLACE, nonce},
};
use domain::{host_name::HostName, id::TenantId, site::SiteKind};

/// A fresh retry address for the tenant; the request id is the nonce, for no two are alike.
pub(crate) fn url(config: &GateConfig, slug: &str, request_id: &str) -> Option<String> {
    let names = config.retry.as_ref()?;
    let host = format!("{slug}-{}.{}", nonce(request_id), names.suffix);
    HostName::parse(&host).ok().map(|host| config.site_url(host.as_str()))
}

pub(crate) fn answer(gate: &Gate, visit: &Visit, host: &HostName, tenant: TenantId) -> Answer {
    let topology = gate.view().topology();
    let front = topology.front(tenant);
    let decided = gate.decide(visit, tenant, front.map_or(SiteKind::Application, |site| site.kind));
    let site = front.map_or(host, |site| &site.host);
    let (outcome, verdict) = match decided {
        Ok(_) => (RetryOutcome::Works { site_url: gate.config().site_url(site.as_str()) }, Verdict::Retried),
        Err(denial) => (RetryOutcome::Refused(denial), Verdict::Denied(denial)),
    };
    let since = match outcome {
        RetryOutcome::Refused(denial) => gate.since(visit, tenant, denial),
        RetryOutcome::Works { .. } => None,
    };
    let record = topology.tenant(tenant);
    let (status, code, denial) = match &outcome {
        RetryOutcome::Works { .. } => (200, "certificate-works", None),
        RetryOutcome::Refused(denial) => (denial.http_status(), denial.code(), Some(*denial)),
    };
    let page = RetryPage {
        outcome,
        since,
        tenant_slug: record.map_or(String::new(), |tenant| tenant.facts.slug.clone()),
        support_contact: record.map_or(String::new(), |tenant| tenant.support_contact.clone()),
        request_id: REQUEST_ID_PLACE.to_owned(),
        locale: visit.reader.locale(),
    };
    let words = Words {
        status,
        code,
        request_id: &visit.request_id,
        since,
        page: &Page::Retry(page),
        ends_connection: true,
        denial,
    };
    (gate.say(visit, &words), verdict)
}
