//! A one-time password with which one person applies once.

use crate::{
    id::{InvitationId, TenantId, UserId},
    time::Timestamp,
};

/// How the one-time password was delivered, which decides what an application must show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationKind {
    /// On the contract sheet, for the first administrator: the application needs `data_entry.txt` too.
    Sheet,
    /// By mail or printed slip, for one user.
    Personal,
}

impl InvitationKind {
    /// All kinds, for reading stored values.
    pub const ALL: [Self; 2] = [Self::Sheet, Self::Personal];

    /// The stable name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sheet => "sheet",
            Self::Personal => "personal",
        }
    }
}

/// An invitation as the store keeps it, without its password.
#[derive(Debug, Clone)]
pub struct Invitation {
    /// Identity.
    pub id: InvitationId,
    /// The company.
    pub tenant: TenantId,
    /// The person who may apply with it.
    pub user: UserId,
    /// How the password was delivered.
    pub kind: InvitationKind,
    /// Keyed hash of the one-time password.
    pub secret_hash: [u8; 32],
    /// From this time on it opens nothing.
    pub expires_at: Timestamp,
    /// When it was used; a new invitation also spends the older ones.
    pub spent_at: Option<Timestamp>,
}

impl Invitation {
    /// Whether the invitation opens an application at `now`, for an applicant with or without a good
    /// `data_entry.txt`.
    pub fn admits(&self, secret_matches: bool, data_entry_shown: bool, now: Timestamp) -> bool {
        let kind_satisfied = self.kind == InvitationKind::Personal || data_entry_shown;
        secret_matches && kind_satisfied && self.spent_at.is_none() && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_core::SeedableRng;

    fn invitation(kind: InvitationKind) -> Invitation {
        let mut rng = rand_chacha::ChaCha20Rng::seed_from_u64(1);
        let now = Timestamp::UNIX_EPOCH;
        Invitation {
            id: InvitationId::new(now, &mut rng),
            tenant: TenantId::new(now, &mut rng),
            user: UserId::new(now, &mut rng),
            kind,
            secret_hash: [0; 32],
            expires_at: Timestamp::from_second(100).unwrap(),
            spent_at: None,
        }
    }

    #[test]
    fn the_sheet_password_alone_is_not_enough_without_the_file() {
        let sheet = invitation(InvitationKind::Sheet);
        assert!(!sheet.admits(true, false, Timestamp::UNIX_EPOCH));
        assert!(sheet.admits(true, true, Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn a_spent_expired_or_wrong_password_opens_nothing() {
        let mut personal = invitation(InvitationKind::Personal);
        assert!(personal.admits(true, false, Timestamp::UNIX_EPOCH));
        assert!(!personal.admits(false, false, Timestamp::UNIX_EPOCH));
        assert!(!personal.admits(true, false, Timestamp::from_second(100).unwrap()));
        personal.spent_at = Some(Timestamp::UNIX_EPOCH);
        assert!(!personal.admits(true, true, Timestamp::UNIX_EPOCH));
    }
}
