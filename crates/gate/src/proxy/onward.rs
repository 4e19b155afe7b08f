//! What one forward depends on, and why it may fail.

use crate::{
    applications::{ConnectError, SiteApplication},
    body::BodyError,
    connection::Hold,
    ports::GateNotice,
    request::{RequestAuthority, RequestTarget},
    status::NoApplication,
};
use domain::{permit::Permit, site::Site};
use http::HeaderValue;
use std::{sync::Arc, time::Duration};

/// Everything that one forward depends on.
pub(crate) struct Onward<'a> {
    pub(crate) site: &'a Site,
    pub(crate) application: &'a Arc<SiteApplication>,
    pub(crate) authority: &'a RequestAuthority,
    pub(crate) target: &'a RequestTarget,
    pub(crate) permit: &'a Permit,
    /// The permit, signed.
    pub(crate) assertion: Option<HeaderValue>,
    pub(crate) hold: &'a Hold,
    /// How far the visitor may fall behind with the request's body.
    pub(crate) upload_wait_max: Duration,
}

/// Why there is no answer of the application's.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ForwardError {
    /// The visitor was shut out meanwhile.
    #[error("cut: the visitor was shut out")]
    Cut,
    /// The visitor sends no body, or too slowly; so the visitor is told.
    #[error("the request's body: {}", .0.code())]
    Visitor(GateNotice),
    /// The request could be taken for two.
    #[error("request with more than one reading")]
    Ambiguous,
    /// As much is under way as there is room for.
    #[error("as much is under way to applications as there is room for")]
    Busy,
    /// There is no way to the application, whatever is asked.
    #[error(transparent)]
    NoApplication(NoApplication),
    /// No connection, or it broke.
    #[error("upstream cannot be reached")]
    Unreachable(#[source] BodyError),
    /// The answer has no meaning, or more than one.
    #[error("upstream's answer cannot be read")]
    Garbled(#[source] BodyError),
    /// No answer in time.
    #[error("upstream does not answer")]
    Timeout,
}

impl From<ConnectError> for ForwardError {
    fn from(error: ConnectError) -> Self {
        match error {
            ConnectError::Busy => Self::Busy,
            ConnectError::Unreachable(cause) => Self::Unreachable(cause),
        }
    }
}
