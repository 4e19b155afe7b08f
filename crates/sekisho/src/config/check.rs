//! What the values of a configuration file mean, all mistakes at once.

use super::{
    Config, ConfigError, GateSettings, Lines, LogFormat, LogSettings, MailSecurity, MailSettings,
    MailTransport, ServiceSettings, SmtpSettings, TlsFiles, TlsSettings,
    file::{ConfigFile, GateSection, LimitsSection, LogSection, MailSection, ServiceSection, Written},
};
use crate::{audit_heads_file::AUDIT_HEADS_NAME, data_folder::Readers};
use domain::{
    bounds::TenantBounds,
    certificate_text::CertificateText,
    email::EmailAddress,
    host_name::{HostName, is_loopback},
    secret::Secret,
};
use gate::UpstreamBounds;
use ground::HostPort;
use std::{
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
    time::Duration,
};

/// The most connections to the mail server.
const MAIL_CONNECTIONS_MAX: i64 = 64;

/// The checked configuration, or every value that cannot be.
pub(super) fn config(file: &ConfigFile, lines: &Lines, folder: &Path) -> Result<Config, Vec<ConfigError>> {
    let mut check = Check { lines, folder, errors: Vec::new() };
    let public_url = check.value("public_url", &file.public_url, https_address);
    let publication_url = match &file.http.public_url {
        Some(written) => check.value("http.public_url", written, http_address),
        None => public_url.as_ref().map(|url| plain_http(url)),
    };
    let site_suffix = check.value("site_suffix", &file.site_suffix, host_name);
    let database = check.value("database", &file.database, |text| {
        text.parse::<store::StoreUrl>().map_err(|error| error.to_string())
    });
    let key_encryption_key_file =
        check.secret_file("key_encryption_key_file", &file.key_encryption_key_file, Readers::Owner);
    let data_folder = match &file.data_folder {
        Some(written) => folder.join(written.get_ref()),
        None => PathBuf::from("/var/lib/sekisho"),
    };
    let audit_heads_file = match &file.audit_heads_file {
        Some(written) => folder.join(written.get_ref()),
        None => data_folder.join(AUDIT_HEADS_NAME),
    };
    let gate = gate(&mut check, &file.gate);
    let http_listen = check.or("http.listen", file.http.listen.as_ref(), "0.0.0.0:80", listen);
    let metrics_listen = check.or("metrics.listen", file.metrics.listen.as_ref(), "127.0.0.1:9090", listen);
    let tls = tls(&mut check, file);
    let mail = mail(&mut check, file);
    let service = service(&mut check, &file.service);
    let limits = limits(&mut check, &file.limits);
    let log = log(&mut check, &file.log);
    let complete = (|| {
        Some(Config {
            public_url: public_url?,
            publication_url: publication_url?,
            site_suffix: site_suffix?,
            data_folder,
            database: database?,
            key_encryption_key_file: key_encryption_key_file?,
            audit_heads_file,
            gate: gate?,
            http_listen: http_listen?,
            metrics_listen: metrics_listen?,
            tls: tls?,
            mail: mail?,
            service: service?,
            limits: limits?,
            log: log?,
        })
    })();
    match complete {
        Some(config) if check.errors.is_empty() => Ok(config),
        _ => {
            check.errors.sort_by_key(|error| error.line);
            Err(check.errors)
        }
    }
}

/// Collects mistakes while values are read.
struct Check<'a> {
    lines: &'a Lines,
    folder: &'a Path,
    errors: Vec<ConfigError>,
}

impl Check<'_> {
    fn fail<W>(&mut self, key: &str, written: &Written<W>, problem: String) {
        let line = self.lines.at(written.span().start);
        self.errors.push(ConfigError { line, key: key.to_owned(), problem });
    }

    fn value<T>(
        &mut self,
        key: &str,
        written: &Written<String>,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        read(written.get_ref()).map_err(|problem| self.fail(key, written, problem)).ok()
    }

    /// The written value, or the default, which goes through the same reading.
    fn or<T>(
        &mut self,
        key: &str,
        written: Option<&Written<String>>,
        default: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        match written {
            Some(written) => self.value(key, written, read),
            None => read(default).ok(),
        }
    }

    fn number<T: TryFrom<i64>>(
        &mut self,
        key: &str,
        written: Option<&Written<i64>>,
        default: T,
        range: std::ops::RangeInclusive<i64>,
    ) -> Option<T> {
        let Some(written) = written else { return Some(default) };
        let number = *written.get_ref();
        if !range.contains(&number) {
            let problem = format!("expected {} to {}, found {number}", range.start(), range.end());
            self.fail(key, written, problem);
            return None;
        }
        T::try_from(number).ok()
    }

    /// A file with a secret, which nobody may read but those who need it.
    fn secret_file(&mut self, key: &str, written: &Written<String>, readers: Readers) -> Option<PathBuf> {
        let path = self.file(key, written)?;
        match readers.refuse(&path) {
            None => Some(path),
            Some(problem) => {
                self.fail(key, written, problem);
                None
            }
        }
    }

    /// A file that can be opened for reading.
    fn file(&mut self, key: &str, written: &Written<String>) -> Option<PathBuf> {
        let path = self.folder.join(written.get_ref());
        let opened = std::fs::File::open(&path).map_err(|error| format!("{}: {error}", path.display()));
        opened.map_err(|problem| self.fail(key, written, problem)).ok().map(|_| path)
    }
}

fn gate(check: &mut Check<'_>, section: &GateSection) -> Option<GateSettings> {
    let listen = check.or("gate.listen", section.listen.as_ref(), "0.0.0.0:443", listen);
    let public_port = check.number("gate.public_port", section.public_port.as_ref(), 443, 1..=65_535);
    let connections_max =
        check.number("gate.connections_max", section.connections_max.as_ref(), 10_000, 1..=1_000_000);
    let key = "gate.status_staleness_seconds";
    let staleness = check.number(key, section.status_staleness_seconds.as_ref(), 60_u64, 1..=86_400);
    let upstreams = upstreams(check, section);
    Some(GateSettings {
        listen: listen?,
        public_port: public_port?,
        connections_max: connections_max?,
        upstreams: upstreams?,
        status_staleness: Duration::from_secs(staleness?),
    })
}

fn upstreams(check: &mut Check<'_>, section: &GateSection) -> Option<UpstreamBounds> {
    let mut number = |key, written: Option<&Written<i64>>, default| {
        check.number::<usize>(key, written, default, 1..=1_000_000)
    };
    let ordinary = UpstreamBounds::default();
    let connections_max = number(
        "gate.upstream_connections_max",
        section.upstream_connections_max.as_ref(),
        ordinary.connections_max,
    );
    let requests_per_site_max = number(
        "gate.requests_per_site_max",
        section.requests_per_site_max.as_ref(),
        ordinary.requests_per_site_max,
    );
    let requests_per_certificate_max = number(
        "gate.requests_per_certificate_max",
        section.requests_per_certificate_max.as_ref(),
        ordinary.requests_per_certificate_max,
    );
    let tunnels_per_site_max = number(
        "gate.websockets_per_site_max",
        section.websockets_per_site_max.as_ref(),
        ordinary.tunnels_per_site_max,
    );
    let tunnels_per_certificate_max = number(
        "gate.websockets_per_certificate_max",
        section.websockets_per_certificate_max.as_ref(),
        ordinary.tunnels_per_certificate_max,
    );
    Some(UpstreamBounds {
        connections_max: connections_max?,
        requests_per_site_max: requests_per_site_max?,
        requests_per_certificate_max: requests_per_certificate_max?,
        tunnels_per_site_max: tunnels_per_site_max?,
        tunnels_per_certificate_max: tunnels_per_certificate_max?,
    })
}

fn tls(check: &mut Check<'_>, file: &ConfigFile) -> Option<TlsSettings> {
    let mut pairs = Vec::new();
    for section in &file.tls {
        let certificate = check.file("tls.certificate_file", &section.certificate_file);
        let key = check.secret_file("tls.key_file", &section.key_file, Readers::OwnerAndGroup);
        if let (Some(certificate), Some(key)) = (certificate, key) {
            pairs.push(TlsFiles { certificate, key });
        }
    }
    if file.tls.is_empty() {
        let problem = "is empty; write one [[tls]] for each server certificate".to_owned();
        check.errors.push(ConfigError { line: 1, key: "tls".to_owned(), problem });
        return None;
    }
    Some(TlsSettings::Files(pairs))
}

fn mail(check: &mut Check<'_>, file: &ConfigFile) -> Option<MailSettings> {
    let section = &file.mail;
    let host = check.value("mail.smtp_host", &section.smtp_host, non_empty);
    let port = check.number("mail.smtp_port", section.smtp_port.as_ref(), 587, 1..=65_535);
    let security = check.or("mail.security", section.security.as_ref(), "starttls", mail_security);
    if let (Some(host), Some(MailSecurity::NoneLoopbackOnly), Some(written)) =
        (&host, security, &section.security)
        && !is_loopback(host)
    {
        let problem = format!("none-loopback-only is for a mail server on this machine, and {host} is not");
        check.fail("mail.security", written, problem);
    }
    let credentials = credentials(check, section);
    let sender_address = check.value("mail.sender_address", &section.sender_address, |text| {
        EmailAddress::parse(text).map_err(|_| format!("expected an e-mail address, found {text:?}"))
    });
    let sender_name = check.value("mail.sender_name", &section.sender_name, non_empty);
    let name_en = file.service.name_en.get_ref();
    let sender_name_en = check.or("mail.sender_name_en", section.sender_name_en.as_ref(), name_en, non_empty);
    let host_of_public_url = host_of(file.public_url.get_ref());
    let hello_name =
        check.or("mail.hello_name", section.hello_name.as_ref(), host_of_public_url, mail_hello_name);
    let connections = check.number(
        "mail.connections",
        section.connections.as_ref(),
        authority::mail::CONNECTIONS_DEFAULT,
        1..=MAIL_CONNECTIONS_MAX,
    );
    let smtp = SmtpSettings {
        host: host?,
        port: port?,
        security: security?,
        credentials: credentials?,
        hello_name: hello_name?,
        connections: connections?,
    };
    Some(MailSettings {
        sender_address: sender_address?,
        sender_name: sender_name?,
        sender_name_en: sender_name_en?,
        transport: MailTransport::Smtp(smtp),
    })
}

/// `None`: a mistake; `Some(None)`: no sign-in.
#[allow(clippy::option_option)]
fn credentials(check: &mut Check<'_>, section: &MailSection) -> Option<Option<(String, Secret<String>)>> {
    match (&section.username, &section.password_file) {
        (None, None) => Some(None),
        (Some(username), Some(password_file)) => {
            let path = check.secret_file("mail.password_file", password_file, Readers::OwnerAndGroup)?;
            let text = std::fs::read_to_string(path).map_err(|error| error.to_string());
            let text =
                text.map_err(|problem| check.fail("mail.password_file", password_file, problem)).ok()?;
            let password = Secret::new(text.lines().next().unwrap_or_default().to_owned());
            Some(Some((username.get_ref().clone(), password)))
        }
        (Some(username), None) => {
            check.fail("mail.username", username, "needs mail.password_file beside it".to_owned());
            None
        }
        (None, Some(password_file)) => {
            check.fail("mail.password_file", password_file, "needs mail.username beside it".to_owned());
            None
        }
    }
}

fn service(check: &mut Check<'_>, section: &ServiceSection) -> Option<ServiceSettings> {
    let name_ja = check.value("service.name_ja", &section.name_ja, non_empty);
    let name_en = check.value("service.name_en", &section.name_en, certificate_text);
    let support_contact = check.value("service.support_contact", &section.support_contact, non_empty);
    let time_zone = check.or("service.time_zone", section.time_zone.as_ref(), "Asia/Tokyo", |text| {
        jiff::tz::TimeZone::get(text)
            .map_err(|_| format!("expected an IANA time zone such as Asia/Tokyo, found {text:?}"))
    });
    let grace_days =
        check.number("service.contract_grace_days", section.contract_grace_days.as_ref(), 30, 0..=3650);
    Some(ServiceSettings {
        contract_grace_days: grace_days?,
        name_ja: name_ja?,
        name_en: name_en?,
        support_contact: support_contact?,
        time_zone: time_zone?,
    })
}

fn limits(check: &mut Check<'_>, section: &LimitsSection) -> Option<TenantBounds> {
    let default = TenantBounds::default();
    let mut read = |key, written: &Option<Written<i64>>, default, max| {
        check.number(key, written.as_ref(), default, 1..=max)
    };
    let (people_key, imports_key) = ("limits.people_max", "limits.imports_kept_max");
    let people_max = read(people_key, &section.people_max, default.people_max, 10_000_000);
    let imports_kept_max = read(imports_key, &section.imports_kept_max, default.imports_kept_max, 100_000);
    let (key, written) = ("limits.bulk_mails_per_day_max", &section.bulk_mails_per_day_max);
    let bulk_mails_per_day_max = read(key, written, default.bulk_mails_per_day_max, 10_000_000);
    Some(TenantBounds {
        people_max: people_max?,
        imports_kept_max: imports_kept_max?,
        bulk_mails_per_day_max: bulk_mails_per_day_max?,
    })
}

fn log(check: &mut Check<'_>, section: &LogSection) -> Option<LogSettings> {
    let format = check.or("log.format", section.format.as_ref(), "text", |text| match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        other => Err(format!("expected text or json, found {other:?}")),
    });
    let level = check.or("log.level", section.level.as_ref(), "info", |text| {
        text.parse().map_err(|_| format!("expected error, warn, info, debug or trace, found {text:?}"))
    });
    Some(LogSettings { format: format?, level: level? })
}

fn non_empty(text: &str) -> Result<String, String> {
    if text.trim().is_empty() { Err("is empty".to_owned()) } else { Ok(text.to_owned()) }
}

/// Written into certificates of our own authorities, so ASCII (DESIGN: 証明書に記載).
fn certificate_text(text: &str) -> Result<String, String> {
    let parsed =
        CertificateText::parse(text).map_err(|error| format!("{error}; it stands in certificates"))?;
    Ok(parsed.as_str().to_owned())
}

fn host_name(text: &str) -> Result<HostName, String> {
    HostName::parse(text).map_err(|error| format!("{error}, found {text:?}"))
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| format!("expected an address and port such as 0.0.0.0:443, found {text:?}"))
}

/// RFC 5321 §4.1.1.1: a full host name or, without one, an address.
fn mail_hello_name(text: &str) -> Result<String, String> {
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
}

fn mail_security(text: &str) -> Result<MailSecurity, String> {
    match text {
        "none-loopback-only" => Ok(MailSecurity::NoneLoopbackOnly),
        "starttls" => Ok(MailSecurity::StartTls),
        "tls" => Ok(MailSecurity::Tls),
        other => Err(format!("expected starttls, tls or none-loopback-only, found {other:?}")),
    }
}

fn https_address(text: &str) -> Result<String, String> {
    address(text, "https://")
}

fn http_address(text: &str) -> Result<String, String> {
    address(text, "http://")
}

/// `scheme://host[:port]` and nothing behind it, in the form in which paths are added.
fn address(text: &str, scheme: &str) -> Result<String, String> {
    let problem = || format!("expected {scheme}HOST with nothing behind it, found {text:?}");
    let address = text.strip_suffix('/').unwrap_or(text);
    let authority = address.strip_prefix(scheme).ok_or_else(problem)?;
    let host = HostPort::parse(authority).map_err(|_| problem())?.host();
    HostName::parse(host).map_err(|_| problem())?;
    Ok(address.to_owned())
}

/// The same host on port 80 (RFC 5280 §4.2.1.13: revocation lists are fetched over plain HTTP).
fn plain_http(public_url: &str) -> String {
    format!("http://{}", host_of(public_url))
}

fn host_of(public_url: &str) -> &str {
    let authority = public_url.strip_prefix("https://").unwrap_or(public_url);
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    authority.split(':').next().unwrap_or(authority)
}
