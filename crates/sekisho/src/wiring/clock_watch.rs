//! Notices that the system's clock was set: it went another way than the time that passed.

use authority::{Authority, Unavailable};
use domain::time::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// How often the clock is looked at.
const INTERVAL: Duration = Duration::from_secs(1);
/// What a clock that is only being corrected, or a busy machine, may differ between two looks.
const CORRECTED_MAX: SignedDuration = SignedDuration::from_secs(2);

/// By how much a clock was set between two looks, if it was: forward is positive.
fn set_by(before: Timestamp, now: Timestamp, passed: SignedDuration) -> Option<SignedDuration> {
    let gone = now.duration_since(before);
    gone.checked_sub(passed).filter(|by| by.abs() > CORRECTED_MAX)
}

/// Looks on and on; tells the log, and lets everything that waits for a moment look again.
pub(super) async fn watch_clock(authority: Authority) -> Result<(), Unavailable> {
    let (mut before, mut seen) = (authority.now(), Instant::now());
    // Until it has been done: the database may be away just then.
    let mut owed = false;
    loop {
        sleep(INTERVAL).await;
        let (now, passed) = (authority.now(), SignedDuration::try_from(seen.elapsed()).unwrap_or_default());
        if let Some(by) = set_by(before, now, passed) {
            tracing::warn!(seconds = by.as_secs(), %now, "the clock was set");
            owed = true;
        }
        if owed && let Err(error) = authority.clock_was_set().await {
            tracing::warn!(error = &error as &dyn std::error::Error, "will be tried again");
        } else {
            owed = false;
        }
        (before, seen) = (now, Instant::now());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_set_is_told_from_one_that_runs_and_from_one_that_is_corrected() {
        let at = |second: i64| Timestamp::from_second(1_800_000_000 + second).expect("a moment");
        let passed = SignedDuration::from_secs(1);
        for (now, by) in
            [(1, None), (3, None), (-1, None), (4, Some(3)), (-3600, Some(-3601)), (86_400, Some(86_399))]
        {
            assert_eq!(set_by(at(0), at(now), passed), by.map(SignedDuration::from_secs), "{now}");
        }
        // A process that was stopped for an hour sees as much time pass as its clock.
        assert_eq!(set_by(at(0), at(3600), SignedDuration::from_hours(1)), None);
    }
}
