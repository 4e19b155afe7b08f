//! A mail in a list: what it brings, where it stands, and what the mail server said.

use crate::voice::{Phrase, Voice};
use domain::{
    mail::{MailPurpose, MailStanding, MailTrouble},
    time::Timestamp,
};

/// A mail to one person.
#[derive(Debug, Clone)]
pub struct MailLine {
    /// Id.
    pub id: String,
    /// What it brings.
    pub purpose: MailPurpose,
    /// Where it stands.
    pub standing: MailStanding,
    /// Why it has not left.
    pub trouble: Option<MailTrouble>,
    /// The mail server's own words.
    pub words: Option<String>,
    /// When it was written.
    pub at: Timestamp,
    /// When it is tried next.
    pub next: Option<Timestamp>,
    /// Is there anything to be gained by sending it again?
    pub can_resend: bool,
}

impl MailLine {
    pub(crate) fn purpose_key(&self) -> String {
        format!("mail-purpose-{}", self.purpose.name())
    }

    /// What the button says: a secret is made anew, news is only tried.
    pub(crate) fn resend_key(&self) -> &'static str {
        match self.purpose {
            MailPurpose::Invitation => "mail-resend-invitation",
            MailPurpose::Pin => "mail-resend-pin",
            MailPurpose::Notice => "mail-resend-notice",
        }
    }

    /// Why it has not left, in our words.
    pub(crate) fn why(&self, t: &Voice) -> Option<Phrase> {
        self.trouble.map(|trouble| t.say(format!("mail-trouble-{}", trouble.name())))
    }
}
