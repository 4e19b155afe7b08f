//! Mails of all tenants that were not accepted.

use crate::{mail_line::MailLine, page::pages};

/// The notice of an act, shown once at the top of the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailNotice {
    /// A mail with a new secret was sent.
    Resent,
    /// The waiting mails are being tried.
    Tried,
    /// A newer mail of the same purpose exists.
    Before,
    /// The mail cannot be sent again.
    NotResent,
}

impl MailNotice {
    /// All, for reading the query.
    pub const ALL: [Self; 4] = [Self::Resent, Self::Tried, Self::Before, Self::NotResent];

    /// The stable name, for `?done=`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Resent => "mail-resent",
            Self::Tried => "mail-tried",
            Self::Before => "mail-before",
            Self::NotResent => "mail-not-resent",
        }
    }

    /// The notice with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notice| notice.name() == name)
    }

    fn failed(self) -> bool {
        matches!(self, Self::Before | Self::NotResent)
    }

    fn key(self) -> String {
        format!("notice-{}", self.name())
    }
}

/// `/mail` of the console. Acts lead to `/mail/retry` and `/mail/{tenant}/{mail}/resend`.
#[derive(Debug, Clone, Default)]
pub struct MailPage {
    pub waiting: u32,
    /// Of these, mails with at least one attempt.
    pub delayed: u32,
    /// Refused as no such recipient, in the last days.
    pub refused: u32,
    /// Given up for another reason, in the last days.
    pub given_up: u32,
    /// Mails that were not accepted, the newest first.
    pub mails: Vec<TenantMailLine>,
    /// Address of the page with older mails.
    pub next: Option<String>,
    /// The notice of the last act.
    pub notice: Option<MailNotice>,
}

/// A mail and its recipient.
#[derive(Debug, Clone)]
pub struct TenantMailLine {
    /// The tenant's id.
    pub tenant: String,
    /// The tenant's name.
    pub tenant_name: String,
    /// The person's name.
    pub user_name: String,
    /// The person's sign-in name.
    pub login_name: String,
    pub mail: MailLine,
}

pages! {
    mail(MailPage) = "console/mail.html";
}
