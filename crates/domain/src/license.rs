//! The limits of the contract at present: seats and validity.

use crate::{
    refusal::{LastDay, Problem, Refusal},
    time::{DAY, SignedDuration, Timestamp},
};
use jiff::{civil::Date, tz::TimeZone};

/// The most seats of one contract.
pub const SEATS_MAX: u32 = 1_000_000;

/// In the last so many days before its end, a contract ends soon.
pub const CONTRACT_ENDING_SOON_DAYS: i32 = 30;

/// The end of a contract without end, whose last day is 9999-12-31, the last day that calendars have. The
/// value is a second before [`Timestamp::MAX`], to which no time zone's end of that day can be converted.
pub const WITHOUT_END: Timestamp = Timestamp::constant(253_402_207_199, 0);
/// The end of 9999-12-30 in time zones where [`Timestamp::MAX`] comes before it.
const DAY_BEFORE_END: Timestamp = Timestamp::constant(253_402_207_198, 0);

/// The end of a contract with this last day in the service's time zone: the beginning of the next day.
pub fn end_of_day(last_day: Date, zone: &TimeZone) -> Timestamp {
    let Ok(next) = last_day.tomorrow() else { return WITHOUT_END };
    next.to_zoned(zone.clone()).map_or(DAY_BEFORE_END, |next| next.timestamp()).min(DAY_BEFORE_END)
}

/// The last day of a contract that is valid until `end`, in the service's time zone: the inverse of [`end_of_day`].
pub fn last_day(end: Timestamp, zone: &TimeZone) -> Date {
    if end >= WITHOUT_END {
        return Date::MAX;
    }
    if end == DAY_BEFORE_END {
        return Date::MAX.yesterday().unwrap_or(Date::MAX);
    }
    let before = end.checked_sub(SignedDuration::from_nanos(1)).unwrap_or(end);
    before.to_zoned(zone.clone()).date()
}

/// The licence as the store keeps it (the file `data_entry.txt` only proves origin and tenant).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct License {
    /// How many certificates may be in force at a time.
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

impl From<LicenseRefusal> for Problem {
    fn from(error: LicenseRefusal) -> Self {
        match error {
            LicenseRefusal::Expired(at) => Self::LicenceExpired { date: LastDay(at) },
            LicenseRefusal::SeatsUsedUp(seats) => Self::SeatsUsedUp { seats },
        }
    }
}

/// Why a contract cannot be changed in this way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LicenseChangeRefusal {
    /// 0, or more than [`SEATS_MAX`].
    #[error("seats: expected 1 to {SEATS_MAX}")]
    SeatsOutOfRange,
    /// Fewer seats than are used.
    #[error("{used} seats are in use; take at least {used}, or have certificates revoked first")]
    SeatsInUse {
        /// The number of used seats.
        used: u32,
    },
    /// The contract would have ended already.
    #[error("the contract's last day has passed already; choose today or a later day")]
    Ended,
}

impl LicenseChangeRefusal {
    /// The refusal at the contract's field.
    pub fn refusal(self) -> Refusal {
        match self {
            Self::SeatsOutOfRange => {
                Refusal::at("seats", Problem::NumberOutOfRange { min: 1, max: SEATS_MAX })
            }
            Self::SeatsInUse { used } => Refusal::at("seats", Problem::SeatsInUse { used }),
            Self::Ended => Refusal::at("valid_until", Problem::DateMalformed),
        }
    }
}

/// The phase of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LicenseStanding {
    /// The contract is in force.
    InForce,
    /// The contract has ended and the days of grace have not: nothing is issued, and everybody still passes.
    InGrace,
    /// The days of grace have ended: the tenant is suspended.
    Suspended,
}

impl LicenseStanding {
    /// The stable name in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::InForce => "in-force",
            Self::InGrace => "in-grace",
            Self::Suspended => "suspended",
        }
    }
}

impl License {
    /// Whether one more certificate may be issued while `seats_used` are in force or being made.
    pub fn admit(&self, seats_used: u32, now: Timestamp) -> Result<(), LicenseRefusal> {
        if now >= self.valid_until {
            return Err(LicenseRefusal::Expired(self.valid_until));
        }
        if seats_used >= self.seats {
            return Err(LicenseRefusal::SeatsUsedUp(self.seats));
        }
        Ok(())
    }

    /// When the suspension of the tenant begins: `contract_grace_days` after the end.
    pub fn suspended_from(&self, contract_grace_days: u32) -> Timestamp {
        self.valid_until
            .checked_add(DAY * i32::try_from(contract_grace_days).unwrap_or(i32::MAX))
            .unwrap_or(Timestamp::MAX)
    }

    /// The earlier of `until` and the end of the contract. A contract that has ended already changes nothing.
    pub fn end_of(&self, until: Timestamp, now: Timestamp) -> Timestamp {
        if self.valid_until > now { until.min(self.valid_until) } else { until }
    }

    /// Whether the contract is in force and ends within [`CONTRACT_ENDING_SOON_DAYS`].
    pub fn ends_soon(&self, now: Timestamp) -> bool {
        let soon = now.checked_add(DAY * CONTRACT_ENDING_SOON_DAYS).unwrap_or(now);
        now < self.valid_until && self.valid_until <= soon
    }

    /// The phase of the contract at `now`.
    pub fn standing(&self, contract_grace_days: u32, now: Timestamp) -> LicenseStanding {
        if now < self.valid_until {
            LicenseStanding::InForce
        } else if now < self.suspended_from(contract_grace_days) {
            LicenseStanding::InGrace
        } else {
            LicenseStanding::Suspended
        }
    }

    /// Changes the contract to `next` while `seats_used` are in force or being made, or returns all
    /// objections. Unchanged values are not judged.
    pub fn changed(
        self,
        next: Self,
        seats_used: u32,
        now: Timestamp,
    ) -> Result<Self, Vec<LicenseChangeRefusal>> {
        let mut refusals = Vec::new();
        if !(1..=SEATS_MAX).contains(&next.seats) {
            refusals.push(LicenseChangeRefusal::SeatsOutOfRange);
        } else if next.seats < self.seats && next.seats < seats_used {
            refusals.push(LicenseChangeRefusal::SeatsInUse { used: seats_used });
        }
        if next.valid_until != self.valid_until && next.valid_until <= now {
            refusals.push(LicenseChangeRefusal::Ended);
        }
        if refusals.is_empty() { Ok(next) } else { Err(refusals) }
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

    #[test]
    fn a_contract_ends_on_the_day_that_was_agreed_to_the_last_day_of_calendars_in_every_zone() {
        assert_eq!(WITHOUT_END.as_second(), Timestamp::MAX.as_second() - 1);
        for zone in
            ["Asia/Tokyo", "UTC", "America/New_York", "Pacific/Kiritimati", "Etc/GMT+12", "Asia/Kathmandu"]
        {
            let zone = TimeZone::get(zone).unwrap();
            for day in ["2027-11-30", "2028-02-29", "9999-12-28", "9999-12-29", "9999-12-30", "9999-12-31"] {
                let day: Date = day.parse().unwrap();
                let end = end_of_day(day, &zone);
                assert_eq!(last_day(end, &zone), day, "{zone:?}");
                // No calculation with a contract's end leaves the calendar.
                let license = License { seats: 1, valid_until: end };
                assert!(license.suspended_from(u32::MAX) >= end);
                assert_eq!(license.standing(30, Timestamp::UNIX_EPOCH), LicenseStanding::InForce);
            }
        }
        let tokyo = TimeZone::get("Asia/Tokyo").unwrap();
        assert_eq!(end_of_day("2027-11-30".parse().unwrap(), &tokyo).to_string(), "2027-11-30T15:00:00Z");
    }

    fn license(seats: u32, end: i64) -> License {
        License { seats, valid_until: Timestamp::from_second(end).unwrap() }
    }

    #[test]
    fn what_the_contract_ends_before_ends_with_it_while_it_runs() {
        let license = license(1, 1000);
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(license.end_of(at(2000), at(999)), at(1000));
        assert_eq!(license.end_of(at(900), at(800)), at(900));
        assert_eq!(license.end_of(at(2000), at(1000)), at(2000), "it has ended already");
    }

    #[test]
    fn a_contract_ends_soon_in_its_last_days_only() {
        let days = i64::from(CONTRACT_ENDING_SOON_DAYS) * 86_400;
        let license = license(1, days + 1000);
        for (now, soon) in [(999, false), (1000, true), (days + 999, true), (days + 1000, false)] {
            assert_eq!(license.ends_soon(Timestamp::from_second(now).unwrap()), soon, "{now}");
        }
    }

    #[test]
    fn a_contract_runs_then_has_days_of_grace_then_suspends() {
        let license = license(1, 1000);
        let standing = |second| license.standing(1, Timestamp::from_second(second).unwrap());
        assert_eq!(standing(999), LicenseStanding::InForce);
        assert_eq!(standing(1000), LicenseStanding::InGrace);
        assert_eq!(standing(1000 + 86_399), LicenseStanding::InGrace);
        assert_eq!(standing(1000 + 86_400), LicenseStanding::Suspended);
    }

    #[test]
    fn a_contract_takes_any_seats_that_do_and_any_end_to_come() {
        let now = Timestamp::from_second(5000).unwrap();
        for (present, next, used) in [
            (license(5, 1000), license(5, 9000), 5),
            (license(5, 9000), license(50, 6000), 5),
            (license(5, 9000), license(3, 9000), 3),
            // More seats than before, though fewer than in use; and an end in the past that stays.
            (license(5, 9000), license(6, 9000), 8),
            (license(5, 1000), license(5, 1000), 8),
        ] {
            assert_eq!(present.changed(next, used, now), Ok(next));
        }
    }

    #[test]
    fn all_that_stands_against_a_change_is_told_at_once() {
        let now = Timestamp::from_second(5000).unwrap();
        let refused = |next| license(5, 9000).changed(next, 4, now).unwrap_err();
        let in_use = LicenseChangeRefusal::SeatsInUse { used: 4 };
        assert_eq!(refused(license(3, 9000)), [in_use]);
        assert_eq!(refused(license(5, 5000)), [LicenseChangeRefusal::Ended]);
        assert_eq!(refused(license(3, 4999)), [in_use, LicenseChangeRefusal::Ended]);
        for seats in [0, SEATS_MAX + 1] {
            assert_eq!(refused(license(seats, 9000)), [LicenseChangeRefusal::SeatsOutOfRange]);
        }
    }
}
