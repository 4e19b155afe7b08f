//! Mail on its way out: composed here, carried by a transport.
//!
//! **Invariant:** the `Message-ID` comes from the outbox row, so that a mail sent twice after a crash
//! is recognised as the same one.
//!
//! Read next: [`smtp`] (the real way), [`verdict`] (what a server's answer means), [`capture`] (files, for `up`), and
//! `crate::outbox` (who calls).

pub mod capture;
mod send_error;
pub mod smtp;
pub mod verdict;

pub(crate) use send_error::shown;
pub use send_error::{ANSWER_LETTERS_MAX, SendError};

use crate::letter::Enclosure;
use domain::{email::EmailAddress, time::Timestamp};
use lettre::{
    Address, Message,
    address::Envelope,
    message::{
        Attachment, Mailbox, MultiPart,
        header::{ContentType, HeaderName, HeaderValue},
    },
};
use std::time::SystemTime;

/// Connections to the mail server at the same moment, where nothing else is configured.
pub const CONNECTIONS_DEFAULT: usize = 4;

/// Carries one mail to its recipient's server (or into a file).
#[async_trait::async_trait]
pub trait MailTransport: Send + Sync {
    /// Returns when the next server has taken responsibility (RFC 5321 §6.1).
    async fn send(&self, message: Message) -> Result<(), SendError>;

    /// The same over a connection of its own. Adds each step to `steps` when it is answered; the exchange of the
    /// authentication is left out.
    async fn send_telling(&self, message: Message, steps: &mut Vec<String>) -> Result<(), SendError> {
        let sent = self.send(message).await;
        if sent.is_ok() {
            steps.push("taken".to_owned());
        }
        sent
    }

    /// Does mail leave this machine?
    fn leaves(&self) -> bool {
        true
    }

    /// How many mails may be on their way at the same moment, at least one.
    fn connections(&self) -> usize {
        CONNECTIONS_DEFAULT
    }

    /// There is nothing to send for the moment: connections that have rested for long may be closed.
    async fn rest(&self) {}
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
    /// The left side of the `Message-ID`.
    pub(crate) id: String,
    pub(crate) sender: &'a Sender,
    pub(crate) reply_to: Option<&'a str>,
    pub(crate) recipient: &'a str,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) enclosure: Option<Enclosure>,
    /// When the act was committed that the mail tells of.
    pub(crate) at: Timestamp,
}

impl Composition<'_> {
    /// A text + HTML message in UTF-8 (RFC 2045, RFC 2047, RFC 2046 §5.1.4) that asks programs not to answer
    /// (RFC 3834 §5; Exchange's own field beside it). A file stands behind both texts (RFC 2183).
    pub(crate) fn message(self) -> Result<Message, SendError> {
        let (from, to) = (address_of(&self.sender.address)?, address(self.recipient)?);
        let (_, host) = self.sender.address.mailbox_parts();
        // Not taken from the header fields, where not every quoted address is found again.
        let envelope =
            Envelope::new(Some(from.clone()), vec![to.clone()]).map_err(|error| unreadable(&error))?;
        let mut builder = Message::builder()
            .envelope(envelope)
            .from(Mailbox::new(Some(self.sender.name.clone()), from))
            .to(Mailbox::new(None, to))
            .subject(self.subject)
            .message_id(Some(format!("<{}@{host}>", self.id)))
            .date(SystemTime::from(self.at))
            .raw_header(raw("Auto-Submitted", "auto-generated"))
            .raw_header(raw("X-Auto-Response-Suppress", "All"));
        if let Some(reply_to) = self.reply_to {
            builder = builder.reply_to(Mailbox::new(None, address(reply_to)?));
        }
        let texts = MultiPart::alternative_plain_html(self.text, self.html);
        let parts = match self.enclosure {
            None => texts,
            Some(file) => {
                let media_type = ContentType::parse(&file.media_type).map_err(|e| unreadable(&e))?;
                let part =
                    Attachment::new(file.name.clone()).body(file.content.clone().into_bytes(), media_type);
                MultiPart::mixed().multipart(texts).singlepart(part)
            }
        };
        builder.multipart(parts).map_err(|e| unreadable(&e))
    }
}

fn raw(name: &'static str, value: &'static str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

fn address(text: &str) -> Result<Address, SendError> {
    address_of(&EmailAddress::parse(text).map_err(|error| unreadable(&error))?)
}

/// As a mailbox: a carrier's address in quotation marks.
fn address_of(address: &EmailAddress) -> Result<Address, SendError> {
    let (local, domain) = address.mailbox_parts();
    Address::new(local, domain).map_err(|error| unreadable(&error))
}

fn unreadable(error: &dyn std::fmt::Display) -> SendError {
    SendError::Unreadable(error.to_string())
}

/// The first word of a contact that is an address: where answers go to.
pub(crate) fn address_in(contact: &str) -> Option<String> {
    let divides = |letter: char| letter.is_whitespace() || ",;:<>()[]、，；：（）＜＞「」/".contains(letter);
    let address = contact.split(divides).find_map(|word| EmailAddress::parse(word).ok());
    address.map(|address| address.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_server_says_becomes_one_bounded_line() {
        let words = format!("550 5.7.1 no\r\n\u{1b}[31mBcc: x\u{202e}\u{0} {}", "あ".repeat(1000));
        let shown = shown(&words);
        assert!(shown.starts_with("550 5.7.1 no [31mBcc: x あ"), "{shown}");
        assert_eq!(shown.chars().count(), ANSWER_LETTERS_MAX);
    }

    #[test]
    fn every_carriers_address_stands_quoted_in_envelope_and_header() {
        for (address, mailbox) in [
            ("ichi..ro@docomo.ne.jp", "\"ichi..ro\"@docomo.ne.jp"),
            ("a..b@docomo.ne.jp", "\"a..b\"@docomo.ne.jp"),
            ("ichiro.@t.vodafone.ne.jp", "\"ichiro.\"@t.vodafone.ne.jp"),
            ("a/b?c..d+e@docomo.ne.jp", "\"a/b?c..d+e\"@docomo.ne.jp"),
            ("ichiro@docomo.ne.jp", "ichiro@docomo.ne.jp"),
        ] {
            let sender = Sender {
                name: "関所".to_owned(),
                address: EmailAddress::parse("sekisho@service.example").unwrap(),
            };
            let composition = Composition {
                id: "1".to_owned(),
                sender: &sender,
                reply_to: Some(address),
                recipient: address,
                subject: "a".to_owned(),
                text: "b".to_owned(),
                html: "c".to_owned(),
                enclosure: None,
                at: Timestamp::UNIX_EPOCH,
            };
            let message = composition.message().unwrap();
            let to: Vec<_> = message.envelope().to().iter().map(ToString::to_string).collect();
            assert_eq!(to, [mailbox]);
            let formatted = String::from_utf8(message.formatted()).unwrap();
            for field in ["To", "Reply-To"] {
                assert!(formatted.contains(&format!("\r\n{field}: {mailbox}\r\n")), "{formatted}");
            }
        }
    }

    #[test]
    fn answers_go_to_the_first_address_of_a_contact_if_it_has_one() {
        for (contact, address) in [
            ("help@sample.example", Some("help@sample.example")),
            ("情報システム部 help@sample.example, 03-0000-0000", Some("help@sample.example")),
            ("内線1234（help@sample.example）", Some("help@sample.example")),
            ("03-0000-0000", None),
            ("", None),
        ] {
            assert_eq!(address_in(contact).as_deref(), address, "{contact}");
        }
    }
}
