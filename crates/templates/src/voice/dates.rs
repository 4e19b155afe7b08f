//! Dates as people read them: `2026年11月22日(日) 14:05`, `22 Nov 2026, 14:05 JST`.

use super::Voice;
use askama::{Template, filters::HtmlSafe};
use domain::{end_month::EndMonth, license::last_day, locale::Locale, time::Timestamp};
use jiff::{Unit, Zoned, civil::Date};
use std::borrow::Borrow;

const WEEKDAYS: [&str; 7] = ["月", "火", "水", "木", "金", "土", "日"];

/// From this many whole years on, a distance is shown in years.
const YEARS_TOLD_FROM: i16 = 10;

/// Day and time of day in a table, which may break between the two only.
#[derive(Template)]
#[template(
    ext = "html",
    source = r#"<span class="nowrap">{{ day }}</span> <span class="nowrap">{{ time }}</span>"#
)]
pub(crate) struct MomentCell {
    day: String,
    time: String,
}

impl HtmlSafe for MomentCell {}

impl Voice {
    /// Day and time of day, to the minute.
    pub fn moment(&self, at: impl Borrow<Timestamp>) -> String {
        let MomentCell { day, time } = self.moment_cell(at);
        format!("{day} {time}")
    }

    pub(crate) fn moment_cell(&self, at: impl Borrow<Timestamp>) -> MomentCell {
        let zoned = self.zoned(at);
        let day = self.day_of(&zoned);
        match self.locale {
            Locale::Ja => MomentCell { day, time: zoned.strftime("%H:%M").to_string() },
            Locale::En => MomentCell { day: day + ",", time: zoned.strftime("%H:%M %Z").to_string() },
        }
    }

    pub fn day(&self, at: impl Borrow<Timestamp>) -> String {
        self.day_of(&self.zoned(at))
    }

    /// The last day before `end`, for a contract or certificate that is valid until then.
    pub fn last_day(&self, end: impl Borrow<Timestamp>) -> String {
        self.date(last_day(*end.borrow(), &self.time_zone))
    }

    /// A month of the calendar.
    pub fn month(&self, month: impl Borrow<EndMonth>) -> String {
        let day = month.borrow().first_day();
        match self.locale {
            Locale::Ja => format!("{}年{}月", day.year(), day.month()),
            Locale::En => day.strftime("%B %Y").to_string(),
        }
    }

    /// A day without a time.
    pub fn date(&self, day: impl Borrow<Date>) -> String {
        let day = *day.borrow();
        match self.locale {
            Locale::Ja => {
                let weekday = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
                let weekday = WEEKDAYS.get(weekday).copied().unwrap_or_default();
                format!("{}年{}月{}日({weekday})", day.year(), day.month(), day.day())
            }
            Locale::En => day.strftime("%-d %b %Y").to_string(),
        }
    }

    /// The distance in calendar days to the last day before `end`.
    pub fn distance_of_last_day(&self, end: impl Borrow<Timestamp>) -> String {
        self.distance_of(last_day(*end.borrow(), &self.time_zone))
    }

    /// The distance in calendar days: "今日", "あと12日", "3日前"; from [`YEARS_TOLD_FROM`] on, in years.
    pub fn distance(&self, at: impl Borrow<Timestamp>) -> String {
        self.distance_of(self.zoned(at).date())
    }

    fn distance_of(&self, day: Date) -> String {
        let here = self.now.to_zoned(self.time_zone.clone()).date();
        let days = day.duration_since(here).as_hours() / 24;
        let count = u32::try_from(days.unsigned_abs()).unwrap_or(u32::MAX);
        let years = here.until((Unit::Year, day)).map_or(0, |span| span.get_years());
        let key = match (days, years) {
            (_, YEARS_TOLD_FROM..) => {
                return self
                    .say("distance-years-ahead")
                    .with("years", u32::from(years.unsigned_abs()))
                    .to_string();
            }
            (0, _) => "distance-today",
            (1.., _) => "distance-ahead",
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
        self.date(zoned.date())
    }
}
