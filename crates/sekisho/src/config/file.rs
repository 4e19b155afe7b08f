//! The contents of a configuration file, for forms and defaults that depend on other keys.

use std::path::Path;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Makes the value of a missing key from other keys.
pub(crate) type Source = fn(&File<'_>) -> Option<String>;

/// The written keys, for forms that depend on other keys.
pub(crate) struct File<'a> {
    pub(super) root: &'a DeTable<'a>,
    /// The folder of relative paths.
    pub(super) folder: &'a Path,
}

impl<'a> File<'a> {
    /// The text at `mail.smtp_host`.
    pub(super) fn text(&self, path: &str) -> Option<&'a str> {
        match self.found(path)?.get_ref() {
            DeValue::String(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.found(path).is_some()
    }

    fn found(&self, path: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        let (section, name) = path.rsplit_once('.').unwrap_or(("", path));
        let table = if section.is_empty() {
            self.root
        } else {
            let DeValue::Table(table) = self.root.get(section)?.get_ref() else { return None };
            table
        };
        table.get(name)
    }
}
