//! Captured mail, where the installation only tries things out.

use crate::page::pages;
use domain::time::Timestamp;

/// `/outbox`, newest first.
#[derive(Debug, Clone, Default)]
pub struct OutboxPage {
    /// The mails.
    pub mails: Vec<OutboxLine>,
}

/// One mail in the list.
#[derive(Debug, Clone)]
pub struct OutboxLine {
    /// Its address.
    pub href: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
}

/// One mail.
#[derive(Clone)]
pub struct OutboxMailPage {
    /// Sender.
    pub from: String,
    /// Recipient.
    pub to: String,
    /// Subject.
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
    /// Text part.
    pub text: String,
    /// Lines of the text part that are links, to click on.
    pub links: Vec<String>,
}

pages! {
    /// The list.
    outbox(OutboxPage) = "public/outbox.html";
    /// One mail as text.
    outbox_mail(OutboxMailPage) = "public/outbox_mail.html";
}
