//! The gate in one process, over real sockets: rustls clients in front, a hyper upstream behind.
#![allow(clippy::unwrap_used)]

mod cast;
mod client;
mod denials;
mod drain;
mod forwarding;
mod handshakes;
mod matrix;
mod open_connections;
mod retry;
mod stage;
mod upstream;
