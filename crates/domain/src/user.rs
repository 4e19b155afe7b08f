//! A person of a tenant.

use crate::{
    certificate_text::RomanName,
    email::EmailAddress,
    id::{TenantId, UserId},
    locale::Locale,
    login_name::LoginName,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

/// A person's rights at the desk and the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Runs the installation (a user of the installation's own tenant).
    Operator,
    /// Manages the tenant's users and certificates (運用管理者).
    Administrator,
    /// Sees what an administrator sees, changes nothing (監査者).
    Auditor,
    /// Has certificates and uses the application (利用者).
    User,
}

impl Role {
    /// All roles, for reading stored values.
    pub const ALL: [Self; 4] = [Self::Operator, Self::Administrator, Self::Auditor, Self::User];

    /// The stable name in the store, in CSV and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
            Self::User => "user",
        }
    }
}

/// Whether this person may pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UserState {
    /// Yes, with a good certificate.
    Active,
    /// Not now; can be resumed.
    Suspended,
}

impl UserState {
    /// All states, for reading stored values.
    pub const ALL: [Self; 2] = [Self::Active, Self::Suspended];

    /// The stable name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
        }
    }
}

/// How far a person has come, the worst first; shown in the list of users, never a reason for permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// May not pass, with any certificate.
    Suspended,
    /// Has a certificate on hold.
    OnHold,
    /// No certificate is in force or being made, because one that would still be valid was revoked.
    Revoked,
    /// No certificate is in force or being made, because all have expired.
    Expired,
    /// Recorded; there is no invitation, application or certificate in force, and there was none before.
    NotInvited,
    /// Was sent (or given) a one-time password that still works.
    Invited,
    /// Has applied; waits for approval or has a PIN.
    Applied,
    /// Has picked up a certificate that is neither on hold, revoked nor expired.
    PickedUp,
    /// The gate has seen such a certificate.
    Proved,
}

impl Progress {
    /// All of them, the worst first, then in the order of the steps.
    pub const ALL: [Self; 9] = [
        Self::Suspended,
        Self::OnHold,
        Self::Revoked,
        Self::Expired,
        Self::NotInvited,
        Self::Invited,
        Self::Applied,
        Self::PickedUp,
        Self::Proved,
    ];

    /// The stable name in addresses and texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Suspended => "suspended",
            Self::OnHold => "on-hold",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
            Self::NotInvited => "not-invited",
            Self::Invited => "invited",
            Self::Applied => "applied",
            Self::PickedUp => "picked-up",
            Self::Proved => "proved",
        }
    }
}

/// A certificate that ends within this number of days ends soon.
pub const ENDING_SOON_DAYS: i32 = 30;

/// A subset of a tenant's users, for filtering a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserSubset {
    /// Users with exactly this progress.
    At(Progress),
    /// Users with a certificate in force that ends within [`ENDING_SOON_DAYS`].
    EndingSoon,
    /// Users whose first certificate in force to end does so from one moment on, before another one.
    EndingBetween {
        /// The first moment.
        from: Timestamp,
        /// The first moment that is too late.
        until: Timestamp,
    },
    /// Users whose newest mail was not accepted.
    MailTrouble,
}

impl UserSubset {
    /// All subsets with a name of their own, in the order of the list's filter.
    pub const ALL: [Self; 11] = [
        Self::At(Progress::Suspended),
        Self::At(Progress::OnHold),
        Self::At(Progress::Revoked),
        Self::At(Progress::Expired),
        Self::At(Progress::NotInvited),
        Self::At(Progress::Invited),
        Self::At(Progress::Applied),
        Self::At(Progress::PickedUp),
        Self::At(Progress::Proved),
        Self::EndingSoon,
        Self::MailTrouble,
    ];

    /// The stable name in addresses and texts.
    pub fn name(self) -> &'static str {
        match self {
            Self::At(progress) => progress.name(),
            Self::EndingSoon => "ending-soon",
            Self::EndingBetween { .. } => "ending-between",
            Self::MailTrouble => "mail-trouble",
        }
    }
}

/// A user's record.
#[derive(Debug, Clone)]
pub struct User {
    /// Identity.
    pub id: UserId,
    /// The company.
    pub tenant: TenantId,
    /// The person's rights.
    pub role: Role,
    /// Sign-in name, unique within the tenant.
    pub login_name: LoginName,
    /// Name as people write it, in any script.
    pub display_name: String,
    /// Reading (よみ), for sorting; may be empty.
    pub reading: String,
    /// Name as written into certificates; the first administrator gives it when applying.
    pub roman_name: Option<RomanName>,
    /// Address, unique within the tenant.
    pub email: EmailAddress,
    /// The address that applications receive: the last one proved to reach this person; `None` before that.
    pub proved_email: Option<EmailAddress>,
    /// ASCII keys handed to the upstream.
    pub groups: Vec<GroupKey>,
    /// Free note by the administrator.
    pub note: String,
    /// Language of mails.
    pub locale: Locale,
    /// Whether this person may pass.
    pub state: UserState,
    /// From when on the person is to be suspended; `None` if nobody has said so, and for a suspended person.
    pub suspend_at: Option<Timestamp>,
}

impl User {
    /// Whether the address on record is proved to reach this person.
    pub fn email_is_proved(&self) -> bool {
        self.proved_email.as_ref() == Some(&self.email)
    }
}

/// A group's key: ASCII letters, digits, `. _ -`; goes to the upstream in `Sekisho-Groups`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupKey(String);

/// The most groups one user may have.
pub const GROUPS_PER_USER_MAX: usize = 32;

impl GroupKey {
    /// Parses one key of 1 to 64 letters; `None` if a letter does not fit.
    pub fn parse(text: &str) -> Option<Self> {
        let good = (1..=64).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        good.then(|| Self(text.to_owned()))
    }

    /// Parses a list separated by commas or blanks; the first part that is no key comes back as the error.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        let mut keys = Vec::new();
        for part in text.split([',', ';', ' ', '\u{3000}', '、']).filter(|part| !part.is_empty()) {
            let key = Self::parse(part).ok_or_else(|| part.to_owned())?;
            if !keys.contains(&key) {
                keys.push(key);
            }
            if keys.len() > GROUPS_PER_USER_MAX {
                return Err(part.to_owned());
            }
        }
        Ok(keys)
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::GroupKey;

    #[test]
    fn groups_read_from_any_separator_and_name_the_bad_one() {
        let keys = GroupKey::parse_list("sales, tokyo　sales").unwrap();
        assert_eq!(keys.iter().map(GroupKey::as_str).collect::<Vec<_>>(), ["sales", "tokyo"]);
        assert_eq!(GroupKey::parse_list("sales,営業"), Err("営業".to_owned()));
        assert_eq!(GroupKey::parse_list("a\r\nX-Evil:1"), Err("a\r\nX-Evil:1".to_owned()));
    }
}
