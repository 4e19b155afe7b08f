//! How a value is read and checked: one function for each form of a key.

use super::{
    file::File,
    key::{KeyValue, Kind},
};
use crate::data_folder::Readers;
use authority::mail::smtp::SmtpSecurity;
use domain::{
    certificate_text::CertificateText,
    email::EmailAddress,
    host_name::{HostName, is_loopback},
    secret::Secret,
};
use ground::HostPort;
use std::{
    net::{IpAddr, SocketAddr},
    ops::RangeInclusive,
    path::PathBuf,
    time::Duration,
};
use store::StoreUrl;

/// A form: the kind of the value, and its reading.
pub(crate) struct KeyForm<T> {
    kind: Kind,
    read: Box<Read<T>>,
}

type Read<T> = dyn Fn(KeyValue<'_>, &File<'_>) -> Result<T, String>;

impl<T> KeyForm<T> {
    pub(super) fn kind(&self) -> Kind {
        self.kind
    }

    /// The value's meaning, or the mistake in it.
    pub(super) fn read(&self, value: KeyValue<'_>, file: &File<'_>) -> Result<T, String> {
        (self.read)(value, file)
    }
}

impl<T: 'static> KeyForm<T> {
    fn text(read: impl Fn(&str, &File<'_>) -> Result<T, String> + 'static) -> Self {
        let read = move |value: KeyValue<'_>, file: &File<'_>| match value {
            KeyValue::Text(text) => read(text, file),
            KeyValue::Number(number) => Err(format!("expected a text, found {number}")),
        };
        Self { kind: Kind::Text, read: Box::new(read) }
    }

    fn number(range: RangeInclusive<i64>, made: impl Fn(i64) -> Option<T> + 'static) -> Self {
        let read = move |value: KeyValue<'_>, _: &File<'_>| {
            let number = match value {
                KeyValue::Number(number) => number,
                KeyValue::Text(text) => return Err(format!("expected a number, found {text:?}")),
            };
            let made = if range.contains(&number) { made(number) } else { None };
            made.ok_or_else(|| format!("expected {} to {}, found {number}", range.start(), range.end()))
        };
        Self { kind: Kind::Number, read: Box::new(read) }
    }
}

/// A whole number within a range.
pub(super) fn number<T: TryFrom<i64> + 'static>(range: RangeInclusive<i64>) -> KeyForm<T> {
    KeyForm::number(range, |number| T::try_from(number).ok())
}

/// A time in whole seconds.
pub(super) fn seconds(range: RangeInclusive<i64>) -> KeyForm<Duration> {
    KeyForm::number(range, |number| u64::try_from(number).ok().map(Duration::from_secs))
}

/// Any text.
pub(super) fn text() -> KeyForm<String> {
    KeyForm::text(|text, _| Ok(text.to_owned()))
}

/// A text that is not empty.
pub(super) fn words() -> KeyForm<String> {
    KeyForm::text(
        |text, _| if text.trim().is_empty() { Err("is empty".to_owned()) } else { Ok(text.to_owned()) },
    )
}

/// A text for certificates of the installation's own authorities, so ASCII (DESIGN: 証明書に記載).
pub(super) fn certificate_words() -> KeyForm<String> {
    KeyForm::text(|text, _| {
        let parsed = CertificateText::parse(text);
        let parsed = parsed.map_err(|error| format!("{error}; it stands in certificates"))?;
        Ok(parsed.as_str().to_owned())
    })
}

pub(super) fn host_name() -> KeyForm<HostName> {
    KeyForm::text(|text, _| HostName::parse(text).map_err(|error| format!("{error}, found {text:?}")))
}

pub(super) fn email_address() -> KeyForm<EmailAddress> {
    KeyForm::text(|text, _| {
        EmailAddress::parse(text).map_err(|_| format!("expected an e-mail address, found {text:?}"))
    })
}

pub(super) fn database() -> KeyForm<StoreUrl> {
    KeyForm::text(|text, _| text.parse::<StoreUrl>().map_err(|error| error.to_string()))
}

/// An address and port to listen at.
pub(super) fn listener() -> KeyForm<SocketAddr> {
    KeyForm::text(|text, _| {
        text.parse().map_err(|_| format!("expected an address and port such as 0.0.0.0:443, found {text:?}"))
    })
}

/// `scheme://host[:port]` without a path, in the form to which paths are added.
pub(super) fn address(scheme: &'static str) -> KeyForm<String> {
    KeyForm::text(move |text, _| {
        let problem = || format!("expected {scheme}HOST with nothing behind it, found {text:?}");
        let address = text.strip_suffix('/').unwrap_or(text);
        let authority = address.strip_prefix(scheme).ok_or_else(problem)?;
        host_in(authority).ok_or_else(problem)?;
        Ok(address.to_owned())
    })
}

/// The host of `host[:port]`.
pub(super) fn host_in(authority: &str) -> Option<HostName> {
    HostName::parse(HostPort::parse(authority).ok()?.host()).ok()
}

/// The name with which a machine greets a mail server (RFC 5321 §4.1.1.1): a full host name or, without one,
/// an address.
pub(super) fn hello_name() -> KeyForm<String> {
    KeyForm::text(|text, _| {
        if text.parse::<IpAddr>().is_ok() {
            return Ok(text.to_owned());
        }
        let problem = || format!("expected a host name with a dot in it, or an address, found {text:?}");
        let name = HostName::parse(text).map_err(|_| problem())?;
        if name.as_str().contains('.') || is_loopback(name.as_str()) {
            Ok(name.to_string())
        } else {
            Err(problem())
        }
    })
}

/// How the connection to the mail server at `host_key` is protected.
pub(super) fn smtp_security(host_key: &'static str) -> KeyForm<SmtpSecurity> {
    KeyForm::text(move |text, file| match text {
        "starttls" => Ok(SmtpSecurity::StartTls),
        "tls" => Ok(SmtpSecurity::ImplicitTls),
        "none-loopback-only" => match file.text(host_key).filter(|host| !is_loopback(host)) {
            None => Ok(SmtpSecurity::PlainOnLoopback),
            Some(host) => {
                Err(format!("none-loopback-only is for a mail server on this machine, and {host} is not"))
            }
        },
        other => Err(format!("expected starttls, tls or none-loopback-only, found {other:?}")),
    })
}

pub(super) fn time_zone() -> KeyForm<jiff::tz::TimeZone> {
    KeyForm::text(|text, _| {
        jiff::tz::TimeZone::get(text)
            .map_err(|_| format!("expected an IANA time zone such as Asia/Tokyo, found {text:?}"))
    })
}

/// One of two words.
pub(super) fn either<T: Copy + 'static>(one: (&'static str, T), other: (&'static str, T)) -> KeyForm<T> {
    KeyForm::text(move |text, _| match text {
        text if text == one.0 => Ok(one.1),
        text if text == other.0 => Ok(other.1),
        text => Err(format!("expected {} or {}, found {text:?}", one.0, other.0)),
    })
}

pub(super) fn log_level() -> KeyForm<tracing::Level> {
    KeyForm::text(|text, _| {
        text.parse().map_err(|_| format!("expected error, warn, info, debug or trace, found {text:?}"))
    })
}

/// A path that may not exist yet.
pub(super) fn path() -> KeyForm<PathBuf> {
    KeyForm::text(|text, file| Ok(file.folder.join(text)))
}

/// A file that can be opened for reading.
pub(super) fn file() -> KeyForm<PathBuf> {
    KeyForm::text(opened)
}

/// A file with a secret, which only the permitted accounts can read.
pub(super) fn secret_file(readers: Readers) -> KeyForm<PathBuf> {
    KeyForm::text(move |text, file| kept_secret(text, file, readers))
}

/// The first line of a file with a secret.
pub(super) fn secret_line(readers: Readers) -> KeyForm<Secret<String>> {
    KeyForm::text(move |text, file| {
        let path = kept_secret(text, file, readers)?;
        let contents = Secret::new(std::fs::read_to_string(path).map_err(|error| error.to_string())?);
        Ok(Secret::new(contents.expose().lines().next().unwrap_or_default().to_owned()))
    })
}

/// A form that needs another key.
pub(super) fn beside<T: 'static>(other_key: &'static str, form: KeyForm<T>) -> KeyForm<T> {
    KeyForm::text(move |text, file| {
        if file.has(other_key) {
            form.read(KeyValue::Text(text), file)
        } else {
            Err(format!("needs {other_key} beside it"))
        }
    })
}

fn opened(text: &str, file: &File<'_>) -> Result<PathBuf, String> {
    let path = file.folder.join(text);
    match std::fs::File::open(&path) {
        Ok(_) => Ok(path),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

fn kept_secret(text: &str, file: &File<'_>, readers: Readers) -> Result<PathBuf, String> {
    let path = opened(text, file)?;
    match readers.refuse(&path) {
        None => Ok(path),
        Some(problem) => Err(problem),
    }
}
