//! The names that the gate answers to: the name that a connection was opened for, and its TLS settings.

mod place;
mod tls;

pub(crate) use place::Place;
pub(crate) use tls::{SiteTls, proving};
