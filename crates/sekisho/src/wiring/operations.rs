//! Metrics and health for operators.
//!
//! **Invariant:** on a loopback address this door answers only to this machine's own names: no page in a
//! browser on this machine can point its own name to this door (DNS rebinding) and read it.

use authority::Authority;
use axum::{
    Router,
    extract::{Request, State},
    http::{HeaderMap, StatusCode, Uri, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    device_choices::DeviceChoice, host_name::is_loopback, mail::MailClass, refusal::number, time::Clock,
};
use gate::View;
use ground::HostPort;
use metrics_exporter_prometheus::{BuildError, PrometheusBuilder, PrometheusHandle};
use std::{
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};
use store::mails::OutboxCounts;

/// The Prometheus text format, version 0.0.4.
const METRICS_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The recorder of this process: only one is possible, and servers that follow each other share it.
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
    metrics::describe_gauge!("authority_outbox_waiting", "Mails that wait to be sent; NaN: unknown.");
    metrics::describe_gauge!(
        "authority_outbox_delayed",
        "Of these, mails that were tried and not taken; NaN: unknown."
    );
    metrics::describe_gauge!(
        "authority_outbox_refused",
        "Mails of 30 days whose recipient does not exist; NaN: unknown."
    );
    metrics::describe_gauge!(
        "authority_outbox_given_up",
        "Mails of 30 days that were given up otherwise; NaN: unknown."
    );
    metrics::describe_gauge!(
        "authority_outbox_oldest_seconds",
        "Age of the oldest mail that waits; NaN: unknown."
    );
    metrics::describe_counter!("authority_mails_total", "Tries to send a mail, by what became of them.");
    metrics::describe_gauge!(
        "sekisho_duty_last_success_seconds",
        "Since a run of the duty last ended well, in this process or, of a duty that one does for all, in any; NaN: never, or unknown."
    );
    metrics::describe_counter!(
        "store_conflicts_total",
        "Transactions that met another one and were undone, by name; each runs again a few times.",
    );
    metrics::describe_counter!(
        "sekisho_duty_failures_total",
        "Runs of the duty that failed in this process."
    );
    metrics::describe_gauge!(
        "authority_keys_ready",
        "RSA keys that were made beforehand and wait for a pickup, by their kind."
    );
    metrics::gauge!("sekisho_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    Ok(recorder.insert(handle).clone())
}

/// The sources of the pages.
#[derive(Clone)]
pub(super) struct Operations {
    /// Metrics.
    pub(super) recorder: PrometheusHandle,
    /// The gate's view.
    pub(super) view: Arc<View>,
    /// The records and their figures.
    pub(super) authority: Authority,
    pub(super) clock: Arc<dyn Clock>,
}

impl Operations {
    /// `/metrics`, `/healthz`, `/readyz`, for a door that listens at this address.
    pub(super) fn router(self, listens_at: IpAddr) -> Router {
        Router::new()
            .route("/metrics", get(metrics))
            .route("/healthz", get(async || "ok\n"))
            .route("/readyz", get(ready))
            .with_state(self)
            .layer(middleware::from_fn_with_state(listens_at, for_this_door))
    }

    /// An unknown number is reported as unknown: a database that cannot be read does not mean an empty outbox.
    async fn measure_outbox(&self) {
        let counted = self.authority.reading().outbox_counts().await.ok();
        let now = self.authority.now();
        for class in MailClass::ALL {
            let counts = counted.as_ref().and_then(|counts| counts.iter().find(|(of, _)| *of == class));
            let measure = |name: &'static str, number: fn(&OutboxCounts) -> u64| {
                // Far below 2^53.
                #[allow(clippy::cast_precision_loss)]
                let value = counts.map_or(f64::NAN, |(_, counts)| number(counts) as f64);
                metrics::gauge!(name, "class" => class.name()).set(value);
            };
            measure("authority_outbox_waiting", |counts| counts.waiting);
            measure("authority_outbox_delayed", |counts| counts.delayed);
            measure("authority_outbox_refused", |counts| counts.refused);
            measure("authority_outbox_given_up", |counts| counts.given_up);
            let age = counts.map_or(f64::NAN, |(_, counts)| {
                counts.oldest.map_or(0.0, |oldest| now.duration_since(oldest).as_secs_f64().max(0.0))
            });
            metrics::gauge!("authority_outbox_oldest_seconds", "class" => class.name()).set(age);
        }
        for (class, outcome, tries) in self.authority.outbox().mail_outcomes() {
            metrics::counter!("authority_mails_total", "class" => class.name(), "outcome" => outcome.name())
                .absolute(tries);
        }
    }

    fn measure_keys(&self) {
        for (kind, ready) in self.authority.ready_keys() {
            metrics::gauge!("authority_keys_ready", "kind" => kind.name()).set(f64::from(number(ready)));
        }
    }

    async fn measure_duties(&self) {
        let now = self.authority.now();
        // Without the database this process still knows its own runs.
        let duties = self
            .authority
            .duties()
            .standings()
            .await
            .unwrap_or_else(|_| self.authority.duties().own_standings());
        for duty in duties {
            let succeeded = duty.last.and_then(|run| run.succeeded_at);
            let age = succeeded.map_or(f64::NAN, |at| now.duration_since(at).as_secs_f64().max(0.0));
            metrics::gauge!("sekisho_duty_last_success_seconds", "duty" => duty.plan.name).set(age);
            metrics::counter!("sekisho_duty_failures_total", "duty" => duty.plan.name)
                .absolute(duty.failures);
        }
    }
}

async fn for_this_door(State(listens_at): State<IpAddr>, request: Request, next: Next) -> Response {
    if is_for_this_door(request.uri(), request.headers(), listens_at) {
        return next.run(request).await;
    }
    (StatusCode::MISDIRECTED_REQUEST, "ask by this machine's address or as localhost\n").into_response()
}

/// Whether the request is for this door. A person typed an address directly, and no foreign name leads to it;
/// a client without a name is no browser.
fn is_for_this_door(uri: &Uri, headers: &HeaderMap, listens_at: IpAddr) -> bool {
    if !listens_at.is_loopback() {
        return true;
    }
    match HostPort::of(uri, headers) {
        Ok(Some(asked)) => asked.address().is_some() || is_loopback(asked.host()),
        Ok(None) => true,
        Err(_) => false,
    }
}

async fn metrics(State(operations): State<Operations>) -> impl IntoResponse {
    metrics::counter!("authority_slow_hashes_total").absolute(operations.authority.slow_hashes());
    operations.measure_outbox().await;
    operations.measure_duties().await;
    operations.measure_keys();
    for (name, met) in operations.authority.reading().conflicts() {
        metrics::counter!("store_conflicts_total", "transaction" => name).absolute(met);
    }
    operations.recorder.run_upkeep();
    ([(header::CONTENT_TYPE, METRICS_TYPE)], operations.recorder.render())
}

/// Whether this process can let anybody in.
async fn ready(State(operations): State<Operations>) -> (StatusCode, &'static str) {
    if !operations.view.is_fresh(operations.clock.now()) {
        return (StatusCode::SERVICE_UNAVAILABLE, "the gate does not know the present status\n");
    }
    match operations.authority.reading().is_ready().await {
        Ok(()) => (StatusCode::OK, "ready\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database cannot be reached\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loopback_door_answers_to_this_machine_only_and_another_to_every_name() {
        let for_door = |host: &'static str, listens_at: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, header::HeaderValue::from_static(host));
            is_for_this_door(&Uri::from_static("/"), &headers, listens_at.parse().expect("an address"))
        };
        for own in ["127.0.0.1:9090", "127.0.0.1", "[::1]:9090", "[::1]", "localhost:9090", "localhost"] {
            assert!(for_door(own, "127.0.0.1"), "{own}");
        }
        for other in ["evil.example:9090", "localhost.evil.example", "127.0.0.1.evil.example", ""] {
            assert!(!for_door(other, "127.0.0.1") && !for_door(other, "::1"), "{other}");
            assert!(for_door(other, "192.0.2.1"), "{other}");
        }
        assert!(is_for_this_door(&Uri::from_static("/"), &HeaderMap::new(), IpAddr::from([127, 0, 0, 1])));
    }

    #[test]
    fn a_loopback_door_takes_no_request_for_two_names() {
        let own = header::HeaderValue::from_static("localhost");
        let mut headers: HeaderMap = [(header::HOST, own.clone())].into_iter().collect();
        let here = IpAddr::from([127, 0, 0, 1]);
        assert!(!is_for_this_door(&Uri::from_static("http://evil.example/"), &headers, here));
        headers.append(header::HOST, own);
        assert!(!is_for_this_door(&Uri::from_static("/"), &headers, here));
    }
}
