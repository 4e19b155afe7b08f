//! Pages for what cannot be answered.

use crate::page::pages;
use domain::refusal::Code;

/// What went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// 400: the request is not well-formed.
    BadRequest,
    /// 403: a form was sent from a foreign page, or the role does not allow it.
    Forbidden,
    /// 403: the visitor was shut out, or got another role, while the act was under way.
    RoleChanged,
    /// 404.
    NotFound,
    /// 405.
    MethodNotAllowed,
    /// 409: what the page was about has changed since it was opened.
    Stale,
    /// 409: the company has ended since the page was opened.
    TenantEnded,
    /// 408: what was sent came too slowly.
    TooSlow,
    /// 413.
    TooLarge,
    /// 415: the form came in an encoding that no browser uses.
    UnsupportedMediaType,
    /// 421: this host name is not ours.
    Misdirected,
    /// 500.
    Internal,
    /// 503.
    Unavailable,
    /// 503: there is no room at the moment, and nothing was done.
    Busy,
}

impl ErrorKind {
    /// All, for tests and lists.
    pub const ALL: [Self; 14] = [
        Self::BadRequest,
        Self::Forbidden,
        Self::RoleChanged,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Stale,
        Self::TenantEnded,
        Self::TooSlow,
        Self::TooLarge,
        Self::UnsupportedMediaType,
        Self::Misdirected,
        Self::Internal,
        Self::Unavailable,
        Self::Busy,
    ];

    /// The HTTP status code (RFC 9110 §15.5, §15.6).
    pub fn http_status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Forbidden | Self::RoleChanged => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::TooSlow => 408,
            Self::Stale | Self::TenantEnded => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Misdirected => 421,
            Self::Internal => 500,
            Self::Unavailable | Self::Busy => 503,
        }
    }

    /// Its row in the table of refusals.
    pub fn code(self) -> Code {
        match self {
            Self::BadRequest => Code::BadRequest,
            Self::Forbidden => Code::Forbidden,
            Self::RoleChanged => Code::RoleChanged,
            Self::NotFound => Code::NotFound,
            Self::MethodNotAllowed => Code::MethodNotAllowed,
            Self::Stale => Code::Stale,
            Self::TenantEnded => Code::TenantEnded,
            Self::TooSlow => Code::RequestTimeout,
            Self::TooLarge => Code::TooLarge,
            Self::UnsupportedMediaType => Code::UnsupportedMediaType,
            Self::Misdirected => Code::UnknownHost,
            Self::Internal => Code::Internal,
            Self::Unavailable => Code::Unavailable,
            Self::Busy => Code::Busy,
        }
    }
}

/// An error page.
#[derive(Debug, Clone)]
pub struct ErrorPage {
    /// What went wrong.
    pub kind: ErrorKind,
    /// To read out on the phone.
    pub request_id: String,
}

impl ErrorPage {
    fn key(&self, part: &str) -> String {
        match self.kind {
            ErrorKind::RoleChanged => format!("error-role-changed-{part}"),
            ErrorKind::TenantEnded => format!("error-tenant-ended-{part}"),
            ErrorKind::Busy => format!("error-busy-{part}"),
            kind => format!("error-{}-{part}", kind.http_status()),
        }
    }
}

/// 429.
#[derive(Debug, Clone)]
pub struct TooManyPage {
    /// When to try again, in minutes (as in `Retry-After`, rounded up).
    pub minutes: u32,
    /// To read out on the phone.
    pub request_id: String,
}

pages! {
    /// 400 to 503.
    error(ErrorPage) = "public/error.html";
    /// 429: the limits are told, nobody is made to wait on the line.
    too_many(TooManyPage) = "public/too_many.html";
}
