//! Mail over SMTP (RFC 5321): plain on loopback only, STARTTLS (RFC 3207) or implicit TLS (RFC 8314).
//!
//! **Invariant:** no byte of a mail goes over a connection that is less protected than its settings demand.

use super::{
    MailTransport, SendError, shown,
    verdict::{self, SmtpReply, Stage},
};
use domain::{host_name::is_loopback, secret::Secret};
use lettre::{
    Message,
    transport::smtp::{
        Error,
        authentication::{Credentials, Mechanism},
        client::{AsyncSmtpConnection, Certificate, TlsParameters},
        commands::{Data, Mail, Rcpt, Rset},
        extension::ClientId,
        response::Response,
    },
};
use std::{
    fmt::Display,
    future::Future,
    net::IpAddr,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// How long one command may take.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection rests without mail before it is closed.
const REST_MAX: Duration = Duration::from_mins(1);
const MECHANISMS: [Mechanism; 2] = [Mechanism::Plain, Mechanism::Login];

/// The protection of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// None; accepted for loopback addresses only.
    PlainOnLoopback,
    /// Upgraded by STARTTLS; never falls back to plain.
    StartTls,
    /// TLS from the first byte.
    ImplicitTls,
}

/// The settings for sending mail to one server.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Host name or address of the server.
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// User name and password, if the server asks for them.
    pub credentials: Option<(String, Secret<String>)>,
    /// A further CA to trust, PEM, besides the system's.
    pub extra_ca_pem: Option<Vec<u8>>,
    /// The name in EHLO: a host name with a dot, or an address (RFC 5321 §4.1.1.1).
    pub hello_name: String,
    /// The most connections at the same moment, at least one.
    pub connections: usize,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SmtpSettingsError {
    /// Plain text to another machine.
    #[error("mail: {0} is not this machine; use starttls or tls")]
    PlainBeyondLoopback(String),
    /// TLS cannot be set up.
    #[error("mail: TLS cannot be set up: {0}")]
    Tls(String),
}

/// Connections to one server, kept for the next mail.
pub struct SmtpTransport {
    host: String,
    port: u16,
    protection: Protection,
    credentials: Option<Credentials>,
    hello: ClientId,
    connections: usize,
    resting: Mutex<Vec<Resting>>,
}

enum Protection {
    None,
    StartTls(TlsParameters),
    Implicit(TlsParameters),
}

struct Resting {
    connection: AsyncSmtpConnection,
    since: Instant,
}

impl SmtpTransport {
    /// Checks the settings; connects only when a mail is sent.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpSettingsError> {
        let protection = match settings.security {
            SmtpSecurity::PlainOnLoopback => {
                if !is_loopback(&settings.host) {
                    return Err(SmtpSettingsError::PlainBeyondLoopback(settings.host));
                }
                Protection::None
            }
            SmtpSecurity::StartTls => Protection::StartTls(tls_parameters(&settings)?),
            SmtpSecurity::ImplicitTls => Protection::Implicit(tls_parameters(&settings)?),
        };
        let credentials = settings.credentials;
        Ok(Self {
            host: settings.host,
            port: settings.port,
            protection,
            credentials: credentials
                .map(|(user, password)| Credentials::new(user, password.expose().clone())),
            hello: client_id(settings.hello_name),
            connections: settings.connections.max(1),
            resting: Mutex::default(),
        })
    }

    async fn connect(&self, steps: &mut Vec<String>) -> Result<AsyncSmtpConnection, SendError> {
        let implicit = match &self.protection {
            Protection::Implicit(parameters) => Some(parameters.clone()),
            Protection::None | Protection::StartTls(_) => None,
        };
        let server = (self.host.as_str(), self.port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(server, Some(COMMAND_TIMEOUT), &self.hello, implicit, None);
        let mut connection = in_time(Stage::Session, connecting).await?;
        let name = connection.server_info().name().to_owned();
        steps.push(format!(
            "connected to {}:{}; EHLO {}: 250 {}",
            self.host,
            self.port,
            self.hello,
            shown(&name)
        ));
        if let Protection::StartTls(parameters) = &self.protection {
            in_time(Stage::Session, connection.starttls(parameters.clone(), &self.hello)).await?;
            steps.push("STARTTLS: the connection is encrypted".to_owned());
        }
        if let Some(credentials) = &self.credentials {
            let answer = in_time(Stage::Session, connection.auth(&MECHANISMS, credentials)).await?;
            steps.push(format!("AUTH: {}", reply_text(&answer)));
        }
        Ok(connection)
    }

    /// A kept connection that still answers, if there is one.
    async fn rested(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            let answers = timeout(COMMAND_TIMEOUT, resting.connection.test_connected()).await;
            if resting.since.elapsed() < REST_MAX && answers.unwrap_or(false) {
                return Some(resting.connection);
            }
        }
    }

    fn put_to_rest(&self, connection: AsyncSmtpConnection) {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        if resting.len() < self.connections {
            resting.push(Resting { connection, since: Instant::now() });
        }
    }
}

fn client_id(name: String) -> ClientId {
    match name.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(name),
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, SmtpSettingsError> {
    let refuse = |error: Error| SmtpSettingsError::Tls(error.to_string());
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.extra_ca_pem {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(refuse)?);
    }
    builder.build_rustls().map_err(refuse)
}

#[async_trait::async_trait]
impl MailTransport for SmtpTransport {
    async fn send(&self, message: Message) -> Result<(), SendError> {
        let mut steps = Vec::new();
        let mut connection = match self.rested().await {
            Some(connection) => connection,
            None => self.connect(&mut steps).await?,
        };
        let sent = converse(&mut connection, &message, &mut steps).await;
        let kept = match &sent {
            Ok(()) => true,
            // The session is good, unless the server has ended it.
            Err(_) => matches!(timeout(COMMAND_TIMEOUT, connection.command(Rset)).await, Ok(Ok(_))),
        };
        if kept {
            self.put_to_rest(connection);
        }
        sent
    }

    async fn send_telling(&self, message: Message, steps: &mut Vec<String>) -> Result<(), SendError> {
        let mut connection = self.connect(steps).await?;
        let sent = converse(&mut connection, &message, steps).await;
        _ = timeout(COMMAND_TIMEOUT, connection.quit()).await;
        sent
    }

    fn connections(&self) -> usize {
        self.connections
    }

    async fn rest(&self) {
        let old: Vec<Resting> = {
            let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
            resting.extract_if(.., |one| one.since.elapsed() >= REST_MAX).collect()
        };
        for mut one in old {
            _ = timeout(COMMAND_TIMEOUT, one.connection.quit()).await;
        }
    }
}

/// Sends one mail to its one recipient (RFC 5321 §3.3). The content is ASCII, because it was composed so.
async fn converse(
    connection: &mut AsyncSmtpConnection,
    message: &Message,
    steps: &mut Vec<String>,
) -> Result<(), SendError> {
    let envelope = message.envelope();
    let command = Mail::new(envelope.from().cloned(), Vec::new());
    said(connection, Stage::Sender, command, steps).await?;
    for recipient in envelope.to() {
        said(connection, Stage::Recipient, Rcpt::new(recipient.clone(), Vec::new()), steps).await?;
    }
    said(connection, Stage::Content, Data, steps).await?;
    let answer = in_time(Stage::Content, connection.message(&message.formatted())).await?;
    steps.push(format!("the mail itself: {}", reply_text(&answer)));
    Ok(())
}

async fn said(
    connection: &mut AsyncSmtpConnection,
    stage: Stage,
    command: impl Display,
    steps: &mut Vec<String>,
) -> Result<(), SendError> {
    let name = shown(&command.to_string());
    let answer = in_time(stage, connection.command(command)).await?;
    steps.push(format!("{name}: {}", reply_text(&answer)));
    Ok(())
}

fn reply_text(answer: &Response) -> String {
    let words: Vec<&str> = answer.message().collect();
    shown(&format!("{} {}", answer.code(), words.join(" ")))
}

async fn in_time<T>(stage: Stage, answer: impl Future<Output = Result<T, Error>>) -> Result<T, SendError> {
    match timeout(COMMAND_TIMEOUT, answer).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(failed(stage, &error)),
        Err(_) => Err(SendError::Server("the mail server does not answer".to_owned())),
    }
}

fn failed(stage: Stage, error: &Error) -> SendError {
    let Some(code) = error.status() else { return SendError::Server(with_causes(error)) };
    let words = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    verdict::of(stage, SmtpReply { code: u16::from(code), words: &words })
}

fn with_causes(error: &Error) -> String {
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error).and_then(std::error::Error::source);
    while let Some(error) = cause {
        words = format!("{words}: {error}");
        cause = error.source();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(host: &str) -> SmtpSettings {
        SmtpSettings {
            host: host.into(),
            port: 25,
            security: SmtpSecurity::PlainOnLoopback,
            credentials: None,
            extra_ca_pem: None,
            hello_name: "sekisho.example".into(),
            connections: 1,
        }
    }

    #[tokio::test]
    async fn plain_text_mail_leaves_this_machine_never() {
        assert!(SmtpTransport::new(settings("127.0.0.1")).is_ok());
        assert!(matches!(
            SmtpTransport::new(settings("mail.example.jp")),
            Err(SmtpSettingsError::PlainBeyondLoopback(_))
        ));
    }

    #[test]
    fn an_address_is_told_to_the_server_in_brackets() {
        assert_eq!(client_id("192.0.2.1".into()).to_string(), "[192.0.2.1]");
        assert_eq!(client_id("2001:db8::1".into()).to_string(), "[IPv6:2001:db8::1]");
        assert_eq!(client_id("sekisho.example".into()).to_string(), "sekisho.example");
    }
}
