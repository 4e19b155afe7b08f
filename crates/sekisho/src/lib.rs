//! The one binary: command line, configuration, wiring, shutdown.
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod config;
pub mod data_folder;
