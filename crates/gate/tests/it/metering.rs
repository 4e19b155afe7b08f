//! The metrics of the gate.

use crate::stage::{A, CONSOLE, DESK, PUBLIC, Stage};
use domain::certificate::Status;
use metrics::{
    Counter, Gauge, Histogram, Key, KeyName, LocalRecorderGuard, Metadata, Recorder, SharedString, Unit,
};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// All metrics of this thread, by name and labels.
#[derive(Default)]
struct Counted {
    counters: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
    gauges: Mutex<BTreeMap<String, Arc<AtomicU64>>>,
}

fn written(key: &Key) -> String {
    let labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
    format!("{} {}", key.name(), labels.join(" ")).trim().to_owned()
}

impl Recorder for Counted {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(Arc::clone(self.counters.lock().unwrap().entry(written(key)).or_default()))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(Arc::clone(self.gauges.lock().unwrap().entry(written(key)).or_default()))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

impl Counted {
    fn here() -> (&'static Self, LocalRecorderGuard<'static>) {
        let counted: &'static Self = Box::leak(Box::default());
        (counted, metrics::set_default_local_recorder(counted))
    }

    fn counter(&self, name: &str) -> u64 {
        self.counters.lock().unwrap().get(name).map_or(0, |count| count.load(Ordering::SeqCst))
    }

    fn gauge(&self, name: &str) -> f64 {
        f64::from_bits(self.gauges.lock().unwrap()[name].load(Ordering::SeqCst))
    }
}

#[tokio::test]
async fn requests_are_counted_by_kind_of_site_and_outcome() {
    let (counted, _guard) = Counted::here();
    let stage = Stage::set().await;
    let taro = stage.browser().holding(&stage.taro);
    let mut tab = taro.open().await;
    tab.ask(A, "/").await;
    tab.ask(A, "/").await;
    taro.clone().at(DESK).visit("/").await;
    stage.browser().visit("/").await;
    taro.clone().at(CONSOLE).visit("/").await;
    stage.browser().at(PUBLIC).visit("/").await;
    stage.browser().at("nobody.test").visit("/").await;
    for (site, outcome, count) in [
        ("application", "permitted", 2),
        ("desk", "permitted", 1),
        ("application", "no-certificate", 1),
        ("console", "other-tenant", 1),
        ("public", "public", 1),
        ("none", "unknown-host", 1),
    ] {
        let name = format!("gate_requests_total site={site} outcome={outcome}");
        assert_eq!(counted.counter(&name), count, "{name}");
    }
    assert_eq!(counted.counter("gate_assertions_signed_total"), 1);
}

#[tokio::test]
async fn handshakes_open_connections_and_cuts_are_counted() {
    let (counted, _guard) = Counted::here();
    let stage = Stage::set().await;
    let mut tab = stage.browser().holding(&stage.taro).open().await;
    tab.ask(A, "/").await;
    assert_eq!(counted.counter("gate_handshakes_total outcome=completed"), 1);
    assert!((counted.gauge("gate_connections_open") - 1.0).abs() < f64::EPSILON);

    // The connection counts as cut once, however often it is found shut out.
    stage.set_status(&stage.a, &stage.taro, Status::OnHold).await;
    stage.set_status(&stage.a, &stage.taro, Status::Revoked).await;
    assert_eq!(counted.counter("gate_connections_cut_total"), 1);
    assert!((counted.gauge("gate_view_generation") - 2.0).abs() < f64::EPSILON);
    assert!(counted.gauge("gate_view_age_seconds").abs() < f64::EPSILON);

    tab.ask(A, "/").await;
    tab.closed().await;
    while counted.gauge("gate_connections_open") > 0.0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_key_that_is_not_proved_and_half_a_client_hello_are_counted_apart() {
    let (counted, _guard) = Counted::here();
    let stage = Stage::set().await;
    let thief = stage.taro.clone().with_key_of(&stage.a.issuer.issue(7));
    for browser in [stage.browser(), stage.browser().tls12()] {
        if let Ok((mut stream, _)) = browser.holding(&thief).tls().await {
            let mut answer = Vec::new();
            assert!(stream.read_to_end(&mut answer).await.is_err());
        }
    }
    // A record of 256 bytes (RFC 8446 §5.1), of which four come.
    let mut stream = TcpStream::connect(stage.address).await.unwrap();
    stream.write_all(&[22, 3, 1, 1, 0, 1, 0, 0, 252]).await.unwrap();
    drop(stream);
    let mut stream = TcpStream::connect(stage.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nHost: a.test\r\n\r\n").await.unwrap();
    let mut alert = Vec::new();
    stream.read_to_end(&mut alert).await.unwrap();
    for (outcome, count) in [("failed-proof", 2), ("half-hello", 1), ("failed", 1), ("completed", 0)] {
        while counted.counter(&format!("gate_handshakes_total outcome={outcome}")) < count {
            tokio::task::yield_now().await;
        }
    }
    for (outcome, count) in [("failed-proof", 2), ("half-hello", 1), ("failed", 1), ("completed", 0)] {
        assert_eq!(counted.counter(&format!("gate_handshakes_total outcome={outcome}")), count, "{outcome}");
    }
}
