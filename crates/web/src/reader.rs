//! Who reads the answer: language, place and number of the request.

use crate::{failure::Failure, request_id::RequestId};
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::locale::Locale;
use std::sync::{Arc, OnceLock};
use templates::Area;

/// Put into each request's extensions by the [`crate::shell`]; handlers take it as an argument.
#[derive(Debug, Clone)]
pub struct PageReader {
    /// In which language to answer.
    pub locale: Locale,
    /// Path and query without `lang`.
    pub path: String,
    /// Whether a form was sent; its address shows it again.
    pub sent_a_form: bool,
    /// Where the reader is, once a handler knows it.
    pub(crate) area: Arc<OnceLock<Area>>,
    /// Does a program ask that wants refusals as problem documents?
    pub prefers_json: bool,
    /// For the log and for error pages.
    pub request_id: RequestId,
}

impl PageReader {
    /// Keeps the reader's area, so that a failure's page belongs to the same area.
    pub(crate) fn is_in(&self, area: &Area) {
        self.area.get_or_init(|| area.clone());
    }
}

impl<S: Sync> FromRequestParts<S> for PageReader {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Failure> {
        let reader = parts.extensions.get::<Self>().cloned();
        reader.ok_or_else(|| Failure::broken("the request did not come through the shell"))
    }
}
