//! For whatever watches over the process; the answers are meant for programs.

use super::PublicSite;
use crate::failure::AsIs;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The store answers too.
pub(super) async fn ready(State(site): State<PublicSite>) -> Response {
    match site.authority.reading().is_ready().await {
        Ok(()) => "ready\n".into_response(),
        Err(cause) => {
            tracing::error!(%cause, "not ready: the store does not answer");
            let mut response =
                (StatusCode::SERVICE_UNAVAILABLE, "the store does not answer\n").into_response();
            response.extensions_mut().insert(AsIs);
            response
        }
    }
}
