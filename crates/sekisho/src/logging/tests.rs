use super::{json, text};
use std::{
    io,
    sync::{Arc, Mutex},
};
use tracing_subscriber::{Layer, Registry, fmt::MakeWriter, layer::SubscriberExt};

/// The bytes written so far.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// A terminal's title and a cleared screen, a line of its own, C1, a writing direction, a line separator, Japanese.
const HOSTILE: &str =
    "/a\u{1b}]0;x\u{7}\u{1b}[2J\r\n2026 ERROR gate: \u{9b}31m\u{202e}\u{2066}\u{2028}\u{feff}関";

/// Logs through every way by which a text can reach a line.
fn log_hostile_texts() {
    let error = io::Error::other(HOSTILE);
    let span = tracing::info_span!("request", host = %HOSTILE, later = tracing::field::Empty);
    let _entered = span.enter();
    span.record("later", HOSTILE);
    tracing::info!(target: "access", path = %HOSTILE, quoted = HOSTILE, debug = ?HOSTILE, "as it comes");
    tracing::warn!(error = &error as &dyn std::error::Error, "{HOSTILE}");
}

fn lines<L: Layer<Registry> + Send + Sync>(layer: L, written: &Written) -> Vec<String> {
    tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), log_hostile_texts);
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    text.lines().map(ToOwned::to_owned).collect()
}

#[test]
fn what_strangers_wrote_stays_one_line_of_printable_ascii_in_the_text_log() {
    let written = Written::default();
    let lines = lines(text(written.clone(), false), &written);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    for line in &lines {
        assert!(line.chars().all(|letter| (' '..='~').contains(&letter)), "{line}");
    }
    let shown = r"\u{202e}\u{2066}\u{2028}\u{feff}\u{95a2}";
    // The span's two fields, and three of the event; or the message and the error.
    assert_eq!(lines.iter().map(|line| line.matches(shown).count()).collect::<Vec<_>>(), [5, 4]);
    assert!(lines[0].contains("path=/a"), "{}", lines[0]);
}

#[test]
fn a_terminals_colours_come_from_us_and_not_from_what_was_logged() {
    let written = Written::default();
    let lines = lines(text(written.clone(), true), &written);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    for line in &lines {
        assert!(line.contains("\u{1b}["), "our own colours: {line}");
        assert!(!line.contains("\u{1b}[2J") && !line.contains("\u{1b}]"), "{line}");
        assert!(line.chars().all(|letter| letter == '\u{1b}' || (' '..='~').contains(&letter)), "{line}");
    }
}

#[test]
fn the_json_log_stays_json_and_keeps_the_texts() {
    let written = Written::default();
    let lines = lines(json(written.clone()), &written);
    assert_eq!(lines.len(), 2, "{lines:#?}");
    let first: serde_json::Value = serde_json::from_str(&lines[0]).unwrap();
    assert_eq!(first["fields"]["path"], HOSTILE);
    let second: serde_json::Value = serde_json::from_str(&lines[1]).unwrap();
    assert_eq!(second["fields"]["message"], HOSTILE);
}
