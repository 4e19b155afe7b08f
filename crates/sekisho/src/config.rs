//! The configuration of `sekisho serve`: read twice and typed once.
//!
//! [`file::ConfigFile`] is what was written; [`Config`] is what it means. `sekisho up` makes its own
//! [`Config`] without a file.
//!
//! **Invariant:** all mistakes of a file are told at once, each with its line.
//!
//! Read next: `keys` (every key with its default, unit and words), `check` (what the values mean).

mod check;
mod file;
mod key;
mod keys;
pub mod reference;
mod structure;
#[cfg(test)]
mod tests;

use crate::data_folder::Readers;
use domain::{bounds::TenantBounds, email::EmailAddress, host_name::HostName, secret::Secret};
use gate::UpstreamBounds;
use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};
use store::StoreUrl;

/// What an installation is told from outside.
#[derive(Debug, Clone)]
pub struct Config {
    /// The public site, without a trailing slash.
    pub public_url: String,
    /// Where issuer certificates and revocation lists are fetched over plain HTTP, without a trailing slash.
    pub publication_url: String,
    /// The domain below which sites live.
    pub site_suffix: HostName,
    /// Holds the lock and the control socket.
    pub data_folder: PathBuf,
    /// The records.
    pub database: StoreUrl,
    /// The key that wraps other keys.
    pub key_encryption_key_file: PathBuf,
    /// Where the audit log's signed heads are kept, outside the database.
    pub audit_heads_file: PathBuf,
    /// The gate's doors.
    pub gate: GateSettings,
    /// Plain HTTP.
    pub http_listen: SocketAddr,
    /// Metrics and health.
    pub metrics_listen: SocketAddr,
    /// The gate's certificates.
    pub tls: TlsSettings,
    /// Where mail goes.
    pub mail: MailSettings,
    /// How the service is called.
    pub service: ServiceSettings,
    /// How much one tenant may have of what all share.
    pub limits: TenantBounds,
    /// The log.
    pub log: LogSettings,
}

/// The gate's doors and limits.
#[derive(Debug, Clone)]
pub struct GateSettings {
    /// Where it listens.
    pub listen: SocketAddr,
    /// The port in addresses that people see.
    pub public_port: u16,
    /// Connections held at once.
    pub connections_max: usize,
    /// What may be under way to applications.
    pub upstreams: UpstreamBounds,
    /// How long it goes on without news of the status.
    pub status_staleness: Duration,
}

/// Where the gate's certificates come from.
#[derive(Debug, Clone)]
pub enum TlsSettings {
    /// PEM files, one pair for each certificate.
    Files(Vec<TlsFiles>),
    /// Made on demand below the data folder's own CA for localhost names (only under `sekisho up`).
    Localhost,
}

/// One certificate and its key.
#[derive(Debug, Clone)]
pub struct TlsFiles {
    /// Certificate and chain, PEM.
    pub certificate: PathBuf,
    /// Private key, PEM.
    pub key: PathBuf,
}

/// Where mail goes, and from whom.
#[derive(Debug, Clone)]
pub struct MailSettings {
    /// Sender's address.
    pub sender_address: EmailAddress,
    /// Sender's name.
    pub sender_name: String,
    /// The same of English mails.
    pub sender_name_en: String,
    /// The way out.
    pub transport: MailTransport,
}

/// The way out for mail.
#[derive(Debug, Clone)]
pub enum MailTransport {
    /// Files in a folder (only under `sekisho up`).
    Folder(PathBuf),
    /// A mail server.
    Smtp(SmtpSettings),
}

/// A mail server.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the connection is protected.
    pub security: MailSecurity,
    /// Account and password.
    pub credentials: Option<(String, Secret<String>)>,
    /// What we call ourselves to it.
    pub hello_name: String,
    /// Mails on their way at the same moment.
    pub connections: usize,
}

/// How the connection to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// Not at all; the server is this machine.
    NoneLoopbackOnly,
    /// STARTTLS, required (RFC 3207).
    StartTls,
    /// TLS from the first byte (RFC 8314 §3.3).
    Tls,
}

/// How the service is called.
#[derive(Debug, Clone)]
pub struct ServiceSettings {
    /// 日本語の名称
    pub name_ja: String,
    /// English name.
    pub name_en: String,
    /// Whom people may ask.
    pub support_contact: String,
    /// Zone of the times that people see.
    pub time_zone: jiff::tz::TimeZone,
    /// Days from the end of a contract until its tenant is shut out.
    pub contract_grace_days: u32,
}

/// The log on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogSettings {
    /// Its form.
    pub format: LogFormat,
    /// What is logged.
    pub level: tracing::Level,
}

/// The form of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// A JSON object a line.
    Json,
}

/// One mistake in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// Line, 1-based.
    pub line: usize,
    /// The key, `mail.smtp_port`; empty for a mistake of syntax.
    pub key: String,
    /// What is wrong and what is expected.
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
    /// It cannot be read at all.
    #[error("configuration file {path}: {source}; give another one with --config")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// It says something that cannot be.
    #[error("{}", listed(path, errors))]
    Mistakes {
        /// The file.
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
        let lines = Lines::of(text);
        let mut errors = structure::check(text, &lines);
        if errors.is_empty() {
            match toml::from_str::<file::ConfigFile>(text) {
                Ok(file) => return check::config(&file, &lines, folder),
                // The structure was checked, so this is a difference between the table of keys and
                // the file's type; still an answer rather than a panic.
                Err(error) => errors.push(ConfigError {
                    line: lines.at(error.span().map_or(0, |span| span.start)),
                    key: String::new(),
                    problem: error.message().to_owned(),
                }),
            }
        }
        errors.sort_by_key(|error| error.line);
        Err(errors)
    }
}

/// Where the lines of a text begin.
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
