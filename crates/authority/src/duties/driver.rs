//! The one driver of duties: when a duty runs, under which lease, and the record of its runs.

use super::{By, Duties, Duty, DutyMemory, LEASE, Plan, Run};
use crate::{Unavailable, core::Core};
use domain::time::{SignedDuration, Timestamp};
use std::{any::Any, sync::Arc, time::Duration};
use store::duty_runs::DutyRun;
use tokio::time::{Instant, sleep, timeout};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// How often a running duty prolongs its lease.
const PROLONGED_EVERY: Duration = Duration::from_secs(10);
/// The pause after a first failure; each further failure doubles it, up to [`PAUSE_MAX`].
const PAUSE_FIRST: Duration = Duration::from_millis(500);
const PAUSE_MAX: Duration = Duration::from_secs(30);
/// How long a woken duty waits for another process's run.
const OTHERS_RUN: Duration = Duration::from_secs(1);
/// The least pause between two runs, so that a duty that stays due does not spin.
const PAUSE_MIN: Duration = Duration::from_millis(20);
/// How long an ending process tries to give a lease back; otherwise the lease runs out.
const GIVE_BACK_MAX: Duration = Duration::from_secs(2);
/// Characters of a failure that are kept.
const FAILURE_CHARACTERS_MAX: usize = 500;

/// The pause after this many failures in a row.
fn pause_after(failures: u32) -> Duration {
    PAUSE_FIRST.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(PAUSE_MAX)
}

/// The answer to a request for a run.
enum Turn {
    /// The run is this process's.
    Ours,
    /// Another process is running the duty.
    Theirs,
    /// Another process has run it; the next run is due then.
    Due(Timestamp),
}

/// One duty under the driver.
struct Driven {
    core: Core,
    memory: DutyMemory,
    duty: Arc<dyn Duty>,
    plan: Plan,
    /// Failures since the last good run.
    failures: u32,
}

impl Duties {
    /// Announces duties to list and metrics, before any of them runs.
    pub fn announce(&self, duties: &[Arc<dyn Duty>]) {
        self.memory.standings.announce(duties.iter().map(|duty| duty.plan()));
    }

    /// Runs a duty repeatedly until `stop`. A process that ends abandons its run.
    pub async fn keep(self, duty: Arc<dyn Duty>, stop: CancellationToken) {
        let plan = duty.plan();
        self.memory.standings.announce([plan]);
        let Self { core, memory, .. } = self;
        let mut driven = Driven { core, memory, duty, plan, failures: 0 };
        stop.run_until_cancelled(driven.keep()).await;
        if driven.is_leased() {
            // If the database does not answer, the lease runs out.
            _ = timeout(GIVE_BACK_MAX, driven.give_back()).await;
        }
    }
}

impl Driven {
    async fn keep(&mut self) {
        // A former process may have been woken for work that is still there.
        let mut woken = true;
        loop {
            let (pause, done) = self.turn(woken).await;
            woken &= !done;
            let heeds_calls = done && self.failures == 0;
            tokio::select! {
                () = self.duty.woken(), if heeds_calls => {
                    sleep(self.plan.gathers).await;
                    woken = true;
                }
                () = sleep(pause) => {}
            }
        }
    }

    /// Runs the duty if it is this process's turn; returns the wait until the next turn, and whether the work
    /// it was woken for is done.
    async fn turn(&mut self, woken: bool) -> (Duration, bool) {
        let turn = match self.plan.by {
            By::EachProcess => Ok(Turn::Ours),
            By::OneProcess => self.take(woken).await,
        };
        let began = Instant::now();
        let ended = match turn {
            Ok(Turn::Ours) => self.run().await,
            Ok(Turn::Theirs) if woken => return (self.waits(OTHERS_RUN), false),
            Ok(Turn::Theirs) => return (self.waits(self.plan.period), true),
            Ok(Turn::Due(at)) => return (self.waits(until(at, self.core.now())), true),
            Err(error) => Err(words(&error)),
        };
        let well = ended.is_ok();
        (self.settle(ended, began.elapsed()).await, well)
    }

    /// Takes the duty's lease in the store, if a run is due and no other process holds the lease. After a wake-up a
    /// run is due at once, not only when the period is over.
    async fn take(&self, woken: bool) -> Result<Turn, Unavailable> {
        let Plan { name, period, .. } = self.plan;
        if !woken && let Some(run) = self.core.read().await?.duty_run(name).await? {
            let now = self.core.now();
            // A clock that was ahead has set a next run that is further away than the period.
            let period = SignedDuration::try_from(period).unwrap_or(SignedDuration::MAX);
            if run.next_at > now && run.next_at.duration_since(now) <= period {
                return Ok(Turn::Due(run.next_at));
            }
        }
        Ok(if self.is_leased() && !self.prolong().await? { Turn::Theirs } else { Turn::Ours })
    }

    /// Takes or prolongs the lease; `false` if another process has it.
    async fn prolong(&self) -> Result<bool, Unavailable> {
        let (name, holder) = (self.plan.name, &*self.memory.process);
        let done = self.core.upkeep("lease_duty", |mut work| async move {
            let now = work.now;
            work.mend_duties(now, LEASE).await?;
            let ours = work.acquire_duty(name, holder, now, now + LEASE).await?;
            Ok::<_, Unavailable>(work.kept(ours))
        });
        done.await
    }

    async fn give_back(&self) -> Result<(), Unavailable> {
        let (name, holder) = (self.plan.name, &*self.memory.process);
        let done = self.core.upkeep("give_duty_back", |mut work| async move {
            work.release_duty(name, holder).await?;
            Ok::<_, Unavailable>(work.kept(()))
        });
        done.await
    }

    /// Whether the duty needs a lease; a database of one process alone needs none.
    fn is_leased(&self) -> bool {
        self.plan.by == By::OneProcess && self.core.store().is_shared()
    }

    /// Runs the duty in a task of its own, so that a panic is an ordinary failure; stops it if the lease is
    /// lost meanwhile.
    async fn run(&self) -> Result<Run, String> {
        let duty = Arc::clone(&self.duty);
        let mut running = AbortOnDropHandle::new(tokio::spawn(async move { duty.run().await }));
        loop {
            tokio::select! {
                ended = &mut running => return match ended {
                    Ok(ended) => ended.map_err(|error| words(&error)),
                    Err(broken) => Err(panic_words(broken.try_into_panic().ok().as_deref())),
                },
                () = sleep(PROLONGED_EVERY), if self.is_leased() => match self.prolong().await {
                    Ok(true) => {}
                    Ok(false) => return Err("another process has taken the lease meanwhile".to_owned()),
                    Err(error) => return Err(words(&error)),
                },
            }
        }
    }

    /// Notes a run, here and on record; returns the pause until the next run.
    async fn settle(&mut self, ended: Result<Run, String>, took: Duration) -> Duration {
        let now = self.core.now();
        self.failures = if ended.is_ok() { 0 } else { self.failures.saturating_add(1) };
        let pause = match &ended {
            Ok(Run { due: Some(due), .. }) => until(*due, now).min(self.plan.period),
            Ok(_) => self.plan.period,
            Err(_) => pause_after(self.failures),
        };
        let mut run = DutyRun {
            ended_at: now,
            took: Duration::from_millis(took.as_millis().try_into().unwrap_or(u64::MAX)),
            done: ended.as_ref().map_or(0, |run| run.done),
            succeeded_at: ended.is_ok().then_some(now),
            failure: ended.err(),
            next_at: now.checked_add(pause).unwrap_or(Timestamp::MAX),
        };
        if self.plan.by == By::OneProcess
            && let Err(error) = self.keep_run(&run).await
        {
            // The work itself is done. Its outcome could not be stored; this process still knows it.
            run.failure.get_or_insert_with(|| words(&error));
        }
        self.memory.standings.note(self.plan.name, run);
        pause
    }

    /// Puts a run on record and gives the lease back. If the lease was lost meanwhile, the record is another
    /// process's and stays as it is.
    async fn keep_run(&self, run: &DutyRun) -> Result<(), Unavailable> {
        let (name, holder, leased) = (self.plan.name, &*self.memory.process, self.is_leased());
        let done = self.core.upkeep("keep_duty_run", |mut work| async move {
            if !leased || work.release_duty(name, holder).await? {
                work.keep_duty_run(name, run).await?;
            }
            Ok::<_, Unavailable>(work.kept(()))
        });
        done.await
    }

    fn waits(&self, pause: Duration) -> Duration {
        let next_at = self.core.now().checked_add(pause).unwrap_or(Timestamp::MAX);
        self.memory.standings.waits(self.plan.name, next_at);
        pause
    }
}

/// The time until `due`, and at least a moment.
fn until(due: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(due.duration_since(now)).unwrap_or_default().max(PAUSE_MIN)
}

fn words(error: &Unavailable) -> String {
    error.to_string().chars().take(FAILURE_CHARACTERS_MAX).collect()
}

fn panic_words(panic: Option<&(dyn Any + Send)>) -> String {
    let text = panic.and_then(|panic| {
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str))
    });
    format!("a mistake in the program: {}", text.unwrap_or("no words"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_their_bound() {
        assert_eq!(pause_after(1), PAUSE_FIRST);
        assert_eq!(pause_after(3), PAUSE_FIRST * 4);
        assert_eq!(pause_after(u32::MAX), PAUSE_MAX);
    }

    #[test]
    fn a_lease_lasts_until_it_was_to_be_prolonged_twice() {
        let lease = Duration::try_from(LEASE).unwrap();
        assert!(PROLONGED_EVERY * 2 < lease && OTHERS_RUN < lease);
    }
}
