//! The audit log: every act by a person or a token, in the act's own transaction.
//!
//! Rows are sealed in order into a hash chain soon afterwards: each hash covers the row and the previous
//! hash, so a check finds a changed, missing or re-ordered row.

use crate::{
    act::Act,
    grant::Actor,
    id::{TenantId, UserId},
    time::Timestamp,
};
use std::net::IpAddr;

/// One act, as it is written.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    /// The time of the act.
    pub at: Timestamp,
    /// The actor.
    pub actor: Actor,
    /// The act.
    pub act: Act,
    /// The tenant that the act concerns.
    pub tenant: Option<TenantId>,
    /// The record's id or reference.
    pub subject: String,
    /// Further facts in plain text, `key=value` separated by blanks; never a secret.
    pub detail: String,
    /// The actor's address; `None` if not over the network.
    pub address: Option<IpAddr>,
}

/// One act, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// Position in the log.
    pub seq: i64,
    /// The time of the act.
    pub at: Timestamp,
    /// `machine`, `system`, `public` or `user`.
    pub actor_kind: String,
    /// The actor, if it is a person.
    pub actor_user: Option<UserId>,
    /// An [`Act`]'s name, perhaps one that only a later release knows.
    pub act: String,
    /// The tenant that the act concerns.
    pub tenant: Option<TenantId>,
    /// The record's id or reference.
    pub subject: String,
    /// Further facts in plain text, `key=value` separated by blanks.
    pub detail: String,
    /// The actor's address; `None` if not over the network.
    pub address: Option<String>,
    /// The seal; `None` while the row is not sealed.
    pub hash: Option<[u8; 32]>,
}

impl Actor {
    /// The stable name in the log.
    pub fn kind_name(self) -> &'static str {
        match self {
            Self::User { .. } => "user",
            Self::Machine => "machine",
            Self::System => "system",
            Self::Public => "public",
        }
    }
}

impl AuditRow {
    /// The bytes that a seal covers: the previous hash, then each field with its length, so that no two
    /// different rows give the same bytes.
    pub fn sealed_bytes(&self, previous: &[u8; 32]) -> Vec<u8> {
        let mut bytes = previous.to_vec();
        bytes.extend(self.seq.to_be_bytes());
        bytes.extend(self.at.as_millisecond().to_be_bytes());
        let user = self.actor_user.map(|id| id.to_string()).unwrap_or_default();
        let tenant = self.tenant.map(|id| id.to_string()).unwrap_or_default();
        let address = self.address.clone().unwrap_or_default();
        for field in [&self.actor_kind, &user, &self.act, &tenant, &self.subject, &self.detail, &address] {
            bytes.extend((field.len() as u64).to_be_bytes());
            bytes.extend(field.as_bytes());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(subject: &str, detail: &str) -> AuditRow {
        AuditRow {
            seq: 1,
            at: Timestamp::UNIX_EPOCH,
            actor_kind: "machine".into(),
            actor_user: None,
            act: "revoke-certificate".into(),
            tenant: None,
            subject: subject.into(),
            detail: detail.into(),
            address: None,
            hash: None,
        }
    }

    #[test]
    fn moving_text_from_one_field_to_the_next_changes_the_sealed_bytes() {
        assert_ne!(row("ab", "c").sealed_bytes(&[0; 32]), row("a", "bc").sealed_bytes(&[0; 32]));
        assert_ne!(row("a", "b").sealed_bytes(&[0; 32]), row("a", "b").sealed_bytes(&[1; 32]));
    }
}
