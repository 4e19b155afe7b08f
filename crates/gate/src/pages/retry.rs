//! Retry names: `{slug}-{nonce}.{suffix}`, new to the browser, so that it asks for its certificate again.
//! Their page distinguishes "there is none in this browser" from "the browser remembers an earlier choice",
//! and makes the browser forget that choice ([`crate::pages::choice`]). The path names the site that the
//! visitor came from. A retry name forwards nothing, and each visit ends its connection.

use super::{
    Answers, GateVisit, LoggedAnswer,
    answer::{Words, denial_status},
    choice::{self, ChoiceScope, Choices},
    shared_page::{REQUEST_ID_PLACE, SharedPage, TOKEN_PLACE},
};
use crate::{
    access_log::Verdict,
    ports::{RetryContents, RetryOutcome},
};
use domain::{denial::Denial, host_name::HostName, id::TenantId, site::SiteKind};
use http::header::CONTENT_SECURITY_POLICY;

/// The page of the retry name `host`.
pub(crate) fn answer(
    answers: &Answers,
    choices: &Choices,
    visit: &GateVisit,
    host: &HostName,
    tenant: TenantId,
    path: &str,
) -> LoggedAnswer {
    let (topology, visitor, judge) = (&visit.topology, &visit.connection.visitor, answers.judge());
    let from = path.strip_prefix('/').and_then(|from| HostName::parse(from).ok());
    let from = from.and_then(|from| topology.site(&from)).filter(|site| site.record.tenant == tenant);
    let goal = from.or_else(|| topology.front(tenant)).map(|site| &site.record);
    let decided =
        judge.decide(topology, tenant, goal.map_or(SiteKind::Application, |site| site.kind), visitor);
    let site = goal.map_or(host, |site| &site.host);
    let site_url = answers.config().site_url(site.as_str());
    let image_url = |token: &str| format!("{}{}{token}", site_url.trim_end_matches('/'), choice::PATH);
    let mut token = String::new();
    let (outcome, verdict) = match decided {
        Ok(permit) => {
            let scope = ChoiceScope { tenant, site };
            token = choices.token(scope, permit.certificate(), judge.now());
            let (site_url, image_url) = (site_url.clone(), image_url(TOKEN_PLACE));
            (RetryOutcome::Works { site_url, image_url }, Verdict::Retried)
        }
        Err(denial) => (RetryOutcome::Refused(denial), Verdict::Denied(denial)),
    };
    let since = match outcome {
        RetryOutcome::Refused(denial) => judge.since(topology, tenant, visitor, denial),
        RetryOutcome::Works { .. } => None,
    };
    let record = topology.tenant(tenant);
    let denial = match outcome {
        RetryOutcome::Works { .. } => None,
        RetryOutcome::Refused(denial) => Some(denial),
    };
    let page = RetryContents {
        outcome,
        site: site.clone(),
        since,
        tenant_slug: record.map(|tenant| tenant.facts.slug.clone()),
        support_contact: record.map_or(String::new(), |tenant| tenant.support_contact.clone()),
        request_id: REQUEST_ID_PLACE.to_owned(),
        locale: visit.reader.locale(),
    };
    let words = Words {
        status: denial.map_or(200, denial_status),
        refusal: denial.map(Denial::refusal),
        request_id: &visit.request_id,
        since,
        page: &SharedPage::Retry(page),
        token: &token,
        ends_connection: true,
        denial,
    };
    let mut response = answers.say(visit, &words);
    if !token.is_empty() {
        let policy = answers.config().page_policy.showing(Some(&image_url(&token)));
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    (response, verdict)
}
