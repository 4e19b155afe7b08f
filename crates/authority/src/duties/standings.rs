//! The standing of each duty of this process, for list and metrics.

use super::{By, Duties, Plan};
use crate::Unavailable;
use domain::time::Timestamp;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};
use store::{duty_leases::DutyLease, duty_runs::DutyRun};

/// The standing of one duty.
#[derive(Debug, Clone)]
pub struct DutyStanding {
    /// The duty's plan.
    pub plan: Plan,
    /// Its last run: of this process, or of any process if one runs it for all.
    pub last: Option<DutyRun>,
    /// When it runs next, or asks whether it is its turn; `None` if nothing runs it here.
    pub next_at: Option<Timestamp>,
    /// Failed runs of this process since its start.
    pub failures: u64,
    /// The process that has it now, for a duty with a lease.
    pub lease: Option<DutyLease>,
}

/// A change of a duty's health that must be logged.
#[derive(Debug, PartialEq, Eq)]
enum Change {
    FailsNow,
    WorksAgain,
    None,
}

/// The duties of this process, by name.
#[derive(Default)]
pub(crate) struct Standings(Mutex<BTreeMap<&'static str, DutyStanding>>);

impl Standings {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, DutyStanding>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn announce(&self, plans: impl IntoIterator<Item = Plan>) {
        let mut standings = self.lock();
        for plan in plans {
            let unknown = DutyStanding { plan, last: None, next_at: None, failures: 0, lease: None };
            standings.entry(plan.name).or_insert(unknown);
        }
    }

    pub(super) fn waits(&self, name: &str, next_at: Timestamp) {
        if let Some(standing) = self.lock().get_mut(name) {
            standing.next_at = Some(next_at);
        }
    }

    /// Records a run. A failure is logged when it begins or its words change; its end is logged once.
    pub(super) fn note(&self, name: &'static str, run: DutyRun) {
        let failure = run.failure.clone().unwrap_or_default();
        match self.change(name, run) {
            Change::FailsNow => tracing::error!(duty = name, failure, "failed; will be tried again"),
            Change::WorksAgain => tracing::info!(duty = name, "works again"),
            Change::None => {}
        }
    }

    fn change(&self, name: &str, mut run: DutyRun) -> Change {
        let mut standings = self.lock();
        let Some(standing) = standings.get_mut(name) else { return Change::None };
        let before = standing.last.take();
        let failed_before = before.as_ref().and_then(|run| run.failure.as_ref());
        let change = match (&run.failure, failed_before) {
            (Some(now), before) if before != Some(now) => Change::FailsNow,
            (None, Some(_)) => Change::WorksAgain,
            _ => Change::None,
        };
        standing.failures += u64::from(run.failure.is_some());
        standing.next_at = Some(run.next_at);
        run.succeeded_at = run.succeeded_at.or(before.and_then(|run| run.succeeded_at));
        standing.last = Some(run);
        change
    }
}

impl Duties {
    /// The standing of each duty, by name, with the records of other processes in the database.
    pub async fn standings(&self) -> Result<Vec<DutyStanding>, Unavailable> {
        let mut reader = self.core.read().await?;
        let (mut runs, mut leases) = (reader.duty_runs().await?, reader.duty_leases(self.core.now()).await?);
        drop(reader);
        let with_the_stored = |mut standing: DutyStanding| {
            let name = standing.plan.name;
            standing.lease = leases.remove(name);
            let stored = runs.remove(name).filter(|_| standing.plan.by == By::OneProcess);
            let older = |stored: &DutyRun| {
                standing.last.as_ref().is_some_and(|last| last.ended_at >= stored.ended_at)
            };
            if let Some(stored) = stored.filter(|stored| !older(stored)) {
                standing.last = Some(stored);
            }
            standing
        };
        Ok(self.own_standings().into_iter().map(with_the_stored).collect())
    }

    /// The standings that this process knows by itself.
    pub fn own_standings(&self) -> Vec<DutyStanding> {
        self.memory.standings.lock().values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const PLAN: Plan =
        Plan { name: "sweep", period: Duration::from_mins(1), gathers: Duration::ZERO, by: By::EachProcess };

    fn run(failure: Option<&str>) -> DutyRun {
        let now = Timestamp::UNIX_EPOCH;
        DutyRun {
            ended_at: now,
            took: Duration::ZERO,
            done: 0,
            failure: failure.map(str::to_owned),
            succeeded_at: failure.is_none().then_some(now),
            next_at: now,
        }
    }

    #[test]
    fn a_failure_is_told_when_it_begins_changes_and_ends_and_counted_each_time() {
        let standings = Standings::default();
        standings.announce([PLAN]);
        for (failure, change) in [
            (None, Change::None),
            (Some("full disk"), Change::FailsNow),
            (Some("full disk"), Change::None),
            (Some("no network"), Change::FailsNow),
            (None, Change::WorksAgain),
            (None, Change::None),
        ] {
            assert_eq!(standings.change("sweep", run(failure)), change, "{failure:?}");
        }
        assert_eq!(standings.lock()["sweep"].failures, 3);
    }

    #[test]
    fn a_failing_duty_keeps_the_time_of_its_last_good_run() {
        let standings = Standings::default();
        standings.announce([PLAN]);
        standings.note("sweep", run(None));
        standings.note("sweep", run(Some("full disk")));
        let last = standings.lock()["sweep"].last.clone().unwrap();
        assert_eq!((last.succeeded_at, last.failure.is_some()), (Some(Timestamp::UNIX_EPOCH), true));
    }
}
