use super::*;
use domain::refusal::{LastDay, Problem};

fn voice(locale: Locale) -> Voice {
    let zone = TimeZone::get("Asia/Tokyo").expect("zone database");
    let now = "2026-11-22T05:05:00Z".parse().expect("timestamp");
    Voice::new(locale, "Sekisho", zone, now)
}

#[test]
fn moments_are_told_with_weekday_in_japanese_and_zone_in_english() {
    let at: Timestamp = "2026-11-22T05:05:00Z".parse().expect("timestamp");
    assert_eq!(voice(Locale::Ja).moment(at), "2026年11月22日(日) 14:05");
    assert_eq!(voice(Locale::En).moment(at), "22 Nov 2026, 14:05 JST");
}

#[test]
fn distances_count_calendar_days_of_the_zone() {
    // 23:59 in Tokyo is still today, one minute later is tomorrow.
    let tonight: Timestamp = "2026-11-22T14:59:00Z".parse().expect("timestamp");
    let tomorrow: Timestamp = "2026-11-22T15:00:00Z".parse().expect("timestamp");
    let last_month: Timestamp = "2026-10-22T15:00:00Z".parse().expect("timestamp");
    let ja = voice(Locale::Ja);
    assert_eq!(ja.distance(tonight), "今日");
    assert_eq!(ja.distance(tomorrow), "あと1日");
    assert_eq!(ja.distance(last_month), "30日前");
    assert_eq!(voice(Locale::En).distance(tomorrow), "in 1 day");
}

#[test]
fn a_missing_key_is_seen_on_the_page() {
    assert!(voice(Locale::En).say("no-such-key").to_string().starts_with(MISSING));
}

#[test]
fn a_contract_that_ends_at_midnight_is_told_by_its_last_day() {
    let end: Timestamp = "2027-03-31T15:00:00Z".parse().expect("timestamp");
    assert_eq!(voice(Locale::En).day(end), "1 Apr 2027");
    assert_eq!(voice(Locale::En).last_day(end), "31 Mar 2027");
    let refused =
        crate::problem::text(&Problem::LicenceExpired { date: LastDay(end) }, &voice(Locale::En)).to_string();
    assert!(refused.contains("31 Mar 2027"), "{refused}");
}

#[test]
fn a_contract_to_the_last_day_of_calendars_says_that_day_and_counts_years() {
    let told = |zone: &str, day: &str| {
        let zone = TimeZone::get(zone).expect("zone database");
        let end = domain::license::end_of_day(day.parse().expect("a day"), &zone);
        let now = "2026-11-22T05:05:00Z".parse().expect("timestamp");
        let [ja, en] = [Locale::Ja, Locale::En].map(|locale| {
            let voice = Voice::new(locale, "Sekisho", zone.clone(), now);
            format!("{} {}", voice.last_day(end), voice.distance_of_last_day(end))
        });
        (ja, en)
    };
    let last = ("9999年12月31日(金) あと7973年".to_owned(), "31 Dec 9999 in 7973 years".to_owned());
    for zone in ["Asia/Tokyo", "UTC", "America/New_York"] {
        assert_eq!(told(zone, "9999-12-31"), last, "{zone}");
    }
    assert_eq!(told("Asia/Tokyo", "2036-11-21").1, "21 Nov 2036 in 3652 days");
    assert_eq!(told("Asia/Tokyo", "2036-11-22").1, "22 Nov 2036 in 10 years");
}

#[test]
fn a_contracts_distance_is_that_of_the_last_day_beside_it() {
    let end: Timestamp = "2027-03-31T15:00:00Z".parse().expect("timestamp");
    let told = |zone: &str, now: &str| {
        let zone = TimeZone::get(zone).expect("zone database");
        let ja = Voice::new(Locale::Ja, "Sekisho", zone, now.parse().expect("timestamp"));
        format!("{} {}", ja.last_day(end), ja.distance_of_last_day(end))
    };
    for (zone, now, expected) in [
        ("Asia/Tokyo", "2026-03-31T14:59:59Z", "2027年3月31日(水) あと365日"),
        ("Asia/Tokyo", "2026-03-31T15:00:00Z", "2027年3月31日(水) あと364日"),
        ("Asia/Tokyo", "2027-03-30T14:59:59Z", "2027年3月31日(水) あと1日"),
        ("Asia/Tokyo", "2027-03-30T15:00:00Z", "2027年3月31日(水) 今日"),
        ("Asia/Tokyo", "2027-03-31T14:59:59Z", "2027年3月31日(水) 今日"),
        ("Asia/Tokyo", "2027-03-31T15:00:00Z", "2027年3月31日(水) 1日前"),
        ("America/New_York", "2027-03-31T03:59:59Z", "2027年3月31日(水) あと1日"),
        ("America/New_York", "2027-03-31T04:00:00Z", "2027年3月31日(水) 今日"),
    ] {
        assert_eq!(told(zone, now), expected, "{zone} {now}");
    }
}
