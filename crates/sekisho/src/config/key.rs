//! One configuration key: its path, its kind and the words that the manual has for it.

/// What a key's value must look like in TOML.
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
    /// As it is called in an error and in the manual.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Tables => "list of tables",
        }
    }
}

/// What holds when the key is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It must be written.
    Refused,
    /// This value, as one would write it.
    Means(&'static str),
    /// Nothing is set; the doc line says what that means.
    Unset,
}

/// One key of the configuration file.
#[derive(Debug)]
pub(crate) struct Key {
    /// Section and name, `mail.smtp_port`; a list's members as `tls.key_file`.
    pub(crate) path: &'static str,
    /// Its kind.
    pub(crate) kind: Kind,
    /// When it is not written.
    pub(crate) absent: Absent,
    /// Unit or form of the value; empty for plain text.
    pub(crate) unit: &'static str,
    /// One line for the English manual.
    pub(crate) en: &'static str,
    /// One line for the Japanese manual.
    pub(crate) ja: &'static str,
    /// A value to show in the manual's example.
    pub(crate) example: &'static str,
}

impl Key {
    /// The section, empty at the top of the file.
    pub(crate) fn section(&self) -> &'static str {
        self.path.rsplit_once('.').map_or("", |(section, _)| section)
    }

    /// The name within the section.
    pub(crate) fn name(&self) -> &'static str {
        self.path.rsplit_once('.').map_or(self.path, |(_, name)| name)
    }
}
