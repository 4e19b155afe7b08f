//! Connects all parts: store, authority, pages, gate and duties.
//!
//! **Invariant:** the clock and the system's randomness are read in [`clock`] and nowhere else in the
//! product.
//!
//! Read next: [`installation`] (store and acts), [`server`] (doors, gate, pages), `duties` (background work).

pub(crate) mod audit_heads;
pub mod certificate_files;
pub mod clock;
mod descriptors;
pub mod doors;
pub(crate) mod duties;
mod gate_link;
mod gate_pages;
mod http_listener;
pub mod installation;
mod leaf_tags;
pub mod localhost_ca;
mod mail;
mod operations;
mod pages_behind_gate;
mod seen_certificates;
pub mod server;
mod status_source;
