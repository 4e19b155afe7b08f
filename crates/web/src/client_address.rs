//! The origin of a request.

use crate::failure::Failure;
use axum::{extract::FromRequestParts, http::request::Parts};
use std::net::IpAddr;

/// The peer of the connection, put into the request's extensions by the code that accepted it.
///
/// **Invariant:** never read from `X-Forwarded-For` or any other field that a visitor can write; limits on
/// tries count by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeerAddress(pub IpAddr);

impl<S: Sync> FromRequestParts<S> for PeerAddress {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        parts.extensions.get().copied().ok_or_else(|| Failure::broken("the request carries no peer address"))
    }
}
