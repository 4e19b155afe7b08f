//! The gate in one process, over real sockets: rustls clients in front, a hyper upstream behind.
#![allow(clippy::unwrap_used)]

mod answers;
mod apple;
mod applications;
mod assertion;
mod bulkheads;
mod cast;
mod choice;
mod client;
mod denials;
mod drain;
mod feed;
mod forwarding;
mod half_closed;
mod handshakes;
mod limits;
mod matrix;
mod metering;
mod open_connections;
mod raw;
mod retry;
mod stage;
mod streams;
mod upstream;
mod upstream_client;
