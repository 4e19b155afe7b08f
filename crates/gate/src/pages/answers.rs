//! The gate's own answers: refusals and notices.

use super::{
    GateVisit, LoggedAnswer,
    answer::{self, AnswerLength, Words, denial_status},
    shared_page::{REQUEST_ID_PLACE, SharedPage, SharedPages, nonce},
};
use crate::{
    access_log::Verdict,
    body::Body,
    config::GateConfig,
    decision::Judge,
    ports::{DenialContents, GateNotice, NoticeContents, Pages},
};
use domain::{denial::Denial, host_name::HostName, id::TenantId};
use http::Response;
use std::sync::Arc;

/// Writes answers in the reader's language and form.
pub(crate) struct Answers {
    config: Arc<GateConfig>,
    judge: Arc<Judge>,
    pages: SharedPages,
}

impl Answers {
    pub(crate) fn new(config: Arc<GateConfig>, judge: Arc<Judge>, pages: Arc<dyn Pages>) -> Self {
        Self { config, judge, pages: SharedPages::new(pages) }
    }

    pub(super) fn config(&self) -> &GateConfig {
        &self.config
    }

    pub(super) fn judge(&self) -> &Judge {
        &self.judge
    }

    /// The refusal of a visitor to a site of `tenant`.
    pub(crate) fn denied(
        &self,
        visit: &GateVisit,
        denial: Denial,
        host: &HostName,
        tenant: Option<TenantId>,
    ) -> LoggedAnswer {
        let (topology, visitor) = (&visit.topology, &visit.connection.visitor);
        let since = tenant.and_then(|tenant| self.judge.since(topology, tenant, visitor, denial));
        let tenant = tenant.and_then(|tenant| topology.tenant(tenant));
        let slug = tenant.map(|tenant| &tenant.facts.slug);
        let page = DenialContents {
            denial,
            since,
            host: host.clone(),
            tenant_slug: slug.cloned(),
            support_contact: tenant.map_or(String::new(), |tenant| tenant.support_contact.clone()),
            request_id: REQUEST_ID_PLACE.to_owned(),
            locale: visit.reader.locale(),
            retry_url: slug
                .and_then(|slug| self.config.retry_url(slug.as_str(), &nonce(REQUEST_ID_PLACE), host)),
            site_url: self.config.site_url(host.as_str()),
            program: visit.reader.program(),
        };
        let words = Words {
            status: denial_status(denial),
            refusal: Some(denial.refusal()),
            request_id: &visit.request_id,
            since,
            page: &SharedPage::Denial(page),
            token: "",
            ends_connection: true,
            denial: Some(denial),
        };
        (self.say(visit, &words), Verdict::Denied(denial))
    }

    /// The notice of a fault in a request; it ends its connection.
    pub(crate) fn notice(
        &self,
        visit: &GateVisit,
        notice: GateNotice,
        host: Option<&HostName>,
    ) -> LoggedAnswer {
        (self.say_notice(visit, notice_page(visit, notice, host), true), Verdict::Noticed(notice))
    }

    /// The notice of a fault on the way to an application, for a visitor whom the tenant lets in.
    pub(crate) fn trouble(
        &self,
        visit: &GateVisit,
        notice: GateNotice,
        host: &HostName,
        tenant: TenantId,
    ) -> Response<Body> {
        let tenant = visit.topology.tenant(tenant);
        let support_contact = tenant.map_or(String::new(), |tenant| tenant.support_contact.clone());
        let page = NoticeContents { support_contact, ..notice_page(visit, notice, Some(host)) };
        self.say_notice(visit, page, false)
    }

    fn say_notice(&self, visit: &GateVisit, page: NoticeContents, ends_connection: bool) -> Response<Body> {
        let (notice, page) = (page.notice, SharedPage::Notice(page));
        let words = Words { ends_connection, ..notice_words(visit, notice, &page) };
        self.say(visit, &words)
    }

    /// The answer when there is no room: as few bytes as possible, and the connection ends.
    pub(crate) fn busy(&self, visit: &GateVisit) -> LoggedAnswer {
        let page = SharedPage::Notice(notice_page(visit, GateNotice::Busy, None));
        let words = Words { ends_connection: true, ..notice_words(visit, GateNotice::Busy, &page) };
        visit.connection.end();
        let answer = self.written(visit, &words, AnswerLength::Bare);
        (answer, Verdict::Noticed(GateNotice::Busy))
    }

    /// Writes the full answer. An answer that ends its connection is the connection's one page: further
    /// refusals on it are short.
    pub(super) fn say(&self, visit: &GateVisit, words: &Words<'_>) -> Response<Body> {
        let mut length = AnswerLength::Full;
        if words.ends_connection && !visit.connection.end() {
            length = AnswerLength::Short;
        }
        self.written(visit, words, length)
    }

    fn written(&self, visit: &GateVisit, words: &Words<'_>, length: AnswerLength) -> Response<Body> {
        answer::write(words, length, &visit.reader, &self.pages, &self.config)
    }
}

fn notice_page(visit: &GateVisit, notice: GateNotice, host: Option<&HostName>) -> NoticeContents {
    NoticeContents {
        notice,
        host: host.cloned(),
        support_contact: String::new(),
        request_id: REQUEST_ID_PLACE.to_owned(),
        locale: visit.reader.locale(),
    }
}

fn notice_words<'a>(visit: &'a GateVisit, notice: GateNotice, page: &'a SharedPage) -> Words<'a> {
    Words {
        status: notice.http_status(),
        refusal: Some(notice.refusal()),
        request_id: &visit.request_id,
        since: None,
        page,
        token: "",
        ends_connection: false,
        denial: None,
    }
}
