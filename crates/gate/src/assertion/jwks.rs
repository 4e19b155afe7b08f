//! The public keys behind `Sekisho-Assertion`, for applications that check one. They are not secret, so this
//! address asks for no certificate.

use crate::{
    body::{Body, empty, full},
    ports::AssertionKeys,
};
use http::{
    HeaderValue, Method, Request, Response,
    header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS},
};
use hyper::StatusCode;

/// Where the key set is, on every site and on the public site.
pub const JWKS_PATH: &str = "/.sekisho/jwks.json";

/// How long applications may keep the key set; a new key must be in the set for longer than this before it signs.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// Other spellings of the path are ordinary requests, and need a permit.
pub(crate) fn is_asked<B>(request: &Request<B>) -> bool {
    request.uri().path() == JWKS_PATH
}

/// The answer to a request for [`JWKS_PATH`]: a JWK Set (RFC 7517 §5, §8.5.2).
pub fn jwks_answer(keys: &dyn AssertionKeys, method: &Method) -> Response<Body> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return not_allowed();
    }
    let mut response = Response::new(full(keys.jwks()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/jwk-set+json"));
    headers.insert(CACHE_CONTROL, CACHE);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

fn not_allowed() -> Response<Body> {
    let mut response = Response::new(empty());
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
    response
}
