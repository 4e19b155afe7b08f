//! Where the installation's mail arrives.

use authority::mail::{MailTransport, SendError};
use base64::{Engine, engine::general_purpose::STANDARD};
use lettre::Message;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

/// Keeps the text part of every mail; answers the next ones with what a test has put in store.
#[derive(Clone, Default)]
pub(crate) struct Mailbox(Arc<Mutex<Vec<String>>>, Arc<Mutex<VecDeque<SendError>>>);

impl Mailbox {
    pub(crate) fn newest(&self) -> String {
        self.0.lock().unwrap().last().cloned().unwrap_or_default()
    }

    /// The next mail that is sent gets this answer.
    pub(crate) fn refuse_next(&self, answer: SendError) {
        self.1.lock().unwrap().push_back(answer);
    }
}

#[async_trait::async_trait]
impl MailTransport for Mailbox {
    async fn send(&self, message: Message) -> Result<(), SendError> {
        if let Some(answer) = self.1.lock().unwrap().pop_front() {
            return Err(answer);
        }
        self.0.lock().unwrap().push(text_part(&String::from_utf8(message.formatted()).unwrap()));
        Ok(())
    }
}

fn text_part(mail: &str) -> String {
    let part = &mail[mail.find("text/plain").unwrap()..];
    let (head, body) = part.split_once("\r\n\r\n").unwrap();
    let body = &body[..body.find("\r\n--").unwrap()];
    if head.contains("base64") {
        return String::from_utf8(STANDARD.decode(body.replace("\r\n", "")).unwrap()).unwrap();
    }
    if head.contains("quoted-printable") { from_quoted_printable(body) } else { body.to_owned() }
}

fn from_quoted_printable(body: &str) -> String {
    let body = body.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = body.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        bytes.extend(before.bytes());
        bytes.push(u8::from_str_radix(&after[..2], 16).unwrap());
        rest = &after[2..];
    }
    bytes.extend(rest.bytes());
    String::from_utf8(bytes).unwrap()
}

/// Reference and PIN of a pickup mail.
pub(crate) fn reference_and_pin(mail: &str) -> (String, String) {
    let (_, after) = mail.split_once("reference=").unwrap();
    let reference = after.chars().take_while(char::is_ascii_alphanumeric).collect();
    let is_pin = |line: &&str| {
        line.len() == "1234 5678 9012".len()
            && line.chars().all(|letter| letter.is_ascii_digit() || letter == ' ')
    };
    let pin = mail.lines().map(str::trim).find(is_pin).unwrap_or_else(|| panic!("no PIN in {mail}"));
    (reference, pin.to_owned())
}
