//! A posted form, behind the permission to post it.
//!
//! **Invariant:** no body is read for a visitor without permission. [`FormFields`] has no other way in: a handler that
//! takes a form names who may send it.

use crate::{PeerAddress, Visitor, failure::Failure, form_fields::FormFields};
use axum::extract::{FromRequest, FromRequestParts, Request};

/// What a visitor must have before a body is read; made of a request's head alone.
pub(crate) trait Admission {}

/// Public forms are everybody's: who sends too many is known by the address.
impl Admission for PeerAddress {}

/// The portal takes forms of every visitor with a permit.
impl Admission for Visitor {}

/// The form, and what its sender was admitted by.
#[derive(Debug)]
pub(crate) struct Posted<By>(pub(crate) By, pub(crate) FormFields);

impl<S, By> FromRequest<S> for Posted<By>
where
    S: Send + Sync,
    By: Admission + FromRequestParts<S, Rejection = Failure> + Send,
{
    type Rejection = Failure;

    async fn from_request(request: Request, state: &S) -> Result<Self, Failure> {
        let (mut head, body) = request.into_parts();
        let by = By::from_request_parts(&mut head, state).await?;
        let form = FormFields::read(Request::from_parts(head, body)).await?;
        Ok(Self(by, form))
    }
}
