//! Mail on its way: its class, what it brings, and where it stands.

use serde::Serialize;

/// Which of two queues of the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailClass {
    /// A person waits for it, or would have to act on it at once: a PIN, a single invitation, "not you?".
    Awaited,
    /// One of many that a single act brought about: an import's invitations.
    Bulk,
}

impl MailClass {
    /// All classes, the first to leave first.
    pub const ALL: [Self; 2] = [Self::Awaited, Self::Bulk];

    /// The stable name in the store and in metrics.
    pub fn name(self) -> &'static str {
        match self {
            Self::Awaited => "awaited",
            Self::Bulk => "bulk",
        }
    }
}

/// What a mail brings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailPurpose {
    /// A one-time password to apply with.
    Invitation,
    /// A PIN to pick up with.
    Pin,
    /// News without a secret.
    Notice,
}

impl MailPurpose {
    /// All purposes, for reading back what was stored.
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
    /// The mail server cannot be reached, or takes nothing from us: the operator's to mend.
    Server,
    /// The server puts this one mail off, or refuses it for another reason than its recipient.
    Later,
    /// There is no such recipient, says the server: final.
    NoRecipient,
    /// What it would have opened has ended or was replaced: final.
    Closed,
    /// It has waited as long as news is of use: final.
    Stale,
    /// It cannot be composed or unsealed: final.
    Unreadable,
}

impl MailTrouble {
    /// All troubles, for reading back what was stored.
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

/// Where a mail stands, as people see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailStanding {
    /// In the outbox, not tried yet.
    Queued,
    /// Tried, and waits for the next try.
    Delayed,
    /// The next server has taken it.
    Sent,
    /// There is no such recipient.
    Refused,
    /// It will not be sent.
    GivenUp,
}

impl MailStanding {
    /// All standings, for reading back what was stored.
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

    /// Where a mail stands that was given up because of this.
    pub fn ended_by(trouble: MailTrouble) -> Self {
        if trouble == MailTrouble::NoRecipient { Self::Refused } else { Self::GivenUp }
    }

    /// Does somebody have to look at it?
    pub fn needs_attention(self) -> bool {
        matches!(self, Self::Delayed | Self::Refused | Self::GivenUp)
    }
}
