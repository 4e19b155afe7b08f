//! Where the installation's mail arrives.

use authority::mail::{MailTransport, SendError};
use lettre::Message;
use mail_parser::MessageParser;
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
        let bytes = message.formatted();
        let mail = MessageParser::default().parse(&bytes).unwrap();
        self.0.lock().unwrap().push(mail.body_text(0).unwrap().into_owned());
        Ok(())
    }
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
