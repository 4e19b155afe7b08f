//! The stylesheet and the script, under addresses that change with their contents.

use crate::failure::Failure;
use axum::{
    Router,
    extract::Path,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::refusal::Problem;
use templates::assets;

/// The address carries a hash, so what it names never changes (RFC 8246).
const CACHE_CONTROL: &str = "public, max-age=31536000, immutable";

pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route(&format!("{}{{name}}", assets::FOLDER), get(asset))
}

async fn asset(Path(name): Path<String>) -> Result<Response, Failure> {
    let asset = assets::find(&name).ok_or(Problem::NotFound)?;
    let mut response = asset.body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHE_CONTROL));
    Ok(response)
}
