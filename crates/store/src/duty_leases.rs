//! Which of several processes runs a duty that only one may run at a time.

use crate::{
    Reader, StoreError, Transaction,
    backend::{statements, values},
};
use domain::time::Timestamp;
use std::collections::BTreeMap;

/// A lease, which keeps other processes from a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyLease {
    /// The process's own name.
    pub holder: String,
    /// The lease's end, unless it is prolonged or given back.
    pub until: Timestamp,
}

statements! {
    // An upsert that changes no row means that another holder has the lease.
    ACQUIRE = shared(
        "INSERT INTO duty_lease (duty, holder, lease_until) VALUES ($1, $2, $4)
         ON CONFLICT (duty) DO UPDATE SET holder = $2, lease_until = $4
         WHERE duty_lease.holder = $2 OR duty_lease.lease_until <= $3"
    );
    // SQLite has one process at a time, so the holder of a lease found at the start is dead. On PostgreSQL
    // another process may hold the lease: there it runs out.
    TAKE_BACK = per_backend("DELETE FROM duty_lease", "DELETE FROM duty_lease WHERE FALSE");
    HELD = shared("SELECT duty, holder, lease_until FROM duty_lease WHERE lease_until > $1");
    RELEASE = shared("DELETE FROM duty_lease WHERE duty = $1 AND holder = $2");
}

impl Reader {
    /// The leases that run at `now`, by duty.
    pub async fn duty_leases(&mut self, now: Timestamp) -> Result<BTreeMap<String, DutyLease>, StoreError> {
        let rows = self.connection.rows(&HELD, values![now]).await?;
        rows.iter()
            .map(|row| {
                let lease = DutyLease { holder: row.text("holder")?, until: row.time("lease_until")? };
                Ok((row.text("duty")?, lease))
            })
            .collect()
    }
}

impl Transaction {
    /// Takes or prolongs a duty until `lease_until`; `false` if another holder's lease is open at `now`.
    pub async fn acquire_duty(
        &mut self,
        duty: &str,
        holder: &str,
        now: Timestamp,
        lease_until: Timestamp,
    ) -> Result<bool, StoreError> {
        self.connection.applied(&ACQUIRE, values![duty, holder, now, lease_until]).await
    }

    /// Frees the duties of a dead process, where its death is certain; called at the start of a process,
    /// before it takes a duty.
    pub async fn take_back_duties(&mut self) -> Result<(), StoreError> {
        self.connection.execute(&TAKE_BACK, values![]).await?;
        Ok(())
    }

    /// Gives a duty back; `false` if the holder has it no more.
    pub async fn release_duty(&mut self, duty: &str, holder: &str) -> Result<bool, StoreError> {
        self.connection.applied(&RELEASE, values![duty, holder]).await
    }
}
