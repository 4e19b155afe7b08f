//! Seals the audit log, half a second behind it ([`crate::audit_log`]).

use super::{By, Duties, Duty, LEASE, Plan, Run};
use crate::{Unavailable, audit_log::seal_of, core::Core, work::must_apply};
use std::{sync::Arc, time::Duration};

/// Rows sealed in one transaction.
const ROWS_AT_ONCE: u32 = 500;
/// The stable name, also of the lease.
const NAME: &str = "seal-audit";

pub(super) struct SealAudit {
    pub(super) core: Core,
    pub(super) process: Arc<str>,
}

#[async_trait::async_trait]
impl Duty for SealAudit {
    fn plan(&self) -> Plan {
        // Each process checks, and the transaction that seals takes the lease: no other process may come
        // between reading the last seal and writing the next one.
        let (period, gathers) = (Duration::from_millis(500), Duration::ZERO);
        Plan { name: NAME, period, gathers, by: By::EachProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        Ok(Run::of(self.seal(&self.process).await?))
    }
}

impl SealAudit {
    /// Seals the unsealed rows, if `holder` is the sealing process; returns the number of sealed rows.
    async fn seal(&self, holder: &str) -> Result<usize, Unavailable> {
        let mut sealed = 0;
        loop {
            if self.core.read().await?.unsealed_audit_rows(1).await?.is_empty() {
                return Ok(sealed);
            }
            let Some(rows) = self.seal_some(holder).await? else { return Ok(sealed) };
            sealed += rows;
        }
    }

    /// Seals the next few rows; `None` if another process has the duty.
    async fn seal_some(&self, holder: &str) -> Result<Option<usize>, Unavailable> {
        let done = self.core.upkeep("seal_audit", |mut work| async move {
            let now = work.now;
            work.mend_duties(now, LEASE).await?;
            if !work.acquire_duty(NAME, holder, now, now + LEASE).await? {
                return Ok(work.kept(None));
            }
            let mut previous = work.audit_head().await?.map_or([0; 32], |head| head.hash);
            let rows = work.unsealed_audit_rows(ROWS_AT_ONCE).await?;
            for row in &rows {
                previous = seal_of(row, &previous);
                must_apply(work.seal_audit_row(row.seq, &previous).await?)?;
            }
            Ok::<_, Unavailable>(work.kept(Some(rows.len())))
        });
        done.await
    }
}

impl Duties {
    /// Seals the unsealed rows, if `holder` is the sealing process; returns the number of sealed rows.
    pub async fn seal_audit_log(&self, holder: &str) -> Result<usize, Unavailable> {
        self.seal_audit().seal(holder).await
    }

    /// Leaves the sealing to other processes at once, at the end of a process.
    pub async fn leave_sealing(&self, holder: &str) -> Result<(), Unavailable> {
        let done = self.core.upkeep("leave_sealing", |mut work| async move {
            work.release_duty(NAME, holder).await?;
            Ok::<_, Unavailable>(work.kept(()))
        });
        done.await
    }
}
