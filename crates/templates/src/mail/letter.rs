//! A mail as a list of blocks, and its two renderings.

use super::{Attachment, Letterhead, Mail};
use crate::{
    page::render,
    voice::{Amount, Phrase, Voice},
};
use askama::Template;

/// One block of a mail.
pub(super) enum Block {
    Paragraph(Phrase),
    /// A warning.
    Warning(Phrase),
    Heading(Phrase),
    Steps(Vec<Phrase>),
    /// An unordered list.
    Items(Vec<Phrase>),
    Facts(Vec<(Phrase, String)>),
    /// A text to copy, in fixed width on a line of its own.
    Code(Phrase, String),
    /// An address on a line of its own.
    Link(Phrase, String),
}

/// A mail in preparation.
pub(super) struct MailDraft<'a> {
    head: &'a Letterhead,
    pub(super) t: Voice,
    subject: Phrase,
    recipient: String,
    blocks: Vec<Block>,
    attachment: Option<Attachment>,
}

impl<'a> MailDraft<'a> {
    /// A mail to a person of that name; an empty name gives a neutral greeting.
    pub(super) fn new(head: &'a Letterhead, subject: &'static str, recipient: &str) -> Self {
        let t = head.voice();
        let subject = t.say(subject);
        Self { head, t, subject, recipient: recipient.to_owned(), blocks: Vec::new(), attachment: None }
    }

    /// Gives the subject's `{ $name }` a value.
    pub(super) fn about(mut self, name: &'static str, value: impl Amount) -> Self {
        self.subject = self.subject.with(name, value);
        self
    }

    pub(super) fn attached(mut self, attachment: Attachment) -> Self {
        self.attachment = Some(attachment);
        self
    }

    pub(super) fn say(self, key: &'static str) -> Self {
        let phrase = self.phrase(key);
        self.block(Block::Paragraph(phrase))
    }

    pub(super) fn warn(self, key: &'static str) -> Self {
        let phrase = self.phrase(key);
        self.block(Block::Warning(phrase))
    }

    /// The text under `key`, which may tell whom to ask: `{ $whom }`.
    fn phrase(&self, key: &'static str) -> Phrase {
        self.t.say(key).with("whom", self.head.whom(&self.t))
    }

    pub(super) fn heading(self, key: &'static str) -> Self {
        let phrase = self.t.say(key);
        self.block(Block::Heading(phrase))
    }

    pub(super) fn steps(self, key: &str) -> Self {
        let steps = self.t.list(key);
        self.block(Block::Steps(steps))
    }

    /// The steps of a list, and one more.
    pub(super) fn steps_and(self, key: &str, last: &'static str) -> Self {
        let mut steps = self.t.list(key);
        steps.push(self.t.say(last));
        self.block(Block::Steps(steps))
    }

    pub(super) fn code(self, label: &'static str, code: &str) -> Self {
        let label = self.t.say(label);
        self.block(Block::Code(label, code.to_owned()))
    }

    pub(super) fn link(self, label: &'static str, address: String) -> Self {
        let label = self.t.say(label);
        self.block(Block::Link(label, address))
    }

    pub(super) fn facts(self, facts: Vec<(&'static str, String)>) -> Self {
        let facts = facts.into_iter().map(|(label, value)| (self.t.say(label), value)).collect();
        self.block(Block::Facts(facts))
    }

    pub(super) fn block(mut self, block: Block) -> Self {
        self.blocks.push(block);
        self
    }

    pub(super) fn mail(self) -> Mail {
        let text = render(&TextPart {
            head: self.head,
            t: &self.t,
            recipient: &self.recipient,
            blocks: &self.blocks,
        });
        let html = render(&HtmlPart {
            head: self.head,
            t: &self.t,
            subject: &self.subject,
            recipient: &self.recipient,
            blocks: &self.blocks,
        });
        Mail { subject: self.subject.to_string(), text, html, attachment: self.attachment }
    }
}

#[derive(Template)]
#[template(path = "mail/letter.txt", escape = "none")]
struct TextPart<'a> {
    head: &'a Letterhead,
    t: &'a Voice,
    recipient: &'a str,
    blocks: &'a [Block],
}

#[derive(Template)]
#[template(path = "mail/letter.html")]
struct HtmlPart<'a> {
    head: &'a Letterhead,
    t: &'a Voice,
    subject: &'a Phrase,
    recipient: &'a str,
    blocks: &'a [Block],
}
