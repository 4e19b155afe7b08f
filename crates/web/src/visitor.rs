//! Who is at a site behind the gate.

use crate::failure::Failure;
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{
    grant::{Grant, Permission},
    permit::Permit,
    refusal::Problem,
};

/// The gate's permit, put into the request's extensions by the binary; no header says who asks.
#[derive(Debug, Clone)]
pub struct Visitor(pub Permit);

impl Visitor {
    /// Permission for one act; `Failure::from(Problem::Forbidden)` where the visitor's role does not have it.
    pub fn grant<A: Permission>(&self) -> Result<Grant<A>, Failure> {
        Grant::of(&self.0).map_err(|_| Failure::from(Problem::Forbidden))
    }

    /// Would [`Visitor::grant`] give permission? Says what a page offers, nothing else.
    pub fn may<A: Permission>(&self) -> bool {
        A::allowed(self.0.user().role)
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        let permit = parts.extensions.get::<Permit>().cloned();
        permit.map(Self).ok_or_else(|| Failure::broken("the request carries no permit"))
    }
}
