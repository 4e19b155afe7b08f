//! Dates as people read them: `2026年11月22日(日) 14:05`, `22 Nov 2026, 14:05 JST`.

use super::Voice;
use domain::{locale::Locale, time::Timestamp};
use jiff::{SignedDuration, Zoned};
use std::borrow::Borrow;

const WEEKDAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

impl Voice {
    /// Day and time of day, to the minute.
    pub fn moment(&self, at: impl Borrow<Timestamp>) -> String {
        let zoned = self.zoned(at);
        match self.locale {
            Locale::Ja => format!("{} {}", self.day_of(&zoned), zoned.strftime("%H:%M")),
            Locale::En => format!("{}, {}", self.day_of(&zoned), zoned.strftime("%H:%M %Z")),
        }
    }

    /// The day alone.
    pub fn day(&self, at: impl Borrow<Timestamp>) -> String {
        self.day_of(&self.zoned(at))
    }

    /// The last day before `end`, of something that is valid until then.
    pub fn last_day(&self, end: impl Borrow<Timestamp>) -> String {
        self.day(last_moment(end))
    }

    /// How many calendar days away the last day before `end` is.
    pub fn distance_of_last_day(&self, end: impl Borrow<Timestamp>) -> String {
        self.distance(last_moment(end))
    }

    /// How many calendar days away: "今日", "あと12日", "3日前".
    pub fn distance(&self, at: impl Borrow<Timestamp>) -> String {
        let here = self.now.to_zoned(self.time_zone.clone()).date();
        let days = self.zoned(at).date().duration_since(here).as_hours() / 24;
        let count = u32::try_from(days.unsigned_abs()).unwrap_or(u32::MAX);
        let key = match days {
            0 => "distance-today",
            1.. => "distance-ahead",
            _ => "distance-past",
        };
        self.say(key).with("days", count).to_string()
    }

    /// For the `datetime` attribute of `<time>` (RFC 3339).
    pub fn machine(&self, at: impl Borrow<Timestamp>) -> String {
        at.borrow().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    fn zoned(&self, at: impl Borrow<Timestamp>) -> Zoned {
        at.borrow().to_zoned(self.time_zone.clone())
    }

    fn day_of(&self, zoned: &Zoned) -> String {
        match self.locale {
            Locale::Ja => {
                let weekday = usize::try_from(zoned.weekday().to_monday_zero_offset()).unwrap_or_default();
                let weekday = WEEKDAYS.get(weekday).copied().unwrap_or_default();
                format!("{}年{}月{}日({weekday})", zoned.year(), zoned.month(), zoned.day())
            }
            Locale::En => zoned.strftime("%-d %b %Y").to_string(),
        }
    }
}

/// The last moment of something that is valid until `end`.
fn last_moment(end: impl Borrow<Timestamp>) -> Timestamp {
    *end.borrow() - SignedDuration::from_nanos(1)
}
