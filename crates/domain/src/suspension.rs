//! The form by which a person's suspension at the end of a day is planned.

use crate::{
    form::{Form, Reading, fields},
    refusal::{Problem, Refusal},
};
use jiff::civil::Date;

fields! {
    /// A field of the form.
    pub SuspensionField {
        /// The last day on which the person may pass, `YYYY-MM-DD`.
        SuspendOn = "suspend_on",
    }
}

impl Form<SuspensionField> {
    /// The last day, or the error. `today` is in the service's time zone.
    pub fn last_day(&self, today: Date) -> Result<Date, Vec<Refusal>> {
        Reading::of(self, |reading| reading.read(SuspensionField::SuspendOn, |text| last_day(text, today)))
    }
}

fn last_day(text: &str, today: Date) -> Result<Date, Problem> {
    text.parse().ok().filter(|day| *day >= today).ok_or(Problem::DateMalformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_last_day_is_today_or_a_later_one() {
        let today = date(2026, 11, 30);
        let typed = |text: &str| Form::default().with(SuspensionField::SuspendOn, text).last_day(today);
        assert_eq!(typed("2026-11-30"), Ok(today));
        assert_eq!(typed(" 2027-03-31 "), Ok(date(2027, 3, 31)));
        let at = |problem| Err(vec![Refusal::at("suspend_on", problem)]);
        assert_eq!(typed("2026-11-29"), at(Problem::DateMalformed));
        assert_eq!(typed("31.3.2027"), at(Problem::DateMalformed));
        assert_eq!(typed(""), at(Problem::Required));
    }
}
