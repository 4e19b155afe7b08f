//! The floods: one visitor tries to use up resources of all tenants, from a real `sekisho up`, over real
//! sockets.
//!
//! **Invariant:** bounds of memory, descriptors and waiting are asserted here and nowhere else: generously by
//! default (CI, a busy machine), exactly with `SEKISHO_FLOODS=exact` (`cargo xtask floods`, which prints the
//! figures for the manual). **Invariant:** one flood at a time: each begins with [`installation`], which
//! waits for the one before. **Invariant:** a flood ends by itself and goes to loopback addresses only.
//!
//! Read next: [`bounds`] (the asserted figures), [`process`] (the resources of a process), then a flood.

#[allow(dead_code, reason = "shared with the fault suite, which uses all of it")]
#[path = "../it/faults/mail_server.rs"]
mod mail_server;
#[allow(dead_code, reason = "shared with the fault suite, which uses all of it")]
#[path = "../it/faults/mailbox.rs"]
mod mailbox;
#[allow(dead_code, reason = "shared with the fault suite, which uses all of it")]
#[path = "../it/faults/person.rs"]
mod person;
#[allow(dead_code, reason = "shared with the fault suite, which uses all of it")]
#[path = "../it/faults/program.rs"]
mod program;
#[allow(dead_code, reason = "shared with the suite of served installations, which uses all of it")]
#[path = "../it/served/server_certificate.rs"]
mod server_certificate;
#[allow(dead_code, reason = "shared with the suite of served installations, which uses all of it")]
#[path = "../it/served/service.rs"]
mod service;
#[allow(dead_code, reason = "shared with the fault suite, which uses all of it")]
#[path = "../it/faults/up.rs"]
mod up;

/// The names by which those modules know one another.
mod faults {
    pub(crate) use crate::{person, program};
}

mod bounds;
mod connections;
mod hanging_application;
mod hashes;
mod holds;
mod http2_memory;
mod installation;
mod mail;
mod people;
mod process;
mod uploads;
