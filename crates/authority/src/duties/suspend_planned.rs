//! Suspends people at the end of the day that an administrator has said beforehand.

use super::{By, Duty, Plan, Run};
use crate::{Unavailable, core::Core, unavailable::FirstFailure, users::People};
use std::time::Duration;

/// People of one round.
const ROUND_MAX: u32 = 100;

pub(super) struct SuspendPlanned {
    pub(super) core: Core,
    pub(super) people: People,
}

#[async_trait::async_trait]
impl Duty for SuspendPlanned {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "suspend-planned", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        let (mut done, mut failure) = (0_u64, FirstFailure::default());
        loop {
            let now = self.core.now();
            let due = self.core.read().await?.suspensions_due(now, ROUND_MAX).await?;
            let mut progressed = false;
            for (tenant, user) in due {
                match self.people.suspend_on_time(tenant, user).await {
                    Ok(suspended) => {
                        done += u64::from(suspended);
                        progressed |= suspended;
                    }
                    Err(error) => {
                        let _noted = failure.note(user, Err::<(), _>(error.into_unavailable()));
                    }
                }
            }
            if !progressed {
                failure.into_result()?;
                return Ok(Run::of(done));
            }
        }
    }
}
