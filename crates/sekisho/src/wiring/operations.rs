//! What those who run the service look at: metrics and health.

use authority::Authority;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::IntoResponse,
    routing::get,
};
use domain::time::Clock;
use gate::View;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::sync::{Arc, Mutex, PoisonError};

/// The Prometheus text format, version 0.0.4.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The recorder of this process: there can be one, and servers that follow each other share it.
static RECORDER: Mutex<Option<PrometheusHandle>> = Mutex::new(None);

/// The recorder, installed at the first call.
pub(super) fn recorder() -> Result<PrometheusHandle, BuildError> {
    let mut recorder = RECORDER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = recorder.as_ref() {
        return Ok(handle.clone());
    }
    let handle = PrometheusBuilder::new().install_recorder()?;
    metrics::describe_gauge!("sekisho_build_info", "Version of the running binary, in its label.");
    metrics::describe_counter!("authority_slow_hashes_total", "Passwords and phrases that were hashed.");
    metrics::gauge!("sekisho_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(recorder.insert(handle).clone())
}

/// What the pages look at.
#[derive(Clone)]
pub(super) struct Operations {
    /// Metrics.
    pub(super) recorder: PrometheusHandle,
    /// What the gate knows.
    pub(super) view: Arc<View>,
    /// The records, and what they cost.
    pub(super) authority: Authority,
    /// Now.
    pub(super) clock: Arc<dyn Clock>,
}

impl Operations {
    /// `/metrics`, `/healthz`, `/readyz`.
    pub(super) fn router(self) -> Router {
        Router::new()
            .route("/metrics", get(metrics))
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .with_state(self)
    }
}

async fn metrics(State(operations): State<Operations>) -> impl IntoResponse {
    metrics::counter!("authority_slow_hashes_total").absolute(operations.authority.slow_hashes());
    operations.recorder.run_upkeep();
    ([(header::CONTENT_TYPE, METRICS_TYPE)], operations.recorder.render())
}

/// Can this process let anybody in?
async fn ready(State(operations): State<Operations>) -> (StatusCode, &'static str) {
    if !operations.view.is_fresh(operations.clock.now()) {
        return (StatusCode::SERVICE_UNAVAILABLE, "the gate does not know the present status\n");
    }
    match operations.authority.store().read().await {
        Ok(_) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached\n"),
    }
}
