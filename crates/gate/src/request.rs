//! The target of a request, and its number.

mod request_id;
mod target;

pub(crate) use request_id::RequestIds;
pub(crate) use target::{EncodedSlash, RequestAuthority, RequestTarget, TargetError};
