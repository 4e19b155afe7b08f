//! The answer of an act or a list: records of named values, shown as a table or as JSON.

mod listing;

pub use listing::Listing;

use domain::one_line;
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};
use serde_json::Value;
use std::{fmt, fmt::Write as _};
use unicode_width::UnicodeWidthStr;

/// Named values in a fixed order; a JSON object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record(Vec<(String, Value)>);

impl Record {
    /// A record without values.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a value under a name in `snake_case`.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.push((name.to_owned(), value.into()));
        self
    }

    /// Adds a value in its own text form.
    #[must_use]
    pub fn with_text(self, name: &str, value: impl fmt::Display) -> Self {
        self.with(name, value.to_string())
    }

    /// The text under a name, if it is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).and_then(|(_, value)| value.as_str())
    }

    /// Adds a value in its own text form, or null.
    #[must_use]
    pub fn with_optional(self, name: &str, value: Option<impl fmt::Display>) -> Self {
        self.with(name, value.map(|value| value.to_string()))
    }
}

impl Serialize for Record {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Record {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Record;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a record")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Record, A::Error> {
                let mut record = Record::new();
                while let Some(entry) = map.next_entry()? {
                    record.0.push(entry);
                }
                Ok(record)
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// A file that is handed over once: a contract sheet, a slip. It may hold a secret.
#[derive(Clone, Serialize, Deserialize)]
pub struct HandOverFile {
    /// Its name, without a folder.
    pub name: String,
    /// Its text.
    pub contents: String,
}

impl fmt::Debug for HandOverFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandOverFile").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The answer to a command.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Output {
    /// A list.
    Records(Vec<Record>),
    /// A part of a long list.
    Page {
        /// Its rows.
        records: Vec<Record>,
        /// The key before the next part; `None` at the end of the list.
        next: Option<String>,
    },
    /// One record.
    Record(Record),
    /// The sentence about an act.
    Done(String),
    /// The files of an act, to be kept where only the right people see them.
    HandOver {
        /// The folder's name, a tenant's slug.
        folder: String,
        /// The files.
        files: Vec<HandOverFile>,
        /// The sentence about the act, in the first line.
        sentence: String,
        /// The words behind `sekisho` that make the files anew.
        #[serde(default)]
        again: String,
    },
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

impl Output {
    /// The answer for standard output, ending in a line break. It never includes handed-over files.
    pub fn shown(&self, form: OutputFormat) -> String {
        match (self, form) {
            (Self::Records(records) | Self::Page { records, .. }, OutputFormat::Text) => {
                listing::text(records)
            }
            (Self::Record(record), OutputFormat::Text) => lines(record),
            (Self::Done(sentence) | Self::HandOver { sentence, .. }, OutputFormat::Text) => {
                format!("{}\n", one_line::shown_lines(sentence))
            }
            (Self::Records(records) | Self::Page { records, .. }, OutputFormat::Json) => json(records),
            (Self::Record(record), OutputFormat::Json) => json(record),
            (Self::Done(sentence) | Self::HandOver { sentence, .. }, OutputFormat::Json) => {
                json(&Record::new().with("done", sentence.as_str()))
            }
        }
    }
}

fn json(value: &impl Serialize) -> String {
    // Records hold JSON values under text names, so writing them cannot fail.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => one_line::shown(text),
        other => other.to_string(),
    }
}

fn padded(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

fn lines(record: &Record) -> String {
    let longest = record.0.iter().map(|(name, _)| name.width()).max().unwrap_or(0);
    let mut text = String::new();
    for (name, value) in &record.0 {
        _ = writeln!(text, "{}  {}", padded(name, longest), cell(value));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tenant(slug: &str, name: &str, seats: u32) -> Record {
        Record::new().with("slug", slug).with("name", name).with("seats", seats)
    }

    #[test]
    fn a_list_is_a_table_whose_columns_stand_below_each_other_in_japanese_too() {
        let list = Output::Records(vec![tenant("a", "山田商店", 5), tenant("sample", "Ex", 10)]);
        assert_eq!(
            list.shown(OutputFormat::Text),
            "SLUG    NAME      SEATS\na       山田商店  5\nsample  Ex        10\n"
        );
    }

    #[test]
    fn a_column_is_as_wide_as_the_terminal_shows_it() {
        for (name, columns) in [
            ("山田…", 5),
            ("ﾔﾏﾀﾞ", 4),
            ("Ａ社", 4),
            ("か\u{3099}", 2),
            ("🐟", 2),
            ("Müller", 6),
            ("e\u{301}", 1),
        ] {
            let list = Output::Records(vec![tenant("a", name, 5), tenant("b", "1234567", 6)])
                .shown(OutputFormat::Text);
            let blanks = " ".repeat(7 - columns + 2);
            assert!(list.contains(&format!("a     {name}{blanks}5\n")), "{list}");
        }
    }

    #[test]
    fn a_name_gives_the_terminal_no_order() {
        let shown = Output::Record(tenant("a", "\u{1b}]0;owned\u{7}\nslug  b", 1)).shown(OutputFormat::Text);
        assert_eq!(shown, "slug   a\nname   \\u{1b}]0;owned\\u{7}\\u{a}slug  b\nseats  1\n");
        let shown = Output::Done("山田\u{1b}[2J was told".into()).shown(OutputFormat::Text);
        assert_eq!(shown, "山田\\u{1b}[2J was told\n");
    }

    #[test]
    fn json_keeps_the_order_of_names_through_the_socket() {
        let sent = serde_json::to_string(&Output::Record(tenant("z", "y", 1))).unwrap();
        let received: Output = serde_json::from_str(&sent).unwrap();
        assert_eq!(
            received.shown(OutputFormat::Json),
            "{\n  \"slug\": \"z\",\n  \"name\": \"y\",\n  \"seats\": 1\n}\n"
        );
    }

    #[test]
    fn what_is_handed_over_is_never_shown() {
        let file = HandOverFile { name: "sheet.html".into(), contents: "hunter2".into() };
        let output = Output::HandOver {
            folder: "sample".into(),
            files: vec![file],
            sentence: "done".into(),
            again: String::new(),
        };
        for text in
            [output.shown(OutputFormat::Text), output.shown(OutputFormat::Json), format!("{output:?}")]
        {
            assert!(!text.contains("hunter2"), "{text}");
        }
    }
}
