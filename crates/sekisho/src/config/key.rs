//! One configuration key: its path, its kind and its lines in the manual.

use std::{fmt, time::Duration};

/// The form of a key's value in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A string.
    Text,
    /// A whole number.
    Number,
    /// A list of tables, written as `[[…]]`.
    Tables,
}

impl Kind {
    /// The kind's name in an error and in the manual.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Tables => "list of tables",
        }
    }
}

/// A value as written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyValue<'a> {
    Text(&'a str),
    Number(i64),
}

impl KeyValue<'_> {
    pub(crate) fn kind(self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Number(_) => Kind::Number,
        }
    }

    /// The value without quotes.
    pub(crate) fn bare(self) -> String {
        match self {
            Self::Text(text) => text.to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl fmt::Display for KeyValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

impl From<i32> for KeyValue<'static> {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<&'static str> for KeyValue<'static> {
    fn from(text: &'static str) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for KeyValue<'static> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<usize> for KeyValue<'static> {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<Duration> for KeyValue<'static> {
    fn from(duration: Duration) -> Self {
        Self::Number(i64::try_from(duration.as_secs()).unwrap_or(i64::MAX))
    }
}

/// The effect of a missing key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// The key is required.
    Refused,
    /// This value.
    Means(KeyValue<'static>),
    /// Nothing is set, or another key decides; the doc line explains it.
    Unset,
}

/// The words of a key's declaration.
#[derive(Debug)]
pub(crate) struct Key {
    /// Section and name, `mail.smtp_port`; a list's members as `tls.key_file`.
    pub(crate) path: &'static str,
    /// Unit or form of the value; empty for plain text.
    pub(crate) unit: &'static str,
    /// A value for the manual's example, if there is no default.
    pub(crate) example: Option<&'static str>,
    /// One line for the English manual.
    pub(crate) en: &'static str,
    /// One line for the Japanese manual.
    pub(crate) ja: &'static str,
}

/// A key with its whole declaration.
#[derive(Debug)]
pub(crate) struct Declared {
    pub(crate) key: Key,
    pub(crate) kind: Kind,
    /// The effect if it is missing.
    pub(crate) absent: Absent,
}

impl Declared {
    pub(crate) fn path(&self) -> &'static str {
        self.key.path
    }

    /// The section, empty at the top of the file.
    pub(crate) fn section(&self) -> &'static str {
        self.path().rsplit_once('.').map_or("", |(section, _)| section)
    }

    /// The name within the section.
    pub(crate) fn name(&self) -> &'static str {
        self.path().rsplit_once('.').map_or(self.path(), |(_, name)| name)
    }

    /// A value for the manual's example, without quotes.
    pub(crate) fn example(&self) -> String {
        match (self.key.example, self.absent) {
            (Some(example), _) => example.to_owned(),
            (None, Absent::Means(value)) => value.bare(),
            (None, Absent::Refused | Absent::Unset) => String::new(),
        }
    }
}
