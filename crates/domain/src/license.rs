//! What the contract allows now: seats and validity.

use crate::time::{DAY, Timestamp};

/// The licence as the store says it (the file `data_entry.txt` only proves origin and tenant).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct License {
    /// How many certificates may be in force at a time, one a device.
    pub seats: u32,
    /// The end of the contract; nothing is issued or renewed from then on.
    pub valid_until: Timestamp,
}

/// Why the licence allows no further certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LicenseRefusal {
    /// The contract's valid-until has passed.
    #[error("the licence ended at {0}")]
    Expired(Timestamp),
    /// All seats are taken.
    #[error("all {0} seats are in use")]
    SeatsUsedUp(u32),
}

impl License {
    /// May one more certificate be issued while `seats_used` are in force or on the way?
    pub fn admit(&self, seats_used: u32, now: Timestamp) -> Result<(), LicenseRefusal> {
        if now >= self.valid_until {
            return Err(LicenseRefusal::Expired(self.valid_until));
        }
        if seats_used >= self.seats {
            return Err(LicenseRefusal::SeatsUsedUp(self.seats));
        }
        Ok(())
    }

    /// From when on the tenant is suspended: `contract_grace_days` after the end.
    pub fn suspended_from(&self, contract_grace_days: u32) -> Timestamp {
        self.valid_until
            .checked_add(DAY * i32::try_from(contract_grace_days).unwrap_or(i32::MAX))
            .unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_seat_is_given_and_no_further_one() {
        let license = License { seats: 2, valid_until: Timestamp::from_second(1000).unwrap() };
        let now = Timestamp::from_second(999).unwrap();
        assert_eq!(license.admit(1, now), Ok(()));
        assert_eq!(license.admit(2, now), Err(LicenseRefusal::SeatsUsedUp(2)));
    }

    #[test]
    fn nothing_is_issued_from_the_very_end_of_the_contract_on() {
        let end = Timestamp::from_second(1000).unwrap();
        assert_eq!(License { seats: 9, valid_until: end }.admit(0, end), Err(LicenseRefusal::Expired(end)));
    }
}
