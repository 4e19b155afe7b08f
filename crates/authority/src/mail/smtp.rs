//! Mail over SMTP (RFC 5321): plain on loopback only, STARTTLS (RFC 3207) or implicit TLS (RFC 8314).

use super::{MailTransport, SendError};
use domain::{host_name::is_loopback, secret::Secret};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{
        authentication::Credentials,
        client::{Certificate, Tls, TlsParameters},
    },
};
use std::time::Duration;

/// How long one command may take.
const COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Not at all; accepted for loopback addresses only.
    PlainOnLoopback,
    /// Upgraded by STARTTLS; never falls back to plain.
    StartTls,
    /// TLS from the first byte.
    ImplicitTls,
}

/// Where and how mail is handed over.
#[derive(Debug, Clone)]
pub struct SmtpSettings {
    /// Host name or address of the server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Protection.
    pub security: SmtpSecurity,
    /// User name and password, if the server asks for them.
    pub credentials: Option<(String, Secret<String>)>,
    /// A further CA to trust, PEM, beside the system's.
    pub extra_ca_pem: Option<Vec<u8>>,
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

/// A pool of connections to one server.
pub struct SmtpTransport(AsyncSmtpTransport<Tokio1Executor>);

impl SmtpTransport {
    /// Checks the settings; connects only when a mail is sent.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpSettingsError> {
        let tls = match settings.security {
            SmtpSecurity::PlainOnLoopback => {
                if !is_loopback(&settings.host) {
                    return Err(SmtpSettingsError::PlainBeyondLoopback(settings.host));
                }
                Tls::None
            }
            SmtpSecurity::StartTls => Tls::Required(tls_parameters(&settings)?),
            SmtpSecurity::ImplicitTls => Tls::Wrapper(tls_parameters(&settings)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(COMMAND_TIMEOUT));
        if let Some((user, password)) = settings.credentials {
            builder = builder.credentials(Credentials::new(user, password.expose().clone()));
        }
        Ok(Self(builder.build()))
    }
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, SmtpSettingsError> {
    let refuse = |error: lettre::transport::smtp::Error| SmtpSettingsError::Tls(error.to_string());
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(pem) = &settings.extra_ca_pem {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(refuse)?);
    }
    builder.build_rustls().map_err(refuse)
}

#[async_trait::async_trait]
impl MailTransport for SmtpTransport {
    async fn send(&self, message: Message) -> Result<(), SendError> {
        match self.0.send(message).await {
            Ok(_) => Ok(()),
            // A refusal of the whole session is the operator's to mend, so only a refusal of this
            // message or recipient is final.
            Err(error) if error.is_permanent() && !refuses_session(&error) => {
                Err(SendError::Permanent(error.to_string()))
            }
            Err(error) => Err(SendError::Temporary(error.to_string())),
        }
    }
}

/// Replies that mean us, not the message: authentication (RFC 4954 §6) and a host that takes no mail
/// (RFC 7504).
fn refuses_session(error: &lettre::transport::smtp::Error) -> bool {
    error.status().is_some_and(|code| matches!(u16::from(code), 521 | 530 | 534 | 535 | 538))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(host: &str) -> SmtpSettings {
        let security = SmtpSecurity::PlainOnLoopback;
        SmtpSettings { host: host.into(), port: 25, security, credentials: None, extra_ca_pem: None }
    }

    #[tokio::test]
    async fn plain_text_mail_leaves_this_machine_never() {
        assert!(SmtpTransport::new(settings("127.0.0.1")).is_ok());
        assert!(matches!(
            SmtpTransport::new(settings("mail.example.jp")),
            Err(SmtpSettingsError::PlainBeyondLoopback(_))
        ));
    }
}
