//! The configuration of `sekisho serve`, with one declaration for each key.
//!
//! The table `keys` declares them; [`Config`] holds the values of a file. `sekisho up` makes its own
//! [`Config`] without a file.
//!
//! **Invariant:** all mistakes of a file are reported at once, each with its line.
//!
//! Read next: `keys` (every key with its default, unit and words), `declaration` (the form of a row), `forms`
//! (the meaning of values), `reading` (of a file).

mod declaration;
mod file;
mod forms;
mod key;
mod keys;
mod reading;
pub mod reference;
#[cfg(test)]
mod tests;

pub use keys::{
    Config, GateSettings, LogFormat, LogSettings, MailSettings, MailTransportKeys, ServiceSettings, SmtpKeys,
    TlsFiles, TlsSettings,
};

use crate::data_folder::Readers;
use declaration::Settings;
use reading::FileReading;
use std::{
    fmt,
    path::{Path, PathBuf},
};
use toml::de::DeTable;

/// One mistake in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Line, 1-based.
    pub line: usize,
    /// The key, `mail.smtp_port`; empty for a mistake of syntax.
    pub key: String,
    /// The mistake and the expected value.
    pub problem: String,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.key.as_str() {
            "" => write!(f, "line {}: {}", self.line, self.problem),
            key => write!(f, "line {}: {key}: {}", self.line, self.problem),
        }
    }
}

/// Why a configuration file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadConfigError {
    /// The file cannot be read at all.
    #[error("configuration file {path}: {source}; give another one with --config")]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// The file has mistakes.
    #[error("{}", listed(path, errors))]
    Mistakes {
        path: PathBuf,
        /// All mistakes, by line.
        errors: Vec<ConfigError>,
    },
}

fn listed(path: &Path, errors: &[ConfigError]) -> String {
    let lines: Vec<String> = errors.iter().map(|error| format!("{}: {error}", path.display())).collect();
    lines.join("\n")
}

impl Config {
    /// Reads and checks a file. Relative paths in it are relative to its own folder.
    pub fn read(path: &Path) -> Result<Self, ReadConfigError> {
        let unreadable = |source| ReadConfigError::Unreadable { path: path.to_owned(), source };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        let folder = path.parent().unwrap_or(Path::new(""));
        let mistakes = |errors| ReadConfigError::Mistakes { path: path.to_owned(), errors };
        let config = Self::check(&text, folder).map_err(mistakes)?;
        match Readers::OwnerAndGroup.refuse(path).filter(|_| config.database.holds_password()) {
            None => Ok(config),
            Some(problem) => {
                let line =
                    text.lines().position(|line| line.trim_start().starts_with("database")).unwrap_or(0);
                let key = "database".to_owned();
                Err(mistakes(vec![ConfigError { line: line + 1, key, problem }]))
            }
        }
    }

    /// Checks a file's text; all mistakes at once, by line.
    pub fn check(text: &str, folder: &Path) -> Result<Self, Vec<ConfigError>> {
        settings(text, folder)
    }
}

/// Settings that this program writes for itself, in the form of a file.
pub(crate) fn own_settings<T: Settings>(text: &str) -> Result<T, String> {
    let joined =
        |errors: Vec<ConfigError>| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    settings(text, Path::new("")).map_err(joined)
}

/// Some settings of a file's text, or all mistakes, by line.
fn settings<T: Settings>(text: &str, folder: &Path) -> Result<T, Vec<ConfigError>> {
    let lines = Lines::of(text);
    let (document, broken) = DeTable::parse_recoverable(text);
    if broken.is_empty() {
        return FileReading::of(document.get_ref(), folder, &lines).settings();
    }
    // A mistake of syntax hides other keys, which must not be called missing.
    let mut errors: Vec<ConfigError> = broken
        .into_iter()
        .map(|error| {
            let line = lines.at(error.span().map_or(0, |span| span.start));
            ConfigError { line, key: String::new(), problem: error.message().to_owned() }
        })
        .collect();
    errors.sort_by_key(|error| error.line);
    Err(errors)
}

/// The starts of a text's lines.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(after_breaks).collect())
    }

    /// The 1-based line of a byte.
    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte)
    }
}
