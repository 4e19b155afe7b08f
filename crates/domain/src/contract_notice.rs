//! When administrators and operators learn that a contract will end, has ended, and has shut its tenant out.
//!
//! **Invariant:** of several notices that have become due, the newest one is sent and the older ones never are; each is
//! sent once for one end of the contract. A contract with another end begins anew.

use crate::{
    license::License,
    time::{DAY, SignedDuration, Timestamp},
};

/// How long a notice of what has happened is still news. A contract that ended longer ago is not announced.
pub const ANNOUNCED_FOR: SignedDuration = SignedDuration::from_hours(14 * 24);

/// What is announced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ContractNotice {
    /// 60 days are left at most.
    SixtyDays,
    /// 30 days are left at most.
    ThirtyDays,
    /// 14 days are left at most.
    FourteenDays,
    /// 7 days are left at most.
    SevenDays,
    /// One day is left at most.
    OneDay,
    /// The contract has ended: nothing is issued, and everybody still passes.
    Ended,
    /// The days of grace have ended, too: nobody passes.
    ShutOut,
}

impl ContractNotice {
    /// All notices, in their order.
    pub const ALL: [Self; 7] = [
        Self::SixtyDays,
        Self::ThirtyDays,
        Self::FourteenDays,
        Self::SevenDays,
        Self::OneDay,
        Self::Ended,
        Self::ShutOut,
    ];

    /// The stable name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::SixtyDays => "60-days",
            Self::ThirtyDays => "30-days",
            Self::FourteenDays => "14-days",
            Self::SevenDays => "7-days",
            Self::OneDay => "1-day",
            Self::Ended => "ended",
            Self::ShutOut => "shut-out",
        }
    }

    /// When it becomes due.
    fn from(self, license: &License, contract_grace_days: u32) -> Timestamp {
        let days = match self {
            Self::SixtyDays => 60,
            Self::ThirtyDays => 30,
            Self::FourteenDays => 14,
            Self::SevenDays => 7,
            Self::OneDay => 1,
            Self::Ended => 0,
            Self::ShutOut => return license.suspended_from(contract_grace_days),
        };
        license.valid_until.checked_sub(DAY * days).unwrap_or(Timestamp::MIN)
    }

    /// Whether it is still news at `now`.
    fn is_news(self, license: &License, contract_grace_days: u32, now: Timestamp) -> bool {
        let happened = matches!(self, Self::Ended | Self::ShutOut);
        !happened || now.duration_since(self.from(license, contract_grace_days)) < ANNOUNCED_FOR
    }
}

/// The newest notice that is due at `now` and is not among those sent for this end of the contract.
pub fn due(
    license: &License,
    contract_grace_days: u32,
    sent: &[ContractNotice],
    now: Timestamp,
) -> Option<ContractNotice> {
    let come = |notice: &ContractNotice| notice.from(license, contract_grace_days) <= now;
    let newest = ContractNotice::ALL.into_iter().rev().find(come)?;
    (newest.is_news(license, contract_grace_days, now) && !sent.contains(&newest)).then_some(newest)
}

/// The ends of contracts that may have a due notice at `now`.
pub fn announced_ends(contract_grace_days: u32, now: Timestamp) -> (Timestamp, Timestamp) {
    let grace = DAY * i32::try_from(contract_grace_days).unwrap_or(i32::MAX);
    let from = now.checked_sub(grace).and_then(|from| from.checked_sub(ANNOUNCED_FOR));
    let until = now.checked_add(DAY * 60);
    (from.unwrap_or(Timestamp::MIN), until.unwrap_or(Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::license::WITHOUT_END;

    const END: i64 = 1_800_000_000;
    const GRACE: u32 = 30;

    fn license() -> License {
        License { seats: 1, valid_until: Timestamp::from_second(END).unwrap() }
    }

    fn days(days: i64) -> Timestamp {
        Timestamp::from_second(END + days * 86_400).unwrap()
    }

    #[test]
    fn a_contract_is_announced_through_its_last_days_its_end_and_the_end_of_its_grace() {
        for (at, notice) in [
            (-61, None),
            (-60, Some(ContractNotice::SixtyDays)),
            (-31, Some(ContractNotice::SixtyDays)),
            (-30, Some(ContractNotice::ThirtyDays)),
            (-14, Some(ContractNotice::FourteenDays)),
            (-7, Some(ContractNotice::SevenDays)),
            (-1, Some(ContractNotice::OneDay)),
            (0, Some(ContractNotice::Ended)),
            (13, Some(ContractNotice::Ended)),
            (14, None),
            (29, None),
            (30, Some(ContractNotice::ShutOut)),
            (43, Some(ContractNotice::ShutOut)),
            (44, None),
            (400, None),
        ] {
            assert_eq!(due(&license(), GRACE, &[], days(at)), notice, "{at}");
            let (from, until) = announced_ends(GRACE, days(at));
            let asked = (from..=until).contains(&license().valid_until);
            assert!(asked || notice.is_none(), "{at}");
        }
        assert_eq!(due(&license(), 0, &[], days(0)), Some(ContractNotice::ShutOut), "without grace");
    }

    #[test]
    fn each_is_announced_once_and_after_missed_days_the_newest_alone() {
        use ContractNotice::{Ended, FourteenDays, OneDay, SevenDays, ShutOut, SixtyDays, ThirtyDays};
        let mut sent = Vec::new();
        for at in [-60, -60, -20, -29, -10, -1, -1, -3, 5, 6, 31, 32] {
            sent.extend(due(&license(), GRACE, &sent, days(at)));
        }
        assert_eq!(sent, [SixtyDays, ThirtyDays, FourteenDays, OneDay, SevenDays, Ended, ShutOut]);
    }

    #[test]
    fn a_contract_without_end_is_never_announced() {
        let license = License { seats: 1, valid_until: WITHOUT_END };
        assert_eq!(due(&license, GRACE, &[], days(0)), None);
    }
}
