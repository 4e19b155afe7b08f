//! HTTP ground, on which every door of Sekisho stands, the gate's and the plain ones: bounds on what one
//! client network may take, and bodies that cannot stall a server.
//!
//! **Invariant:** nothing here waits for a client beyond its bound; beyond a bound the answer is "no" at
//! once. **Invariant:** this crate knows no tenant, no certificate and no page.
//!
//! Read next: [`ClientNetwork`] (the subject of a bound), [`Door`] (accepting and draining), [`Slots`]
//! (connections), [`InFlight`] (requests under way), [`Rates`] (how often), [`Passage`] (bodies around
//! bodies), [`PacedBody`] (slow uploads), [`framing`] (well-formed answers), [`HostPort`] (the requested
//! host), [`language`] (the requested language), [`media_type`] (the requested form), [`ProblemDocument`]
//! (refusals for programs).
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod client_network;
pub mod door;
pub mod framing;
mod host_port;
mod in_flight;
pub mod language;
pub mod media_type;
pub mod paced_body;
mod passage;
mod problem_document;
mod rate;
mod slots;
mod weight;

pub use client_network::ClientNetwork;
pub use door::{DRAIN_MAX, Door, Drain};
pub use host_port::{HostPort, HostPortError};
pub use in_flight::{Entered, InFlight};
pub use paced_body::{FORM_WAIT_MAX, Lateness, PacedBody};
pub use passage::{BodyError, Passage, PassedBody, PolledFrame, poll_inner};
pub use problem_document::{PROBLEM_JSON, ProblemDocument};
pub use rate::{Rate, Rates};
pub use slots::{ConnectionRoom, Slot, Slots};
pub use weight::weight_among;
