//! Mail that was not taken, of all tenants.

use crate::{mail_line::MailLine, page::pages};

/// What was just done; told once at the top of the page that follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailNotice {
    /// A new secret is on its way.
    Resent,
    /// What waited is being tried.
    Tried,
    /// There is a newer one that brings the same.
    Before,
    /// It cannot be sent again.
    NotResent,
}

impl MailNotice {
    /// All, for reading back from the query.
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

    /// Back from its name.
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
    /// Not yet sent.
    pub waiting: u32,
    /// Of these, tried already.
    pub delayed: u32,
    /// No such recipient, in the last days.
    pub refused: u32,
    /// Given up for another reason, in the last days.
    pub given_up: u32,
    /// What was not taken, the newest first.
    pub mails: Vec<TenantMailLine>,
    /// Address of the page with older ones.
    pub next: Option<String>,
    /// What was just done.
    pub notice: Option<MailNotice>,
}

/// A mail with whom it goes to.
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
    /// The mail.
    pub mail: MailLine,
}

pages! {
    /// The list.
    mail(MailPage) = "console/mail.html";
}
