//! The first look at a configuration file: unknown keys, missing keys, wrong kinds, all at once.
//!
//! Serde stops at the first of these; an operator who moves a file over from another version wants
//! the whole list.

use super::{
    ConfigError, Lines,
    key::{Absent, Key, Kind},
    keys::KEYS,
};
use toml::de::{DeTable, DeValue};

/// Everything that is wrong with the file's structure.
pub(super) fn check(text: &str, lines: &Lines) -> Vec<ConfigError> {
    let (document, broken) = DeTable::parse_recoverable(text);
    let mut errors: Vec<ConfigError> = broken
        .into_iter()
        .map(|error| {
            let line = lines.at(error.span().map_or(0, |span| span.start));
            ConfigError { line, key: String::new(), problem: error.message().to_owned() }
        })
        .collect();
    // Keys that a syntax error hides would all be called missing: syntax first.
    if errors.is_empty() {
        table("", document.get_ref(), 1, lines, &mut errors);
    }
    errors
}

fn table(section: &str, table: &DeTable<'_>, line: usize, lines: &Lines, errors: &mut Vec<ConfigError>) {
    for (name, value) in table {
        let path = joined(section, name.get_ref());
        let line = lines.at(name.span().start);
        if let Some(key) = KEYS.iter().find(|key| key.path == path) {
            value_of(key, value.get_ref(), line, lines, errors);
        } else if KEYS.iter().any(|key| key.section() == path) {
            match value.get_ref() {
                DeValue::Table(inner) => self::table(&path, inner, line, lines, errors),
                other => errors.push(wrong_kind(line, &path, "table", other)),
            }
        } else {
            errors.push(ConfigError { line, problem: unknown(&path), key: path });
        }
    }
    for key in KEYS.iter().filter(|key| key.section() == section && key.absent == Absent::Refused) {
        if !table.iter().any(|(name, _)| name.get_ref() == key.name()) {
            errors.push(missing(line, key.path));
        }
    }
    if section.is_empty() {
        for section in required_sections() {
            if !table.iter().any(|(name, _)| name.get_ref() == section) {
                let within =
                    KEYS.iter().filter(|key| key.section() == section && key.absent == Absent::Refused);
                errors.extend(within.map(|key| missing(line, key.path)));
            }
        }
    }
}

fn value_of(key: &Key, value: &DeValue<'_>, line: usize, lines: &Lines, errors: &mut Vec<ConfigError>) {
    match (key.kind, value) {
        (Kind::Text, DeValue::String(_)) | (Kind::Number, DeValue::Integer(_)) => {}
        (Kind::Tables, DeValue::Array(items)) => {
            for item in items {
                match item.get_ref() {
                    DeValue::Table(inner) => {
                        table(key.path, inner, lines.at(item.span().start), lines, errors);
                    }
                    other => errors.push(wrong_kind(line, key.path, "table", other)),
                }
            }
        }
        (kind, other) => errors.push(wrong_kind(line, key.path, kind.name(), other)),
    }
}

/// Sections of plain keys, one of which must be written. Lists answer for themselves.
fn required_sections() -> Vec<&'static str> {
    let mut sections: Vec<&str> = Vec::new();
    for key in KEYS.iter().filter(|key| key.absent == Absent::Refused && !key.section().is_empty()) {
        let is_list = KEYS.iter().any(|list| list.path == key.section());
        if !is_list && !sections.contains(&key.section()) {
            sections.push(key.section());
        }
    }
    sections
}

fn joined(section: &str, name: &str) -> String {
    if section.is_empty() { name.to_owned() } else { format!("{section}.{name}") }
}

fn missing(line: usize, path: &str) -> ConfigError {
    ConfigError { line, key: path.to_owned(), problem: "is missing; it has no default".to_owned() }
}

fn wrong_kind(line: usize, path: &str, expected: &str, found: &DeValue<'_>) -> ConfigError {
    let problem = format!("expected a {expected}, found a {}", found.type_str());
    ConfigError { line, key: path.to_owned(), problem }
}

fn unknown(path: &str) -> String {
    let name = path.rsplit('.').next().unwrap_or(path);
    let near = KEYS.iter().find(|key| key.path != path && key.name() == name);
    match near {
        Some(key) => format!("there is no such key here; did you mean {}?", key.path),
        None => "there is no such key".to_owned(),
    }
}
