//! The answer to an accepted form: a redirect to the page with the result.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

/// 303 (RFC 9110 §15.4.4), so that a reload sends nothing again. `location`: a path
/// of this site or an address of the configuration, without any text of a visitor.
pub fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => crate::Failure::broken("a redirect's location is no header value").into_response(),
    }
}
