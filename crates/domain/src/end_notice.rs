//! When a person learns that a certificate will end: some days before, each notice once.
//!
//! **Invariant:** of several notices that have become due, the newest one is sent and the older ones never are; no
//! notice is sent twice, in whatever order the clock shows its times.

use crate::time::{DAY, SignedDuration, Timestamp};

/// Days before the end at which a notice becomes due, the first notice first.
pub const NOTICE_DAYS: [u32; 5] = [60, 30, 14, 7, 1];

/// How long administrators wait for the next list after one: a company whose certificates end on many days gets one
/// mail a day.
pub const DIGEST_PAUSE: SignedDuration = SignedDuration::from_hours(24);

/// The least time between two notices of one certificate that an administrator has sent again: a form that is sent twice
/// sends one mail.
pub const AGAIN_PAUSE: SignedDuration = SignedDuration::from_mins(10);

/// The certificates whose next notice is due: those that had a certain notice last, and end within a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueSpan {
    /// The days of the last notice; `0` if there was none.
    pub last: u32,
    /// The first end of the span.
    pub from: Timestamp,
    /// The last end of the span.
    pub until: Timestamp,
}

fn before_end(days: u32) -> SignedDuration {
    DAY * i32::try_from(days).unwrap_or(i32::MAX)
}

/// The days of the notice for an end, which is the newest one that is due at `now` and is not among those sent; `None`
/// before the first notice, after the end, where the newest one was sent, and where it would come before the certificate
/// can be renewed, `window_days` before its end.
pub fn due(end: Timestamp, window_days: u32, sent: &[u32], now: Timestamp) -> Option<u32> {
    newest(end, now).filter(|days| *days <= window_days && !sent.contains(days))
}

/// The days of the newest notice that is due at `now`, sent or not.
pub fn newest(end: Timestamp, now: Timestamp) -> Option<u32> {
    let left = end.duration_since(now);
    if left < SignedDuration::ZERO {
        return None;
    }
    NOTICE_DAYS.into_iter().rev().find(|days| left <= before_end(*days))
}

/// Where to look at `now` for certificates with a due notice: one span for each notice that may have been the last.
pub fn due_spans(now: Timestamp) -> impl Iterator<Item = DueSpan> {
    let lasts = std::iter::once(0).chain(NOTICE_DAYS);
    lasts.zip(NOTICE_DAYS).map(move |(last, next)| {
        let until = now.checked_add(before_end(next)).unwrap_or(Timestamp::MAX);
        DueSpan { last, from: now, until }
    })
}

/// Whether a certificate with this end is in force at `now` and can be renewed, `window_days` before its end at most.
pub fn ends_soon(end: Timestamp, window_days: u32, now: Timestamp) -> bool {
    (SignedDuration::ZERO..=before_end(window_days)).contains(&end.duration_since(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: i64 = 1_800_000_000;

    fn end() -> Timestamp {
        Timestamp::from_second(END).unwrap()
    }

    fn before(days: i64) -> Timestamp {
        Timestamp::from_second(END - days * 86_400).unwrap()
    }

    fn second(at: Timestamp, by: i64) -> Timestamp {
        at + SignedDuration::from_secs(by)
    }

    #[test]
    fn each_notice_is_due_from_its_second_on_until_the_next_one_is() {
        assert_eq!(due(end(), 60, &[], second(before(60), -1)), None);
        for (days, next) in [(60, 30), (30, 14), (14, 7), (7, 1)] {
            let number = u32::try_from(days).unwrap();
            assert_eq!(due(end(), 60, &[], before(days)), Some(number));
            assert_eq!(due(end(), 60, &[], second(before(next), -1)), Some(number));
        }
        assert_eq!(due(end(), 60, &[], before(1)), Some(1));
        assert_eq!(due(end(), 60, &[], end()), Some(1), "the last second of validity");
        assert_eq!(due(end(), 60, &[], second(end(), 1)), None, "nothing is announced afterwards");
    }

    #[test]
    fn after_missed_days_the_newest_notice_alone_is_sent() {
        assert_eq!(due(end(), 60, &[60], before(13)), Some(14));
        assert_eq!(due(end(), 60, &[60, 14], before(13)), None, "not the one of 30 days afterwards");
        assert_eq!(due(end(), 60, &[], before(2)), Some(7));
    }

    #[test]
    fn nothing_is_announced_before_the_certificate_can_be_renewed() {
        assert_eq!(due(end(), 29, &[], before(30)), None);
        assert_eq!(due(end(), 30, &[], before(30)), Some(30));
        for (days, soon) in [(31, false), (30, true), (0, true), (-1, false)] {
            assert_eq!(ends_soon(end(), 30, before(days)), soon, "{days}");
        }
    }

    #[test]
    fn no_notice_is_sent_twice_however_the_clock_goes_and_none_is_lost_that_comes_at_its_time() {
        let mut sent = Vec::new();
        // To and fro: 40 days ahead of the truth for a while, then set back, then its way to the end.
        for days in [61, 60, 13, 13, 52, 50, 31, 30, 29, 14, 10, 60, 7, 7, 1, 0] {
            sent.extend(due(end(), 60, &sent, before(days)));
        }
        assert_eq!(sent, [60, 14, 30, 7, 1]);
    }

    #[test]
    fn the_spans_find_what_is_due_and_nothing_that_had_its_notice() {
        for last in std::iter::once(0).chain(NOTICE_DAYS) {
            for days in 0..70 {
                let now = before(days);
                let found =
                    due_spans(now).any(|span| span.last == last && (span.from..=span.until).contains(&end()));
                let wanted = newest(end(), now).is_some_and(|newest| last == 0 || newest < last);
                assert_eq!(found, wanted, "after {last}, {days} days before");
            }
        }
    }
}
