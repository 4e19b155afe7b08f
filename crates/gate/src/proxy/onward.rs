//! The facts that one forward depends on, and the reasons for its failure.

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

/// The facts that one forward depends on.
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

/// Why there is no answer from the application.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ForwardError {
    /// The visitor was shut out meanwhile.
    #[error("cut: the visitor was shut out")]
    Cut,
    /// The visitor's body did not arrive, or arrived too slowly; the notice is for the visitor.
    #[error("the request's body: {}", .0.code())]
    Visitor(GateNotice),
    /// The request could be read as two.
    #[error("request with more than one reading")]
    Ambiguous,
    /// The limit on requests under way is reached.
    #[error("as much is under way to applications as there is room for")]
    Busy,
    /// No request can reach the application.
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
