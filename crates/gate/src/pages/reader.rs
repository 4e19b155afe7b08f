//! The parts of a request's head that an answer of the gate depends on.

use super::user_agent;
use domain::{locale::Locale, program::Program};
use ground::{
    language,
    media_type::{names_html, prefers_json},
};
use http::{
    HeaderMap, HeaderValue, Response, StatusCode, Version,
    header::{ACCEPT, CONTENT_TYPE, USER_AGENT, VARY, WWW_AUTHENTICATE},
};

/// The parts of a request's head that the answer depends on.
#[derive(Debug, Clone)]
pub(crate) struct AnswerReader {
    pub(super) json: bool,
    /// Whether the request accepts HTML by name, as browsers do for pages.
    pub(super) html: bool,
    /// Whether this is a person's browser that drops a 403 after the server has asked for a certificate, and
    /// shows a 401.
    wants_401: bool,
    /// The program, if it cannot use certificates.
    program: Option<Program>,
    locale: Locale,
    /// The language chosen by the page's switch, to be kept in the cookie.
    pub(super) chosen: Option<Locale>,
    pub(super) version: Version,
}

impl AnswerReader {
    pub(crate) fn of(headers: &HeaderMap, query: Option<&str>, version: Version) -> Self {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let chosen = query.and_then(language::asked).and_then(Locale::from_tag);
        let kept = || language::kept(headers).find_map(Locale::from_tag);
        let locale = chosen.or_else(kept).unwrap_or_else(|| Locale::negotiate(language::preferred(headers)));
        let (json, html) = (prefers_json(text(ACCEPT)), names_html(text(ACCEPT)));
        let user_agent = text(USER_AGENT);
        let wants_401 = !json && html && user_agent::is_webkit(user_agent);
        let program = user_agent::without_certificates(user_agent);
        Self { json, html, wants_401, program, locale, chosen, version }
    }

    /// The reader's chosen language, else the one that suits the browser best.
    pub(crate) fn locale(&self) -> Locale {
        self.locale
    }

    /// The program, if it cannot use certificates.
    pub(crate) fn program(&self) -> Option<Program> {
        self.program
    }

    /// Like `make_seen`, for an application's own page, where the operator has chosen that.
    pub(crate) fn make_page_seen<B>(&self, response: &mut Response<B>) {
        let kind = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
        if kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with(b"text/html")) {
            response.headers_mut().append(VARY, HeaderValue::from_static("user-agent"));
            self.make_seen(response);
        }
    }

    /// Gives a 403 the status that this reader's browser shows. According to reports from 2015 to 2026,
    /// Safari and iOS drop a 403, page and all, on a connection that asked for a certificate.
    pub(crate) fn make_seen<B>(&self, response: &mut Response<B>) {
        if self.wants_401 && response.status() == StatusCode::FORBIDDEN {
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            // RFC 9110 §11.6.1: a 401 names a scheme. Browsers that do not know it show the page.
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Sekisho"));
        }
    }
}
