//! Captured mail, on an installation for trials.

use crate::page::pages;
use domain::time::Timestamp;

/// `/outbox`, newest first.
#[derive(Debug, Clone, Default)]
pub struct OutboxPage {
    pub mails: Vec<OutboxLine>,
}

/// One mail in the list.
#[derive(Debug, Clone)]
pub struct OutboxLine {
    pub href: String,
    pub to: String,
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
}

#[derive(Clone)]
pub struct OutboxMailPage {
    pub from: String,
    pub to: String,
    pub subject: String,
    /// When it was written.
    pub at: Timestamp,
    pub text: String,
    /// Lines of the text part that are links.
    pub links: Vec<String>,
}

pages! {
    outbox(OutboxPage) = "public/outbox.html";
    /// One mail as text.
    outbox_mail(OutboxMailPage) = "public/outbox_mail.html";
}
