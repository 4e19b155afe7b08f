//! Answers that are no page of the site: made bare by handlers and by axum, dressed as a page in
//! the reader's language in one place.
//!
//! **Invariant:** inner text never reaches a reader; it goes to the log beside the request id.

use crate::{frame::Frame, reader::PageReader};
use authority::Unavailable;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{attempts::TooManyAttempts, refusal::Code};
use std::fmt;
use store::StoreError;
use templates::{
    Area, Chrome,
    public::{self, ErrorPage, TooManyPage},
};

/// When to ask again where there was no room.
const BUSY_RETRY_AFTER_SECONDS: u32 = 2;

/// Why there is no page of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The request cannot be understood.
    BadRequest,
    /// Not from here (foreign Origin), or not for this visitor.
    Forbidden,
    /// The visitor was shut out, or got another role, while the act was under way; nothing was done.
    RoleChanged,
    /// No such page, or none of this visitor's.
    NotFound,
    /// What the page was about has changed since it was opened; nothing was done.
    Stale,
    /// The company has ended since the page was opened; nothing was done.
    TenantEnded,
    /// The page does not take this method.
    MethodNotAllowed,
    /// The body is larger than the page takes.
    TooLarge,
    /// The body comes more slowly than others can wait for.
    TooSlow,
    /// The body is of a kind that the page does not take.
    UnsupportedMediaType,
    /// This host name is not ours.
    Misdirected,
    /// Too many tries; come back later.
    TooMany(TooManyAttempts),
    /// There is no room for it at the moment; nothing was done.
    Busy,
    /// The store or the signer does not answer.
    Unavailable,
    /// A fault of ours.
    Broken,
}

/// A response that is meant as it is, though its status tells of a failure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AsIs;

impl From<Unavailable> for Failure {
    fn from(cause: Unavailable) -> Self {
        Self::unavailable(cause)
    }
}

impl From<StoreError> for Failure {
    fn from(cause: StoreError) -> Self {
        Self::unavailable(cause)
    }
}

impl Failure {
    /// A fault of ours, with what to write into the log.
    pub fn broken(cause: impl fmt::Display) -> Self {
        tracing::error!(%cause, "a request could not be answered");
        Self::Broken
    }

    /// An act or a look that could not be finished, with what to write into the log: the store or the signer
    /// is down, or the visitor may not act any more.
    pub fn unavailable(cause: impl Into<Unavailable>) -> Self {
        let cause = cause.into();
        if cause.is_actor_changed() {
            return Self::RoleChanged;
        }
        if cause.is_busy() {
            tracing::debug!(%cause, "no room");
            return Self::Busy;
        }
        tracing::error!(%cause, "a service behind the pages does not answer");
        Self::Unavailable
    }

    fn status(self) -> StatusCode {
        match self {
            Self::BadRequest => StatusCode::BAD_REQUEST,
            Self::Forbidden | Self::RoleChanged => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Stale | Self::TenantEnded => StatusCode::CONFLICT,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Misdirected => StatusCode::MISDIRECTED_REQUEST,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Busy | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// What a bare response of axum or of a layer means.
    fn from_status(status: StatusCode) -> Option<Self> {
        Some(match status {
            StatusCode::FORBIDDEN => Self::Forbidden,
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::REQUEST_TIMEOUT => Self::TooSlow,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::MISDIRECTED_REQUEST => Self::Misdirected,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            status if status.is_client_error() => Self::BadRequest,
            status if status.is_server_error() => Self::Broken,
            _ => return None,
        })
    }

    fn page(self, reader: &PageReader, chrome: &Chrome) -> String {
        let request_id = reader.request_id.to_string();
        let code = match self {
            Self::TooMany(limit) => {
                let minutes = limit.retry_after_seconds.div_ceil(60);
                return public::too_many(&TooManyPage { minutes, request_id }, chrome);
            }
            Self::BadRequest => Code::BadRequest,
            Self::Forbidden => Code::Forbidden,
            Self::RoleChanged => Code::RoleChanged,
            Self::Stale => Code::Stale,
            Self::TenantEnded => Code::TenantEnded,
            Self::NotFound => Code::NotFound,
            Self::MethodNotAllowed => Code::MethodNotAllowed,
            Self::TooLarge => Code::TooLarge,
            Self::TooSlow => Code::RequestTimeout,
            Self::UnsupportedMediaType => Code::UnsupportedMediaType,
            Self::Misdirected => Code::UnknownHost,
            Self::Busy => Code::Busy,
            Self::Unavailable => Code::Unavailable,
            Self::Broken => Code::Internal,
        };
        public::error(&ErrorPage { code, request_id }, chrome)
    }
}

impl From<TooManyAttempts> for Failure {
    fn from(limit: TooManyAttempts) -> Self {
        Self::TooMany(limit)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        let retry_after = match self {
            Self::TooMany(limit) => Some(limit.retry_after_seconds),
            Self::Busy => Some(BUSY_RETRY_AFTER_SECONDS),
            _ => None,
        };
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Gives a bare failure its page; leaves every other answer alone.
pub(crate) fn dress(mut response: Response, frame: &Frame, reader: &PageReader) -> Response {
    let meant = response.extensions().get::<AsIs>().is_some() || is_html(&response);
    let failure = response.extensions().get().copied().or_else(|| Failure::from_status(response.status()));
    let Some(failure) = failure.filter(|_| !meant) else {
        return response;
    };
    let chrome = frame.chrome(reader, Area::Public);
    let page = failure.page(reader, &chrome);
    // Of a bare answer only status, Allow and Retry-After are worth keeping.
    *response.status_mut() = failure.status();
    response.headers_mut().remove(header::CONTENT_LENGTH);
    response.headers_mut().insert(header::CONTENT_TYPE, crate::page::HTML);
    *response.body_mut() = Body::from(page);
    response
}

fn is_html(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE);
    kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
