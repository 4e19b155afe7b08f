//! A calendar month in which certificates end, as lists and their addresses name it: `2027-01`.

use crate::time::Timestamp;
use jiff::{civil::Date, tz::TimeZone};
use std::fmt;

/// A month of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EndMonth {
    first_day: Date,
}

impl EndMonth {
    /// The month of a moment in the service's time zone.
    pub fn of(at: Timestamp, zone: &TimeZone) -> Self {
        Self { first_day: at.to_zoned(zone.clone()).date().first_of_month() }
    }

    /// Reads `2027-01`; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |part: &str, length| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        Date::new(year, month, 1).ok().map(|first_day| Self { first_day })
    }

    /// This month and the ones behind it.
    pub fn onward(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |month| {
            let next = month.first_day.last_of_month().tomorrow().ok()?;
            Some(Self { first_day: next })
        })
    }

    /// The first day.
    pub fn first_day(self) -> Date {
        self.first_day
    }

    /// From when on the month lasts, and from when on it does not, in the service's time zone.
    pub fn span(self, zone: &TimeZone) -> (Timestamp, Timestamp) {
        let moment = |day: Date| day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |day| day.timestamp());
        let next = self.first_day.last_of_month().tomorrow();
        (moment(self.first_day), next.map_or(Timestamp::MAX, moment))
    }
}

impl fmt::Display for EndMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first_day.year(), self.first_day.month())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_each_other_without_a_gap_in_the_zone_of_the_service() {
        let zone = TimeZone::get("Asia/Tokyo").unwrap();
        let start = EndMonth::of("2026-11-30T15:00:00Z".parse().unwrap(), &zone);
        assert_eq!(start.to_string(), "2026-12", "the first day has begun in Japan");
        let months: Vec<_> = start.onward().take(3).collect();
        assert_eq!(
            months.iter().map(ToString::to_string).collect::<Vec<_>>(),
            ["2026-12", "2027-01", "2027-02"]
        );
        for pair in months.windows(2) {
            assert_eq!(pair[0].span(&zone).1, pair[1].span(&zone).0);
        }
        assert_eq!(start.span(&zone).0.to_string(), "2026-11-30T15:00:00Z");
    }

    #[test]
    fn an_address_names_a_month_in_one_way() {
        assert_eq!(EndMonth::parse("2027-01").unwrap().to_string(), "2027-01");
        for text in ["2027-13", "2027-1", "2027-00", "27-01", "2027-01-01", "+027-01", "", "２０２７-01"]
        {
            assert_eq!(EndMonth::parse(text), None, "{text}");
        }
    }
}
