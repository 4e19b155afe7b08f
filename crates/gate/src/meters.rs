//! Every metric that the gate reports through [`metrics`], by name.
//!
//! | name | kind | labels | what |
//! |---|---|---|---|
//! | `gate_requests_total` | counter | `site`: `application desk console retry public none`; `outcome`: `permitted public retried`, a denial's or a notice's code | requests answered |
//! | `gate_handshakes_total` | counter | `outcome`: `completed failed failed-proof half-hello limited` | connections accepted; `failed-proof`: a certificate was shown without its key, `half-hello`: ended or too slow before the ClientHello was whole, `limited`: closed before TLS |
//! | `gate_connections_open` | gauge | | connections past their handshake, tunnels included |
//! | `gate_connections_cut_total` | counter | | open connections whose visitor was shut out |
//! | `gate_assertions_signed_total` | counter | | signatures made for `Sekisho-Assertion` |
//! | `gate_upstream_connections_open` | gauge | | connections to applications, idle ones and WebSockets too |
//! | `gate_view_generation` | gauge | | the change up to which the view is complete |
//! | `gate_view_age_seconds` | gauge | | since the last good read of the source began |
//!
//! **Invariant:** labels have few values; no name, address or tenant is one.

use domain::{site::SiteKind, status_change::Generation, time::SignedDuration};
use metrics::{Unit, counter, describe_counter, describe_gauge, gauge};

/// How a connection began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Handshake {
    Completed,
    Failed,
    /// A certificate was shown, and the proof of its key was wrong.
    FailedProof,
    /// Ended, or too slow, before its ClientHello was whole.
    HalfHello,
    /// Closed before TLS, see `listening/handshake_limit.rs`.
    Limited,
}

/// The kind of name that a request was for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    Site(SiteKind),
    Retry,
    Public,
    /// An unknown name, or that of a removed site.
    None,
}

impl Asked {
    fn name(self) -> &'static str {
        match self {
            Self::Site(kind) => kind.name(),
            Self::Retry => "retry",
            Self::Public => "public",
            Self::None => "none",
        }
    }
}

/// Registers the descriptions of the metrics.
pub(crate) fn describe() {
    describe_counter!("gate_requests_total", "Requests answered, by kind of site and outcome.");
    describe_counter!("gate_handshakes_total", "Connections accepted, by how their handshake went.");
    describe_gauge!("gate_connections_open", "Connections past their handshake.");
    describe_counter!("gate_connections_cut_total", "Open connections whose visitor was shut out.");
    describe_gauge!("gate_upstream_connections_open", "Connections to applications.");
    describe_counter!("gate_assertions_signed_total", "Signatures made for Sekisho-Assertion.");
    describe_gauge!("gate_view_generation", "The change up to which the gate's view is complete.");
    describe_gauge!(
        "gate_view_age_seconds",
        Unit::Seconds,
        "Time since the last good read of the status began."
    );
}

pub(crate) fn request(asked: Asked, outcome: &'static str) {
    counter!("gate_requests_total", "site" => asked.name(), "outcome" => outcome).increment(1);
}

pub(crate) fn handshake(how: Handshake) {
    let outcome = match how {
        Handshake::Completed => "completed",
        Handshake::Failed => "failed",
        Handshake::FailedProof => "failed-proof",
        Handshake::HalfHello => "half-hello",
        Handshake::Limited => "limited",
    };
    counter!("gate_handshakes_total", "outcome" => outcome).increment(1);
}

pub(crate) fn connection_opened() {
    gauge!("gate_connections_open").increment(1.0);
}

pub(crate) fn connection_closed() {
    gauge!("gate_connections_open").decrement(1.0);
}

pub(crate) fn connection_cut() {
    counter!("gate_connections_cut_total").increment(1);
}

pub(crate) fn upstream_connection_opened() {
    gauge!("gate_upstream_connections_open").increment(1.0);
}

pub(crate) fn upstream_connection_closed() {
    gauge!("gate_upstream_connections_open").decrement(1.0);
}

pub(crate) fn assertion_signed() {
    counter!("gate_assertions_signed_total").increment(1);
}

/// `age` is `None` before the first read.
pub(crate) fn view(generation: Generation, age: Option<SignedDuration>) {
    // The number is exact up to 2^53, far beyond any number of changes.
    #[allow(clippy::cast_precision_loss)]
    gauge!("gate_view_generation").set(generation as f64);
    if let Some(age) = age {
        gauge!("gate_view_age_seconds").set(age.as_secs_f64());
    }
}
