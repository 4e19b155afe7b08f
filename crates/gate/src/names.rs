//! Our names: which one a connection was opened for, and the TLS settings that go with it.

mod place;
mod tls;

pub(crate) use place::Place;
pub(crate) use tls::{SiteTls, proving};
