//! What the suites share: databases, programs we did not write, clock and randomness, a mailbox, a browser.
//!
//! **Invariant:** a dependency of tests alone; nothing of it is in the binary.
//! **Invariant:** what is not there is skipped on a developer's machine and fails where it is required
//! (`SEKISHO_REQUIRE_POSTGRES=1`, `SEKISHO_REQUIRE_READERS=1`).
//!
//! What only one suite needs (its scene, its cast) stays in that suite.

pub mod pkilint;
pub mod reader;

#[cfg(feature = "databases")]
pub mod back_door;
#[cfg(feature = "tls")]
pub mod browser;
#[cfg(feature = "clock")]
pub mod clock;
#[cfg(feature = "clock")]
pub mod company;
#[cfg(feature = "databases")]
pub mod databases;
#[cfg(feature = "authority")]
pub mod gates;
#[cfg(feature = "http")]
pub mod http;
#[cfg(feature = "authority")]
pub mod mailbox;

use std::net::{Ipv4Addr, TcpListener};

/// A port with nobody behind it yet.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("an address").port()
}

/// What an environment variable says; `None` where it is not set or empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn is_required(name: &str) -> bool {
    variable(name).is_some_and(|value| value == "1")
}
