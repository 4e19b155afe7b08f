//! Where the installation's mail arrives, and how a test reads it.

use authority::mail::{MailTransport, SendError};
use lettre::{Message, message::header};
use mail_parser::{MessageParser, MimeHeaders, PartType};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

/// A mail, decoded.
#[derive(Debug, Clone)]
pub struct ReceivedMail {
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The file for calendars, if there is one.
    pub calendar: Option<String>,
    pub message_id: String,
}

impl ReceivedMail {
    fn read(message: &Message) -> Self {
        let bytes = message.formatted();
        let (mut text, mut html, mut calendar) = (String::new(), String::new(), None);
        for part in MessageParser::default().parse(&bytes).expect("a mail").parts {
            let subtype = part.content_type().and_then(|of| of.c_subtype.as_deref());
            let is_calendar = subtype == Some("calendar");
            match part.body {
                PartType::Text(body) if is_calendar => calendar = Some(body.into_owned()),
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
            calendar,
            message_id: message_id.as_ref().to_owned(),
        }
    }

    /// 受付番号 of a pickup mail.
    pub fn reference(&self) -> String {
        reference_in(&self.text)
    }

    /// The PIN of a pickup mail, as written.
    pub fn pin(&self) -> String {
        pin_in(&self.text)
    }

    /// The one-time password of an invitation, as written: the longest word in groups of four.
    pub fn one_time_password(&self) -> String {
        let is_it =
            |line: &str| line.len() > 14 && line.split('-').all(|four| four.len() == 4 || four.len() == 2);
        line_in(&self.text, is_it)
    }
}

/// 受付番号 and the PIN, as written, in a pickup mail's text.
pub fn reference_and_pin(text: &str) -> (String, String) {
    (reference_in(text), pin_in(text))
}

fn reference_in(text: &str) -> String {
    let (_, after) = text.split_once("reference=").unwrap_or_else(|| panic!("none in {text}"));
    after.chars().take_while(char::is_ascii_alphanumeric).collect()
}

fn pin_in(text: &str) -> String {
    line_in(text, |line| line.len() == 14 && line.chars().all(|c| c.is_ascii_digit() || " -".contains(c)))
}

fn line_in(text: &str, is_it: impl Fn(&str) -> bool) -> String {
    let found = text.lines().map(str::trim).find(|line| is_it(line));
    found.unwrap_or_else(|| panic!("no such line in {text}")).to_owned()
}

/// Keeps every mail; answers the next ones with what a test has put in store.
#[derive(Clone, Default)]
pub struct Mailbox {
    mails: Arc<Mutex<Vec<ReceivedMail>>>,
    refused: Arc<Mutex<Vec<ReceivedMail>>>,
    answers: Arc<Mutex<VecDeque<SendError>>>,
}

impl Mailbox {
    /// The next mail that is sent gets this answer.
    pub fn refuse_next(&self, answer: SendError) {
        self.answers.lock().expect("no panic").push_back(answer);
    }

    /// All mails taken, the oldest first.
    pub fn mails(&self) -> Vec<ReceivedMail> {
        self.mails.lock().expect("no panic").clone()
    }

    /// All mails turned away.
    pub fn refused(&self) -> Vec<ReceivedMail> {
        self.refused.lock().expect("no panic").clone()
    }

    /// The mails to one address.
    pub fn mails_to(&self, address: &str) -> Vec<ReceivedMail> {
        self.mails().into_iter().filter(|mail| mail.to == address).collect()
    }

    /// The newest mail to one address.
    pub fn newest_to(&self, address: &str) -> ReceivedMail {
        self.mails_to(address).pop().unwrap_or_else(|| panic!("no mail to {address}"))
    }
}

#[async_trait::async_trait]
impl MailTransport for Mailbox {
    async fn send(&self, message: Message) -> Result<(), SendError> {
        let mail = ReceivedMail::read(&message);
        if let Some(answer) = self.answers.lock().expect("no panic").pop_front() {
            self.refused.lock().expect("no panic").push(mail);
            return Err(answer);
        }
        self.mails.lock().expect("no panic").push(mail);
        Ok(())
    }
}
