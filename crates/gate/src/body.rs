//! Streamed bodies of requests and answers.
//!
//! Read next: [`visitor`] (bodies from visitors), [`cut`] (bodies that end when their visitor is shut out).

mod cut;
mod visitor;

pub(crate) use cut::{BodyProgress, Holding, IfPermitted, Trailers, UntilCut};
pub use ground::BodyError;
pub(crate) use visitor::{FromVisitor, VisitorBody};

use bytes::Bytes;
use http_body::Body as HttpBody;
use http_body_util::{BodyExt, Empty, Full, combinators::UnsyncBoxBody};

/// Any body, streamed.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;

/// A body whose bytes are all in memory.
pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// A body without bytes.
pub(crate) fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// Turns any body into a [`Body`].
pub(crate) fn boxed<B>(body: B) -> Body
where
    B: HttpBody<Data = Bytes> + Send + 'static,
    B::Error: Into<BodyError>,
{
    body.map_err(Into::into).boxed_unsync()
}
