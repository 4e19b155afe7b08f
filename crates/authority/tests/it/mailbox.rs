//! Where the installation's mail arrives, and how a test reads it.

use authority::mail::{MailTransport, SendError};
use lettre::{Message, message::header};
use mail_parser::{MessageParser, PartType};
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
        let bytes = message.formatted();
        let (mut text, mut html) = (String::new(), String::new());
        for part in MessageParser::default().parse(&bytes).expect("a mail").parts {
            match part.body {
                PartType::Text(body) => text = body.into_owned(),
                PartType::Html(body) => html = body.into_owned(),
                _ => {}
            }
        }
        assert!(!text.is_empty() && !html.is_empty(), "both parts");
        let subject = message.headers().get::<header::Subject>().expect("a subject");
        let message_id = message.headers().get::<header::MessageId>().expect("a Message-ID");
        Self {
            to: message.envelope().to().iter().map(ToString::to_string).collect(),
            subject: subject.as_ref().to_owned(),
            text,
            html,
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
