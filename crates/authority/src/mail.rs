//! Mail on its way out: composed here, carried by a transport.
//!
//! **Invariant:** the `Message-ID` comes from the outbox row, so that a mail sent twice after a crash
//! is recognised as the same one.
//!
//! Read next: [`smtp`] (the real way), [`capture`] (files, for `up`), and `crate::outbox` (who calls).

pub mod capture;
pub mod smtp;

use domain::{email::EmailAddress, id::EffectId, time::Timestamp};
use lettre::{
    Address, Message,
    message::{Mailbox, MultiPart},
};
use std::time::SystemTime;

/// A mail that was not taken.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SendError {
    /// Try again later: greylisted, unreachable, full.
    #[error("mail not taken for now: {0}")]
    Temporary(String),
    /// Will not be taken however often it is tried.
    #[error("mail refused: {0}")]
    Permanent(String),
}

/// Carries one mail to its recipient's server (or into a file).
#[async_trait::async_trait]
pub trait MailTransport: Send + Sync {
    /// Returns when the next server has taken responsibility (RFC 5321 §6.1).
    async fn send(&self, message: Message) -> Result<(), SendError>;
}

/// Who our mails come from.
#[derive(Debug, Clone)]
pub struct Sender {
    /// Display name, in any script.
    pub name: String,
    /// Address.
    pub address: EmailAddress,
}

/// What is needed to compose a message.
pub(crate) struct Composition<'a> {
    pub(crate) effect: EffectId,
    pub(crate) sender: &'a Sender,
    pub(crate) recipient: &'a str,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    /// When the act was committed that the mail tells of.
    pub(crate) at: Timestamp,
}

impl Composition<'_> {
    /// A text + HTML message in UTF-8 (RFC 2045, RFC 2047, RFC 2046 §5.1.4).
    pub(crate) fn message(self) -> Result<Message, SendError> {
        let refuse = |error: &dyn std::fmt::Display| SendError::Permanent(error.to_string());
        let mailbox = |name: Option<String>, address: &str| -> Result<Mailbox, SendError> {
            let address: Address = address.parse().map_err(|error| refuse(&error))?;
            Ok(Mailbox::new(name, address))
        };
        let sender = mailbox(Some(self.sender.name.clone()), self.sender.address.as_str())?;
        let host = self.sender.address.as_str().rsplit_once('@').map_or("localhost", |(_, host)| host);
        Message::builder()
            .from(sender)
            .to(mailbox(None, self.recipient)?)
            .subject(self.subject)
            .message_id(Some(format!("<{}@{host}>", self.effect)))
            .date(SystemTime::from(self.at))
            .multipart(MultiPart::alternative_plain_html(self.text, self.html))
            .map_err(|error| refuse(&error))
    }
}
