//! Answers that the gate itself writes: pages, and problems (RFC 9457) for programs.

use super::{
    AnswerReader,
    shared_page::{SharedPage, SharedPages},
};
use crate::{
    body::{Body, boxed, empty, full},
    config::GateConfig,
};
use domain::{denial::Denial, refusal::Code, time::Timestamp};
use ground::{PROBLEM_JSON, ProblemDocument, language};
use http::{
    HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Version,
    header::{
        CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
        SET_COOKIE, STRICT_TRANSPORT_SECURITY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};
use serde::Serialize;

/// Carries the code of a refusal.
const DENIAL_FIELD: HeaderName = HeaderName::from_static("sekisho-denial");

const REQUEST_ID_FIELD: HeaderName = HeaderName::from_static("sekisho-request-id");

/// See [`to_be_cleared`].
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The `Content-Type` of a page.
const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// Seconds after which a visitor may try again whom the gate could not judge.
const RETRY_AFTER_SECONDS: u32 = 5;

/// The code of a retry page whose certificate passes: nothing is refused.
const WORKS: &str = "certificate-works";

/// The members of the gate's problem documents besides the code. `since` is an RFC 3339 time in UTC.
#[derive(Serialize)]
struct Members {
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
}

/// The content of an answer, before it has a form.
pub(crate) struct Words<'a> {
    pub(crate) status: u16,
    /// The refusal's code; `None` on a retry page whose certificate passes.
    pub(crate) refusal: Option<Code>,
    pub(crate) request_id: &'a str,
    /// Since when the refusal holds, where this is known.
    pub(crate) since: Option<Timestamp>,
    /// Shown only where HTML is wanted.
    pub(crate) page: &'a SharedPage,
    /// The token of a retry page's image; else empty.
    pub(crate) token: &'a str,
    /// Whether the connection takes no further request.
    pub(crate) ends_connection: bool,
    /// The denial of a refusal, also sent in `Sekisho-Denial`.
    pub(crate) denial: Option<Denial>,
}

/// The status of a refusal: 503 where the gate lacks the facts, else 403 (RFC 9110 §15.5.4, §15.6.4).
pub(crate) fn denial_status(denial: Denial) -> u16 {
    match denial {
        Denial::StatusStale => 503,
        _ => 403,
    }
}

/// The permitted length of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnswerLength {
    /// A page, or a problem.
    Full,
    /// A problem, or a head without content, because the connection has had its page.
    Short,
    /// A head without content in every case.
    Bare,
}

/// Marks an answer that is not sent: its HTTP/2 stream is refused, so that the browser asks again on another
/// connection (RFC 9113 §8.7), where it gets the page.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NotHere;

/// A request that has no answer on its connection: HTTP/2 refuses its stream, and the client may ask again elsewhere
/// (RFC 9113 §8.7).
#[derive(Debug, thiserror::Error)]
#[error("refused: this connection has had its page")]
pub(crate) struct StreamRefused(#[source] h2::Error);

impl Default for StreamRefused {
    fn default() -> Self {
        Self(h2::Reason::REFUSED_STREAM.into())
    }
}

/// The answer in the reader's form, with the header fields that all pages of the gate carry.
pub(crate) fn write(
    words: &Words<'_>,
    length: AnswerLength,
    reader: &AnswerReader,
    pages: &SharedPages,
    config: &GateConfig,
) -> Response<Body> {
    let (content_type, body) = match length {
        AnswerLength::Full | AnswerLength::Short if reader.json => {
            (Some(PROBLEM_JSON), problem(words, config))
        }
        AnswerLength::Full => (Some(HTML), boxed(pages.get(words.page, words.request_id, words.token))),
        AnswerLength::Short | AnswerLength::Bare => (None, empty()),
    };
    let mut response = Response::new(body);
    if length == AnswerLength::Short
        && content_type.is_none()
        && reader.html
        && reader.version == Version::HTTP_2
    {
        response.extensions_mut().insert(NotHere);
    }
    *response.status_mut() = status(words);
    if let Some(content_type) = content_type {
        response.headers_mut().insert(CONTENT_TYPE, content_type);
    }
    describe(words, reader, config.page_policy.showing(None), response.headers_mut());
    if words.denial.is_some() {
        reader.make_seen(&mut response);
    }
    response
}

fn status(words: &Words<'_>) -> StatusCode {
    StatusCode::from_u16(words.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn problem(words: &Words<'_>, config: &GateConfig) -> Body {
    let Words { refusal, request_id, since, .. } = *words;
    let kind = refusal.map(|code| config.problem_url(code));
    let code = refusal.map_or(WORKS, Code::name);
    full(ProblemDocument::new(status(words), kind, code, request_id, Members { since }).to_json())
}

fn describe(words: &Words<'_>, reader: &AnswerReader, page_policy: HeaderValue, headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("accept, accept-language, cookie, user-agent"));
    headers.insert(CONTENT_SECURITY_POLICY, page_policy);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=31536000"));
    if let Ok(id) = HeaderValue::from_str(words.request_id) {
        headers.insert(REQUEST_ID_FIELD, id);
    }
    if let Some(Ok(kept)) =
        reader.chosen.map(|chosen| HeaderValue::from_str(&language::cookie(chosen.tag(), true)))
    {
        headers.insert(SET_COOKIE, kept);
    }
    if let Some(denial) = words.denial {
        headers.insert(DENIAL_FIELD, HeaderValue::from_static(denial.code()));
        headers.extend(to_be_cleared(denial).map(|kinds| (CLEAR_SITE_DATA, HeaderValue::from_static(kinds))));
    }
    if status(words) == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
    }
    // HTTP/2 has no such field (RFC 9113 §8.2.2); there the connection sends GOAWAY.
    if words.ends_connection && reader.version <= Version::HTTP_11 {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
}

/// The data of the site that a browser must erase (W3C Clear Site Data §3.1), so that no service worker and
/// no cache shows the old pages to a person who was shut out. Nothing while on hold, which may be over in an
/// hour; for a suspended company only data that the browser fetches again by itself.
fn to_be_cleared(denial: Denial) -> Option<&'static str> {
    match denial {
        Denial::Revoked | Denial::UserSuspended => Some(r#""cache", "storage""#),
        Denial::TenantSuspended => Some(r#""cache""#),
        Denial::NoCertificate
        | Denial::UnknownIssuer
        | Denial::OtherTenant
        | Denial::WrongUsage
        | Denial::StatusStale
        | Denial::Unregistered
        | Denial::OnHold
        | Denial::NotYetValid
        | Denial::Expired
        | Denial::RouteDenied => None,
    }
}
