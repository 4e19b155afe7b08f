//! Rendered pages as responses.

use crate::failure::Told;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::refusal::Refusal;
use std::sync::Arc;

/// The `Content-Type` of every page.
pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// A rendered page with its status, and the refusals that it tells.
#[derive(Debug)]
pub struct Page {
    status: StatusCode,
    html: String,
    refusals: Arc<[Refusal]>,
}

impl Page {
    /// 200.
    pub fn ok(html: String) -> Self {
        Self { status: StatusCode::OK, html, refusals: Arc::default() }
    }

    /// 422: a form with errors at its fields (RFC 9110 §15.5.21).
    pub fn refusing(refusals: &[Refusal], html: String) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, html, refusals: refusals.into() }
    }

    /// 410 with a page that explains what has ended.
    pub fn gone(refusals: &[Refusal], html: String) -> Self {
        Self { status: StatusCode::GONE, html, refusals: refusals.into() }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.html));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HTML);
        if !self.refusals.is_empty() {
            response.extensions_mut().insert(Told(self.refusals));
        }
        response
    }
}
