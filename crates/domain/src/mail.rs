//! Mail on its way: its class, its purpose, and its standing.

use serde::Serialize;

/// The two queues of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailClass {
    /// A person waits for the mail, or must be able to act on it at once: a PIN, a single invitation, "not you?".
    Awaited,
    /// One of many mails of a single act: an import's invitations.
    Bulk,
}

impl MailClass {
    /// All classes, in the order in which they leave.
    pub const ALL: [Self; 2] = [Self::Awaited, Self::Bulk];

    /// The stable name in the store and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Awaited => "awaited",
            Self::Bulk => "bulk",
        }
    }
}

/// The purpose of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailPurpose {
    /// A one-time password for an application.
    Invitation,
    /// A PIN for a pickup.
    Pin,
    /// A message without a secret.
    Notice,
}

impl MailPurpose {
    /// All purposes, for reading stored values.
    pub const ALL: [Self; 3] = [Self::Invitation, Self::Pin, Self::Notice];

    /// The stable name in the store, in texts and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Pin => "pin",
            Self::Notice => "notice",
        }
    }
}

/// Why a mail has not left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailTrouble {
    /// The mail server cannot be reached, or accepts no mail from Sekisho: the operator must repair this.
    Server,
    /// The server delays this one mail, or refuses it for a reason other than its recipient.
    Later,
    /// The server knows no such recipient: final.
    NoRecipient,
    /// The secret in the mail has ended or was replaced: final.
    Closed,
    /// The mail has waited longer than its message is useful: final.
    Stale,
    /// The mail cannot be composed or unsealed: final.
    Unreadable,
}

impl MailTrouble {
    /// All troubles, for reading stored values.
    pub const ALL: [Self; 6] =
        [Self::Server, Self::Later, Self::NoRecipient, Self::Closed, Self::Stale, Self::Unreadable];

    /// The stable name in the store, in texts and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Later => "later",
            Self::NoRecipient => "no-recipient",
            Self::Closed => "closed",
            Self::Stale => "stale",
            Self::Unreadable => "unreadable",
        }
    }
}

/// The standing of a mail, as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailStanding {
    /// In the outbox, with no attempt yet.
    Queued,
    /// Waits for the next attempt.
    Delayed,
    /// The next server has accepted it.
    Sent,
    /// The server knows no such recipient.
    Refused,
    /// It will not be sent.
    GivenUp,
}

impl MailStanding {
    /// All standings, for reading stored values.
    pub const ALL: [Self; 5] = [Self::Queued, Self::Delayed, Self::Sent, Self::Refused, Self::GivenUp];

    /// The stable name in the store, in texts and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Delayed => "delayed",
            Self::Sent => "sent",
            Self::Refused => "refused",
            Self::GivenUp => "given-up",
        }
    }

    /// The standing of a mail that was given up for this trouble.
    pub fn ended_by(trouble: MailTrouble) -> Self {
        if trouble == MailTrouble::NoRecipient { Self::Refused } else { Self::GivenUp }
    }

    /// Whether an administrator must act on the mail.
    pub fn needs_attention(self) -> bool {
        matches!(self, Self::Delayed | Self::Refused | Self::GivenUp)
    }
}
