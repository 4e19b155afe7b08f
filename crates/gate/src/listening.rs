//! From an accepted socket to requests: the handshake, HTTP on the connection, and its end.
//!
//! Read next: [`listener`], [`serving`], [`lingering`] and [`alert`] (how a connection ends).

mod alert;
mod handshake_limit;
mod lingering;
mod listener;
mod serving;
