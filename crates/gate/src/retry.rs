//! Retry names: `{slug}-{nonce}.{suffix}`, never seen before by the browser, so that it asks for its certificate
//! again. Their page tells "there is none in this browser" from "the browser remembers an earlier choice", and makes it
//! forget that choice ([`crate::choice`]). The path names the site that the visitor came from.
//! Nothing is ever forwarded from here, and each visit ends its connection.

use crate::{
    access_log::Verdict,
    answer::{Words, denial_status},
    choice::{self, Scope},
    config::GateConfig,
    gate::{Answer, Gate, Visit},
    ports::{RetryOutcome, RetryPage},
    shared_page::{Page, REQUEST_ID_PLACE, TOKEN_PLACE, nonce},
};
use domain::{host_name::HostName, id::TenantId, site::SiteKind};
use http::header::CONTENT_SECURITY_POLICY;

/// A fresh retry address for the tenant; the request id is the nonce, for no two are alike.
pub(crate) fn url(config: &GateConfig, slug: &str, request_id: &str, from: &HostName) -> Option<String> {
    let names = config.retry.as_ref()?;
    let host = format!("{slug}-{}.{}", nonce(request_id), names.suffix);
    HostName::parse(&host).ok().map(|host| format!("{}{from}", config.site_url(host.as_str())))
}

pub(crate) fn answer(gate: &Gate, visit: &Visit, host: &HostName, tenant: TenantId, path: &str) -> Answer {
    let topology = gate.view().topology();
    let from = path.strip_prefix('/').and_then(|from| HostName::parse(from).ok());
    let from = from.and_then(|from| topology.site(&from)).filter(|site| site.tenant == tenant);
    let goal = from.or_else(|| topology.front(tenant));
    let decided = gate.decide(visit, tenant, goal.map_or(SiteKind::Application, |site| site.kind));
    let site = goal.map_or(host, |site| &site.host);
    let site_url = gate.config().site_url(site.as_str());
    let image_url = |token: &str| format!("{}{}{token}", site_url.trim_end_matches('/'), choice::PATH);
    let mut token = String::new();
    let (outcome, verdict) = match decided {
        Ok(permit) => {
            let scope = Scope { tenant, site };
            token = gate.choices().token(scope, permit.certificate(), gate.ports().clock.now());
            let (site_url, image_url) = (site_url.clone(), image_url(TOKEN_PLACE));
            (RetryOutcome::Works { site_url, image_url }, Verdict::Retried)
        }
        Err(denial) => (RetryOutcome::Refused(denial), Verdict::Denied(denial)),
    };
    let since = match outcome {
        RetryOutcome::Refused(denial) => gate.since(visit, tenant, denial),
        RetryOutcome::Works { .. } => None,
    };
    let record = topology.tenant(tenant);
    let (status, code, denial) = match &outcome {
        RetryOutcome::Works { .. } => (200, "certificate-works", None),
        RetryOutcome::Refused(denial) => (denial_status(*denial), denial.code(), Some(*denial)),
    };
    let page = RetryPage {
        outcome,
        site: site.clone(),
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
        token: &token,
        ends_connection: true,
        denial,
    };
    let mut response = gate.say(visit, &words);
    if !token.is_empty() {
        let policy = gate.config().page_policy.showing(Some(&image_url(&token)));
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    (response, verdict)
}
