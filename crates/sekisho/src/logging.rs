//! The log on standard error.
//!
//! **Invariant:** a line of the text form is printable ASCII: foreign text cannot end a line, control a
//! terminal or change the writing direction. The JSON form contains every text unchanged, with JSON's own
//! escapes.

use crate::config::{LogFormat, LogSettings};
use std::{fmt, io::IsTerminal};
use tracing::Subscriber;
use tracing_subscriber::{
    EnvFilter, Layer,
    field::RecordFields,
    fmt::{
        FormatFields, MakeWriter,
        format::{DefaultFields, Writer},
    },
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

/// Overrides the level of the configuration: `SEKISHO_LOG=info,gate=debug`.
const FILTER_VARIABLE: &str = "SEKISHO_LOG";

/// Begins to log. Only the first call has an effect, which tests rely on.
pub fn begin(settings: LogSettings) {
    let filter = EnvFilter::try_from_env(FILTER_VARIABLE)
        .unwrap_or_else(|_| EnvFilter::new(settings.level.as_str().to_ascii_lowercase()));
    let registry = tracing_subscriber::registry().with(filter);
    let begun = match settings.format {
        LogFormat::Text => registry.with(text(std::io::stderr, std::io::stderr().is_terminal())).try_init(),
        LogFormat::Json => registry.with(json(std::io::stderr)).try_init(),
    };
    if begun.is_err() {
        tracing::debug!("a log is open already");
    }
}

/// The layer for people; [`PrintableFields`] escapes the fields' values and the message.
fn text<S, W>(writer: W, colours: bool) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt::layer().fmt_fields(PrintableFields).with_writer(writer).with_ansi(colours)
}

/// The layer for programs.
fn json<S, W>(writer: W) -> impl Layer<S>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    tracing_subscriber::fmt::layer().json().with_writer(writer)
}

/// Writes an event's or span's fields, including its message, in printable ASCII. Every foreign text passes
/// here, from any line of code that logs it.
struct PrintableFields;

impl<'writer> FormatFields<'writer> for PrintableFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        DefaultFields::new().format_fields(Writer::new(&mut Printable(&mut writer)), fields)
    }
}

/// Passes printable ASCII on, and every other letter by its number.
struct Printable<'a, 'writer>(&'a mut Writer<'writer>);

impl fmt::Write for Printable<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|letter| match letter {
            ' '..='~' => self.0.write_char(letter),
            _ => write!(self.0, "{}", letter.escape_unicode()),
        })
    }
}

#[cfg(test)]
mod tests;
