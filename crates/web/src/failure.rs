//! Answers that are no page of the site: made bare by handlers and by axum, dressed in one place as a page in the
//! reader's language, or as a problem document (RFC 9457) where JSON is preferred.
//!
//! **Invariant:** inner text never reaches a reader; it goes to the log beside the request id.

use crate::{frame::Frame, page::HTML, reader::PageReader};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::refusal::{Code, Family, Problem, Refusal, Refuses};
use ground::{PROBLEM_JSON, ProblemDocument};
use serde::Serialize;
use std::{fmt, sync::Arc};
use templates::{
    Area, problem,
    public::{self, ErrorPage, TooManyPage},
    refusal::{Explained, http_status},
    voice::Voice,
};

/// When to ask again where there was no room.
const BUSY_RETRY_AFTER_SECONDS: u32 = 2;

/// Why there is no page of the site: a refusal that no form tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(Problem);

/// A response that is meant as it is, though its status tells of a failure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsIs;

/// Stands at a page that tells refusals itself; programs get them as a problem document.
#[derive(Debug, Clone)]
pub(crate) struct Told(pub(crate) Arc<[Refusal]>);

/// What any room refuses; what lies with the service is written into the log.
impl<Cause: Refuses + fmt::Display> From<Cause> for Failure {
    fn from(cause: Cause) -> Self {
        let refusal = cause.refusals().into_iter().next();
        let problem = refusal.map_or(Problem::Internal, |refusal| refusal.problem);
        match (problem.code(), problem.code().family()) {
            (Code::Busy, _) => tracing::debug!(%cause, "no room"),
            (_, Family::Service) => tracing::error!(%cause, "a service behind the pages does not answer"),
            _ => {}
        }
        Self(problem)
    }
}

impl Failure {
    /// A fault of ours, with what to write into the log.
    pub fn broken(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "a request could not be answered");
        Self(Problem::Internal)
    }

    /// The code of the refusal.
    pub fn code(&self) -> Code {
        self.0.code()
    }

    fn status(&self) -> StatusCode {
        StatusCode::from_u16(http_status(self.code())).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// What a bare response of axum or of a layer means.
    fn from_status(status: StatusCode) -> Option<Self> {
        Some(Self(match status {
            StatusCode::FORBIDDEN => Problem::Forbidden,
            StatusCode::NOT_FOUND => Problem::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Problem::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge,
            StatusCode::REQUEST_TIMEOUT => Problem::RequestTimeout,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::UnsupportedMediaType,
            StatusCode::MISDIRECTED_REQUEST => Problem::UnknownHost,
            StatusCode::SERVICE_UNAVAILABLE => Problem::Unavailable,
            status if status.is_client_error() => Problem::BadRequest,
            status if status.is_server_error() => Problem::Internal,
            _ => return None,
        }))
    }

    fn page(&self, frame: &Frame, reader: &PageReader) -> String {
        let area = reader.area.get().cloned().unwrap_or(Area::Public);
        let (chrome, request_id) = (frame.chrome(reader, area), reader.request_id.to_string());
        let form = Some(reader.path.clone()).filter(|path| reader.sent_a_form && !path.is_empty());
        match self.0 {
            Problem::TooManyTries { minutes, .. } => {
                public::too_many(&TooManyPage { minutes, form, request_id }, &chrome)
            }
            _ => public::error(&ErrorPage { code: self.code(), form, request_id }, &chrome),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let retry_after = match self.0 {
            Problem::TooManyTries { seconds, .. } => Some(seconds),
            Problem::Busy => Some(BUSY_RETRY_AFTER_SECONDS),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// What a form says of an act that was refused, or the failure where no form has words for it.
pub(crate) fn at_form(error: impl Refuses + fmt::Display) -> Result<Vec<Refusal>, Failure> {
    let of_a_form = match error.code().family() {
        Family::Form | Family::File | Family::Proof | Family::State | Family::Limit => {
            !matches!(error.code(), Code::TooManyTries | Code::TenantEnded)
        }
        Family::Gate | Family::Request | Family::Service => false,
    };
    if of_a_form { Ok(error.refusals()) } else { Err(error.into()) }
}

/// Gives a bare failure its page or document, and a page that tells refusals a document where JSON is preferred;
/// leaves every other answer alone.
pub(crate) fn dress(mut response: Response, frame: &Frame, reader: &PageReader) -> Response {
    if response.extensions().get::<AsIs>().is_some() {
        return response;
    }
    if let Some(Told(refusals)) = response.extensions().get::<Told>().cloned() {
        if reader.prefers_json {
            let document = document(response.status(), &refusals, frame, reader);
            dress_in(&mut response, PROBLEM_JSON, document);
        }
        return response;
    }
    if is_html(&response) {
        return response;
    }
    let failure = response.extensions().get().cloned().or_else(|| Failure::from_status(response.status()));
    let Some(failure) = failure else { return response };
    // Of a bare answer only status, Allow and Retry-After are worth keeping.
    *response.status_mut() = failure.status();
    if reader.prefers_json {
        let document = document(failure.status(), &[failure.0.into()], frame, reader);
        dress_in(&mut response, PROBLEM_JSON, document);
    } else {
        let page = failure.page(frame, reader);
        dress_in(&mut response, HTML, page);
    }
    response
}

fn dress_in(response: &mut Response, kind: HeaderValue, text: String) {
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    *response.body_mut() = Body::from(text);
}

fn is_html(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// What a problem document of ours says beside its code: in words, and all refusals of a form.
#[derive(Serialize)]
struct Members<'a> {
    detail: String,
    errors: Vec<Worded<'a>>,
}

/// One refusal, in words, too.
#[derive(Serialize)]
struct Worded<'a> {
    #[serde(flatten)]
    refusal: &'a Refusal,
    detail: String,
}

fn document(status: StatusCode, refusals: &[Refusal], frame: &Frame, reader: &PageReader) -> String {
    let code = refusals.first().map_or(Code::Internal, Refusal::code);
    let voice: Voice = frame.chrome(reader, Area::Public).voice();
    let worded = |refusal| Worded { refusal, detail: problem::text(&refusal.problem, &voice).to_string() };
    let members = Members {
        detail: Explained(code).what(&voice).to_string(),
        errors: refusals.iter().map(worded).collect(),
    };
    let kind = frame.public_address(&format!("/problems/{}", code.name()));
    ProblemDocument::new(status, Some(kind), code.name(), reader.request_id.as_str(), members).to_json()
}
