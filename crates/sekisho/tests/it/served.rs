//! `sekisho serve`: the service of a configuration file, on either database.

mod outage;
mod reserved;
pub(crate) mod server_certificate;
pub(crate) mod service;
mod story;
