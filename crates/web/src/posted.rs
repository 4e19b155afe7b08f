//! A posted form, behind the permission to post it.
//!
//! **Invariant:** no body is read for a visitor without permission. [`FormFields`] has no other way in: a
//! handler that takes a form names the permitted sender.

use crate::{PeerAddress, Visitor, failure::Failure, form_fields::FormFields};
use axum::extract::{FromRequest, FromRequestParts, Request};

/// The condition for reading a visitor's body, checked by a request's head alone.
pub(crate) trait Admission {}

/// Everybody may send public forms; limits count by the address.
impl Admission for PeerAddress {}

/// The portal accepts forms of every visitor with a permit.
impl Admission for Visitor {}

/// The form, and the admission of its sender.
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
