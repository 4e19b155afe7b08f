//! Where an installation's database is.

use std::{fmt, path::PathBuf, str::FromStr};

/// `sqlite:///path/to/file` or `postgres://user:password@host/database`.
#[derive(Clone)]
pub enum StoreUrl {
    /// A file on this machine.
    Sqlite(PathBuf),
    /// A PostgreSQL server's address; may hold a password, so it is never shown.
    Postgres(String),
}

/// A text that names no database Sekisho can use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a database: expected sqlite:///path/to/file or postgres://user@host/database")]
pub struct StoreUrlError;

impl FromStr for StoreUrl {
    type Err = StoreUrlError;

    fn from_str(text: &str) -> Result<Self, StoreUrlError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").filter(|path| !path.is_empty()).ok_or(StoreUrlError)?;
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

impl StoreUrl {
    /// Whether the address contains a password and must not be readable by everybody.
    pub fn holds_password(&self) -> bool {
        let Self::Postgres(address) = self else { return false };
        let (place, settings) = address.split_once('?').unwrap_or((address, ""));
        let authority =
            place.split_once("://").map_or("", |(_, rest)| rest.split('/').next().unwrap_or(rest));
        let in_authority = authority.rsplit_once('@').is_some_and(|(account, _)| account.contains(':'));
        in_authority || settings.split('&').any(|setting| setting.starts_with("password="))
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(_) => f.write_str("postgres://(..)"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_password_is_never_shown() {
        let url: StoreUrl = "postgres://sekisho:hunter2@db/sekisho".parse().expect("url");
        assert!(!format!("{url:?}").contains("hunter2"));
    }

    #[test]
    fn an_address_with_a_password_is_told_from_one_without() {
        let holds = |text: &str| text.parse::<StoreUrl>().expect("url").holds_password();
        for with in [
            "postgres://sekisho:hunter2@db/sekisho",
            "postgresql://a:@b",
            "postgres://sekisho@db:5432/x?sslmode=require&password=hunter2",
        ] {
            assert!(holds(with), "{with}");
        }
        for without in [
            "postgres://sekisho@db:5432/x",
            "postgres://db:5432/x",
            "postgres:///x?host=/run",
            "sqlite:///a:b@c",
        ] {
            assert!(!holds(without), "{without}");
        }
    }

    #[test]
    fn a_text_that_names_no_database_is_refused() {
        for text in ["", "sqlite://", "mysql://x", "/var/lib/sekisho.db"] {
            assert_eq!(text.parse::<StoreUrl>().err(), Some(StoreUrlError), "{text}");
        }
    }
}
