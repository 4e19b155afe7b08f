//! The log on standard error.

use crate::config::{LogFormat, LogSettings};
use std::io::IsTerminal;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

/// Overrides the level of the configuration: `SEKISHO_LOG=info,gate=debug`.
const FILTER_VARIABLE: &str = "SEKISHO_LOG";

/// Begins to log. The first call counts, which tests rely on.
pub fn begin(settings: LogSettings) {
    let filter = EnvFilter::try_from_env(FILTER_VARIABLE)
        .unwrap_or_else(|_| EnvFilter::new(settings.level.as_str().to_ascii_lowercase()));
    let registry = tracing_subscriber::registry().with(filter);
    let begun = match settings.format {
        LogFormat::Text => {
            let colours = std::io::stderr().is_terminal();
            let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colours);
            registry.with(layer).try_init()
        }
        LogFormat::Json => {
            let layer = tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr);
            registry.with(layer).try_init()
        }
    };
    if begun.is_err() {
        tracing::debug!("a log is open already");
    }
}
