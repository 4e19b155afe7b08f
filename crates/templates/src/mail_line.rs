//! A mail in a list: its purpose, its standing, and the mail server's words.

use crate::voice::{Phrase, Voice};
use domain::{
    mail::{MailPurpose, MailStanding, MailTrouble},
    time::Timestamp,
};

/// A mail to one person.
#[derive(Debug, Clone)]
pub struct MailLine {
    pub id: String,
    pub purpose: MailPurpose,
    pub standing: MailStanding,
    /// Why it has not left.
    pub trouble: Option<MailTrouble>,
    /// The mail server's own words.
    pub words: Option<String>,
    /// When it was written.
    pub at: Timestamp,
    /// When the next attempt is due.
    pub next: Option<Timestamp>,
    /// Whether a second sending could help.
    pub can_resend: bool,
}

impl MailLine {
    pub(crate) fn purpose_key(&self) -> String {
        format!("mail-purpose-{}", self.purpose.name())
    }

    /// The button's text: a mail with a secret gets a new secret, any other mail is tried again.
    pub(crate) fn resend_key(&self) -> &'static str {
        match self.purpose {
            MailPurpose::Invitation => "mail-resend-invitation",
            MailPurpose::Pin => "mail-resend-pin",
            MailPurpose::Notice => "mail-resend-notice",
        }
    }

    /// Why the mail has not left, in Sekisho's words.
    pub(crate) fn why(&self, t: &Voice) -> Option<Phrase> {
        self.trouble.map(|trouble| t.say(format!("mail-trouble-{}", trouble.name())))
    }
}
