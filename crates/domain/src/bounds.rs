//! The most that one tenant may have of shared resources, set by the operator: far beyond honest use.

use crate::refusal::Problem;

/// The bounds of every tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TenantBounds {
    /// People on record.
    pub people_max: u32,
    /// Imports that are kept, finished ones included.
    pub imports_kept_max: u32,
    /// Invitations by import or for several people at once, within a day.
    pub bulk_mails_per_day_max: u32,
}

impl Default for TenantBounds {
    fn default() -> Self {
        // Twice the most rows of the longest file that is read.
        Self { people_max: 200_000, imports_kept_max: 100, bulk_mails_per_day_max: 200_000 }
    }
}

/// What one tenant uses of its bounds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// People on record, and people that running imports will add.
    pub people: u64,
    /// Bulk mails of the last day, and mails that running imports will write.
    pub bulk_mails: u64,
}

/// A bound that an act would exceed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BoundReached {
    /// More people than a tenant may have.
    #[error("that would be {would} people, and a tenant may have {max} (limits.people_max)")]
    People {
        /// The bound.
        max: u32,
        /// The number after the act.
        would: u64,
    },
    /// More bulk mails in a day than a tenant may send.
    #[error(
        "that would be {would} invitations within a day, and a tenant may send {max} (limits.bulk_mails_per_day_max); \
         the rest can be imported tomorrow"
    )]
    BulkMails {
        /// The bound.
        max: u32,
        /// The number after the act.
        would: u64,
    },
    /// More unfinished imports than are kept.
    #[error("{max} imports wait or run already (limits.imports_kept_max); finish one, or wait a day")]
    Imports {
        /// The bound.
        max: u32,
    },
}

impl From<BoundReached> for Problem {
    fn from(error: BoundReached) -> Self {
        match error {
            BoundReached::People { max, .. } => Self::TooManyPeople { max },
            BoundReached::BulkMails { max, .. } => Self::TooManyInvitations { max },
            BoundReached::Imports { max } => Self::TooManyImports { max },
        }
    }
}

impl TenantBounds {
    /// Whether so many people may be added, of whom so many are invited by bulk mails.
    pub fn admit(&self, usage: Usage, people: u64, bulk_mails: u64) -> Result<(), BoundReached> {
        let would = usage.people + people;
        if people > 0 && would > u64::from(self.people_max) {
            return Err(BoundReached::People { max: self.people_max, would });
        }
        let would = usage.bulk_mails + bulk_mails;
        if bulk_mails > 0 && would > u64::from(self.bulk_mails_per_day_max) {
            return Err(BoundReached::BulkMails { max: self.bulk_mails_per_day_max, would });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_one_that_fits_is_admitted_and_the_next_is_not() {
        let bounds = TenantBounds { people_max: 10, imports_kept_max: 1, bulk_mails_per_day_max: 5 };
        let usage = Usage { people: 8, bulk_mails: 3 };
        assert_eq!(bounds.admit(usage, 2, 2), Ok(()));
        assert_eq!(bounds.admit(usage, 3, 0), Err(BoundReached::People { max: 10, would: 11 }));
        assert_eq!(bounds.admit(usage, 0, 3), Err(BoundReached::BulkMails { max: 5, would: 6 }));
        let full = Usage { people: 12, bulk_mails: 9 };
        assert_eq!(bounds.admit(full, 0, 0), Ok(()), "what takes nothing is not refused");
    }

    #[test]
    fn the_defaults_are_far_beyond_honest_use() {
        let bounds = TenantBounds::default();
        let longest_file = u32::try_from(crate::import::IMPORT_ROWS_MAX).unwrap();
        assert!(bounds.people_max >= 2 * longest_file && bounds.bulk_mails_per_day_max >= 2 * longest_file);
    }
}
