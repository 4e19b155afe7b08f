//! Rendered pages as responses.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// The `Content-Type` of every page.
pub(crate) const HTML: HeaderValue = HeaderValue::from_static("text/html; charset=utf-8");

/// A rendered page with its status.
#[derive(Debug)]
pub struct Page {
    status: StatusCode,
    html: String,
}

impl Page {
    /// 200.
    pub fn ok(html: String) -> Self {
        Self { status: StatusCode::OK, html }
    }

    /// 422: a form with errors at its fields (RFC 9110 §15.5.21).
    pub fn unprocessable(html: String) -> Self {
        Self { status: StatusCode::UNPROCESSABLE_ENTITY, html }
    }

    /// Any other status, for a page that knows better than the general one.
    pub fn with_status(status: StatusCode, html: String) -> Self {
        Self { status, html }
    }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.html));
        *response.status_mut() = self.status;
        response.headers_mut().insert(header::CONTENT_TYPE, HTML);
        response
    }
}
