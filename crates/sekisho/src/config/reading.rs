//! Reads one configuration file: notes every mistake with its line and continues.

use super::{
    ConfigError, Lines,
    declaration::{KeyAnswers, NotedMistake, Settings, keys_of},
    file::{File, Source},
    forms::KeyForm,
    key::{Declared, Key, KeyValue, Kind},
};
use std::path::Path;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// The reading.
pub(crate) struct FileReading<'a> {
    file: File<'a>,
    lines: &'a Lines,
    /// The table of a list that is being read, and its line.
    entry: Option<(&'a DeTable<'a>, usize)>,
    errors: Vec<ConfigError>,
}

/// The content of a key.
enum Found<'a> {
    Value(&'a Spanned<DeValue<'a>>),
    /// Nothing; the value is the line that lacks the key.
    Nothing(usize),
}

impl KeyAnswers for FileReading<'_> {
    fn required<T>(&mut self, key: Key, form: KeyForm<T>) -> Result<T, NotedMistake> {
        match self.found(key.path)? {
            Found::Value(value) => self.value(key.path, &form, value),
            Found::Nothing(line) => Err(self.missing(line, key.path)),
        }
    }

    fn means<T>(
        &mut self,
        key: Key,
        form: KeyForm<T>,
        default: impl Into<KeyValue<'static>>,
    ) -> Result<T, NotedMistake> {
        match self.found(key.path)? {
            Found::Value(value) => self.value(key.path, &form, value),
            Found::Nothing(line) => self.read(line, key.path, &form, default.into()),
        }
    }

    /// Mistakes in the other keys are noted at them.
    fn taken_from<T>(&mut self, key: Key, form: KeyForm<T>, source: Source) -> Result<T, NotedMistake> {
        match self.found(key.path)? {
            Found::Value(value) => self.value(key.path, &form, value),
            Found::Nothing(line) => {
                let text = source(&self.file).ok_or(NotedMistake)?;
                let read = form.read(KeyValue::Text(&text), &self.file);
                let unfit =
                    |problem| format!("is not written, and what is taken for it will not do: {problem}");
                read.map_err(|problem| self.note(line, key.path, unfit(problem)))
            }
        }
    }

    fn unset<T>(&mut self, key: Key, form: KeyForm<T>) -> Result<Option<T>, NotedMistake> {
        match self.found(key.path)? {
            Found::Value(value) => self.value(key.path, &form, value).map(Some),
            Found::Nothing(_) => Ok(None),
        }
    }

    fn tables<T: Settings>(&mut self, key: Key) -> Result<Vec<T>, NotedMistake> {
        let path = key.path;
        let written = match self.found(path)? {
            Found::Value(written) => written,
            Found::Nothing(line) => return Err(self.missing(line, path)),
        };
        let line = self.lines.at(written.span().start);
        let DeValue::Array(items) = written.get_ref() else {
            return Err(self.wrong_kind(line, path, Kind::Tables.name(), written.get_ref()));
        };
        if items.is_empty() {
            return Err(self.note(line, path, format!("is empty; write one [[{path}]] at least")));
        }
        let mut read = Vec::new();
        for item in items {
            let line = self.lines.at(item.span().start);
            read.push(match item.get_ref() {
                DeValue::Table(table) => {
                    self.entry = Some((table, line));
                    let settings = T::ask(self);
                    self.entry = None;
                    settings
                }
                other => Err(self.wrong_kind(line, path, "table", other)),
            });
        }
        read.into_iter().collect()
    }
}

impl<'a> FileReading<'a> {
    pub(super) fn of(root: &'a DeTable<'a>, folder: &'a Path, lines: &'a Lines) -> Self {
        Self { file: File { root, folder }, lines, entry: None, errors: Vec::new() }
    }

    /// The settings, or every mistake, by line.
    pub(super) fn settings<T: Settings>(mut self) -> Result<T, Vec<ConfigError>> {
        self.strangers("", self.file.root, &keys_of::<T>());
        match T::ask(&mut self) {
            Ok(settings) if self.errors.is_empty() => Ok(settings),
            _ => {
                self.errors.sort_by_key(|error| error.line);
                Err(self.errors)
            }
        }
    }

    /// Notes unknown keys, and sections that are no tables.
    fn strangers(&mut self, section: &str, table: &DeTable<'_>, keys: &[Declared]) {
        for (name, value) in table {
            let path = if section.is_empty() {
                name.get_ref().to_string()
            } else {
                format!("{section}.{}", name.get_ref())
            };
            let line = self.lines.at(name.span().start);
            let key = keys.iter().find(|key| key.path() == path);
            let is_section = keys.iter().any(|key| key.section() == path);
            match (key.map(|key| key.kind), value.get_ref()) {
                (Some(Kind::Tables), DeValue::Array(items)) => {
                    for item in items {
                        if let DeValue::Table(inner) = item.get_ref() {
                            self.strangers(&path, inner, keys);
                        }
                    }
                }
                (Some(_), _) => {}
                (None, DeValue::Table(inner)) if is_section => self.strangers(&path, inner, keys),
                (None, other) if is_section => _ = self.wrong_kind(line, &path, "table", other),
                (None, _) => _ = self.note(line, &path, unknown(&path, keys)),
            }
        }
    }

    /// [`Self::strangers`] notes a section that is no table.
    fn found(&self, path: &str) -> Result<Found<'a>, NotedMistake> {
        let (section, name) = path.rsplit_once('.').unwrap_or(("", path));
        let (table, line) = match (self.entry, section) {
            (Some(entry), _) => entry,
            (None, "") => (self.file.root, 1),
            (None, section) => match self.file.root.get_key_value(section) {
                None => return Ok(Found::Nothing(1)),
                Some((name, value)) => match value.get_ref() {
                    DeValue::Table(table) => (table, self.lines.at(name.span().start)),
                    _ => return Err(NotedMistake),
                },
            },
        };
        Ok(table.get(name).map_or(Found::Nothing(line), Found::Value))
    }

    fn value<T>(
        &mut self,
        path: &str,
        form: &KeyForm<T>,
        found: &Spanned<DeValue<'_>>,
    ) -> Result<T, NotedMistake> {
        let line = self.lines.at(found.span().start);
        let value = match found.get_ref() {
            DeValue::String(text) => Some(KeyValue::Text(text)),
            DeValue::Integer(digits) => match i64::from_str_radix(digits.as_str(), digits.radix()) {
                Ok(number) => Some(KeyValue::Number(number)),
                Err(_) => return Err(self.note(line, path, format!("{digits} is too large a number"))),
            },
            _ => None,
        };
        match value.filter(|value| value.kind() == form.kind()) {
            Some(value) => self.read(line, path, form, value),
            None => Err(self.wrong_kind(line, path, form.kind().name(), found.get_ref())),
        }
    }

    fn read<T>(
        &mut self,
        line: usize,
        path: &str,
        form: &KeyForm<T>,
        value: KeyValue<'_>,
    ) -> Result<T, NotedMistake> {
        form.read(value, &self.file).map_err(|problem| self.note(line, path, problem))
    }

    fn missing(&mut self, line: usize, path: &str) -> NotedMistake {
        self.note(line, path, "is missing; it has no default".to_owned())
    }

    fn wrong_kind(&mut self, line: usize, path: &str, expected: &str, found: &DeValue<'_>) -> NotedMistake {
        self.note(line, path, format!("expected a {expected}, found a {}", found.type_str()))
    }

    fn note(&mut self, line: usize, path: &str, problem: String) -> NotedMistake {
        self.errors.push(ConfigError { line, key: path.to_owned(), problem });
        NotedMistake
    }
}

fn unknown(path: &str, keys: &[Declared]) -> String {
    let name = path.rsplit('.').next().unwrap_or(path);
    match keys.iter().find(|key| key.path() != path && key.name() == name) {
        Some(key) => format!("there is no such key here; did you mean {}?", key.path()),
        None => "there is no such key".to_owned(),
    }
}
