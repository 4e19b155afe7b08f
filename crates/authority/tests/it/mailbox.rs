//! Where the installation's mail arrives, and how a test reads it.

use authority::mail::{MailTransport, SendError};
use base64::{Engine, engine::general_purpose::STANDARD};
use lettre::{Message, message::header};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

/// A mail, decoded.
#[derive(Debug, Clone)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
    pub(crate) message_id: String,
}

impl Mail {
    fn read(message: &Message) -> Self {
        let raw = String::from_utf8(message.formatted()).expect("ASCII");
        let subject = message.headers().get::<header::Subject>().expect("a subject");
        let message_id = message.headers().get::<header::MessageId>().expect("a Message-ID");
        Self {
            to: message.envelope().to().iter().map(ToString::to_string).collect(),
            subject: subject.as_ref().to_owned(),
            text: part(&raw, "text/plain"),
            html: part(&raw, "text/html"),
            message_id: message_id.as_ref().to_owned(),
        }
    }

    /// 受付番号 of a pickup mail.
    pub(crate) fn reference(&self) -> String {
        let (_, after) = self.text.split_once("reference=").unwrap_or_else(|| panic!("none in {self:?}"));
        after.chars().take_while(char::is_ascii_alphanumeric).collect()
    }

    /// The PIN of a pickup mail, as written.
    pub(crate) fn pin(&self) -> String {
        self.line(|line| line.len() == 14 && line.chars().all(|c| c.is_ascii_digit() || " -".contains(c)))
    }

    /// The one-time password of an invitation, as written: the longest word in groups of four.
    pub(crate) fn one_time_password(&self) -> String {
        self.line(|line| line.len() > 14 && line.split('-').all(|four| four.len() == 4 || four.len() == 2))
    }

    fn line(&self, is_it: impl Fn(&str) -> bool) -> String {
        let found = self.text.lines().map(str::trim).find(|line| is_it(line));
        found.unwrap_or_else(|| panic!("no such line in {}", self.text)).to_owned()
    }
}

fn part(mail: &str, content_type: &str) -> String {
    let part = &mail[mail.find(content_type).expect("the part")..];
    let (head, body) = part.split_once("\r\n\r\n").expect("a body");
    let body = &body[..body.find("\r\n--").expect("the part's end")];
    if head.contains("base64") {
        return String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).expect("base64")).expect("UTF-8");
    }
    if head.contains("quoted-printable") { from_quoted_printable(body) } else { body.to_owned() }
}

fn from_quoted_printable(body: &str) -> String {
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).expect("two digits"));
        rest = &after[2..];
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes).expect("UTF-8")
}

/// Keeps every mail; answers the next ones with what a test has put in store.
#[derive(Clone, Default)]
pub(crate) struct Mailbox {
    mails: Arc<Mutex<Vec<Mail>>>,
    refused: Arc<Mutex<Vec<Mail>>>,
    answers: Arc<Mutex<VecDeque<SendError>>>,
}

impl Mailbox {
    /// The next mail that is sent gets this answer.
    pub(crate) fn refuse_next(&self, answer: SendError) {
        self.answers.lock().expect("no panic").push_back(answer);
    }

    /// All mails taken, the oldest first.
    pub(crate) fn mails(&self) -> Vec<Mail> {
        self.mails.lock().expect("no panic").clone()
    }

    /// All mails turned away.
    pub(crate) fn refused(&self) -> Vec<Mail> {
        self.refused.lock().expect("no panic").clone()
    }

    /// The mails to one address.
    pub(crate) fn mails_to(&self, address: &str) -> Vec<Mail> {
        self.mails().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// The newest mail to one address.
    pub(crate) fn newest_to(&self, address: &str) -> Mail {
        self.mails_to(address).pop().unwrap_or_else(|| panic!("no mail to {address}"))
    }
}

#[async_trait::async_trait]
impl MailTransport for Mailbox {
    async fn send(&self, message: Message) -> Result<(), SendError> {
        let mail = Mail::read(&message);
        if let Some(answer) = self.answers.lock().expect("no panic").pop_front() {
            self.refused.lock().expect("no panic").push(mail);
            return Err(answer);
        }
        self.mails.lock().expect("no panic").push(mail);
        Ok(())
    }
}
