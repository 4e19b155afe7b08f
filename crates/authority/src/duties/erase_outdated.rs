//! Erases records whose time is over, from SQLite's log, too.

use super::{By, Duty, Plan, Run};
use crate::{Unavailable, core::Core, tries::TryScope, unavailable::FirstFailure};
use domain::time::{DAY, SignedDuration, Timestamp};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

/// How long settled effects, old status changes, reported pickups, failed pickups, notices of certificates that have
/// ended, and judged imports without a start are kept.
const KEPT: SignedDuration = DAY;
/// How long mails that were given up are kept, without their contents, so that an administrator sees them.
const GIVEN_UP_KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

pub(super) struct EraseOutdated {
    pub(super) core: Core,
    /// Set at the start, too: a crash may have come between erasing and emptying the log.
    pub(super) log_keeps_erased: Arc<AtomicBool>,
}

#[async_trait::async_trait]
impl Duty for EraseOutdated {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "erase-outdated", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        let now = self.core.now();
        let mut failure = FirstFailure::default();
        failure.note("imports that nobody began", self.erase_unstarted_imports(now).await);
        failure.note("outdated records", self.erase_outdated(now).await);
        failure.note("the log of what was erased", self.forget_erased().await);
        failure.into_result().map(|()| Run::default())
    }
}

impl EraseOutdated {
    async fn erase_outdated(&self, now: Timestamp) -> Result<(), Unavailable> {
        let secrets = self
            .core
            .upkeep("erase_outdated", |mut work| async move {
                let files = work.erase_expired_pickups(now).await?;
                let passwords = work.erase_resting_passwords(now).await?;
                let pins = work.erase_resting_pins(now).await?;
                work.erase_expired_portal_sessions(now).await?;
                for scope in TryScope::ALL {
                    work.erase_attempts(scope.name(), before(now, scope.window() * 2)).await?;
                }
                work.give_up_closed_effects(now).await?;
                work.erase_pickup_makings(before(now, KEPT)).await?;
                work.erase_told_pickups(before(now, KEPT)).await?;
                work.erase_notices(before(now, KEPT)).await?;
                work.erase_effects(before(now, KEPT), before(now, GIVEN_UP_KEPT)).await?;
                work.erase_status_changes(before(now, KEPT)).await?;
                Ok::<_, Unavailable>(work.kept(files + passwords + pins))
            })
            .await?;
        if secrets > 0 {
            self.log_keeps_erased.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Removes erased bytes from the database's log as well; if a reader uses the log, the next round does it.
    async fn forget_erased(&self) -> Result<(), Unavailable> {
        let keeps = &self.log_keeps_erased;
        if keeps.load(Ordering::Relaxed) && self.core.store().empty_log().await? {
            keeps.store(false, Ordering::Relaxed);
        }
        Ok(())
    }

    /// A separate transaction, because there may be many rows.
    async fn erase_unstarted_imports(&self, now: Timestamp) -> Result<(), Unavailable> {
        let done = self.core.upkeep("erase_unstarted_imports", |mut work| async move {
            work.erase_unstarted_imports(before(now, KEPT)).await?;
            Ok::<_, Unavailable>(work.kept(()))
        });
        done.await
    }
}

fn before(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}
