//! Keeps the state of people whose invitation or certificate has ended: only time says so, no act. After the clock was
//! ahead it corrects what was kept until then. People added by an earlier release that runs beside this one get their
//! place in lists.

use super::{By, Duty, Plan, Run};
use crate::{Unavailable, core::Core};
use std::time::Duration;

pub(super) struct KeepProgress(pub(super) Core);

#[async_trait::async_trait]
impl Duty for KeepProgress {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "keep-progress", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        let mut all = 0;
        loop {
            let people = self.keep_some().await?;
            if people == 0 {
                return Ok(Run::of(all));
            }
            all += people;
        }
    }
}

impl KeepProgress {
    /// A transaction for some of them, for all certificates of a company may end in one hour; how many.
    async fn keep_some(&self) -> Result<u64, Unavailable> {
        let kept = self.0.upkeep("keep_progress", |mut work| async move {
            let now = work.now;
            let people = work.keep_progress_due(now).await? + work.spell_due().await?;
            Ok::<_, Unavailable>(work.kept(people))
        });
        kept.await
    }
}
