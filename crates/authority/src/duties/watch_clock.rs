//! Notices that the system's clock was set: its time differs from the time that passed.

use super::{By, Duties, Duty, Plan, Run};
use crate::{
    Unavailable, core::Core, delivery::REPEAT_MINUTES, invitation::HAND_OVER_MINUTES, outbox,
    portal::PORTAL_SESSION_HOURS,
};
use domain::time::{SignedDuration, Timestamp};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use store::clock_steps::LongestLives;
use tokio::time::Instant;

/// The greatest difference between two checks that a corrected clock or a busy machine explains.
const CORRECTED_MAX: SignedDuration = SignedDuration::from_secs(2);

/// How far a clock was set between two checks, if it was: forward is positive.
fn set_by(before: Timestamp, now: Timestamp, passed: SignedDuration) -> Option<SignedDuration> {
    let gone = now.duration_since(before);
    gone.checked_sub(passed).filter(|by| by.abs() > CORRECTED_MAX)
}

pub(super) struct WatchClock {
    core: Core,
    watch: Watch,
}

#[derive(Default)]
struct Watch(Mutex<Watched>);

#[derive(Default)]
struct Watched {
    last: Option<(Timestamp, Instant)>,
    /// Whether the clock was set and the repairs are not done.
    owed: bool,
}

impl WatchClock {
    pub(super) fn new(core: &Core) -> Self {
        Self { core: core.clone(), watch: Watch::default() }
    }
}

impl Watch {
    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Checks the clock; returns whether repairs are due.
    fn look(&self, now: Timestamp) -> bool {
        let mut watched = self.watched();
        let seen = Instant::now();
        if let Some((before, at)) = watched.last.replace((now, seen)) {
            let passed = SignedDuration::try_from(seen.duration_since(at)).unwrap_or_default();
            if let Some(by) = set_by(before, now, passed) {
                tracing::warn!(seconds = by.as_secs(), %now, "the clock was set");
                watched.owed = true;
            }
        }
        watched.owed
    }
}

#[async_trait::async_trait]
impl Duty for WatchClock {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_secs(1), Duration::ZERO);
        Plan { name: "watch-clock", period, gathers, by: By::EachProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        if !self.watch.look(self.core.now()) {
            return Ok(Run::default());
        }
        clock_was_set(&self.core).await?;
        self.watch.watched().owed = false;
        Ok(Run::of(1_u64))
    }
}

impl Duties {
    /// Repairs as if the clock was found to be set.
    pub async fn clock_was_set(&self) -> Result<(), Unavailable> {
        clock_was_set(&self.core).await
    }
}

/// After the clock was set: corrects times that were written while it was ahead, and makes waiting duties
/// read the clock again.
async fn clock_was_set(core: &Core) -> Result<(), Unavailable> {
    let mended = mend_moments(core).await;
    core.calls().posted.notify_one();
    core.calls().revoked.notify_one();
    mended
}

/// After the clock was ahead: ends and due times that it set return to their right time.
pub(super) async fn mend_moments(core: &Core) -> Result<(), Unavailable> {
    let minutes = SignedDuration::from_mins;
    let lives = &LongestLives {
        mail_lease: outbox::LEASE,
        mail_pause: outbox::WAIT_MAX,
        pickup: minutes(REPEAT_MINUTES),
        resting_password: minutes(HAND_OVER_MINUTES),
        session: SignedDuration::from_hours(PORTAL_SESSION_HOURS),
    };
    let (mended, now) = core
        .upkeep("mend_moments", |mut work| async move {
            let now = work.now;
            let mended = work.mend_moments(now, lives).await?;
            Ok::<_, Unavailable>(work.kept((mended, now)))
        })
        .await?;
    if mended > 0 {
        tracing::warn!(mended, %now, "moments that were set while the clock was ahead are brought back");
    }
    Ok(())
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

    #[test]
    fn what_follows_from_a_set_clock_is_owed_until_it_is_done() {
        let (watch, now) = (Watch::default(), Timestamp::UNIX_EPOCH);
        assert!(!watch.look(now), "the first look");
        let set = now + SignedDuration::from_hours(1);
        assert!(watch.look(set));
        assert!(watch.look(set), "the database was away");
        watch.watched().owed = false;
        assert!(!watch.look(set));
    }
}
