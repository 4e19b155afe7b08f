//! The last runs of the duties that one process runs for all.

use crate::{
    Reader, StoreError, Transaction,
    backend::{
        statements,
        table::{table, upsert},
        values,
    },
};
use domain::time::Timestamp;
use std::{collections::BTreeMap, time::Duration};

/// A run of a duty that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyRun {
    pub ended_at: Timestamp,
    /// From its start to its end, to the millisecond.
    pub took: Duration,
    /// Pieces of work (mails, lists, records); 0 if the run failed.
    pub done: u64,
    /// Why the run failed; `None` if it did not.
    pub failure: Option<String>,
    /// When a run last succeeded; `None` if none has.
    pub succeeded_at: Option<Timestamp>,
    /// When the next run is due.
    pub next_at: Timestamp,
}

table! {
    "duty_run" holds DutyRun as run, read by run_from;
    under { duty }
    key {}
    changed { ended_at, took (took_millis), done, failure, next_at }
    fixed { succeeded_at }
    seen {}
}

macro_rules! select {
    ($more:literal, $rest:literal) => {
        concat!("SELECT ", columns!(), $more, " FROM duty_run ", $rest)
    };
}

statements! {
    FIND = shared(select!("", "WHERE duty = $1"));
    EVERY = shared(select!(", duty", ""));
    KEEP = shared(upsert!("duty", ", succeeded_at = COALESCE(excluded.succeeded_at, duty_run.succeeded_at)"));
}

impl Reader {
    pub async fn duty_run(&mut self, duty: &str) -> Result<Option<DutyRun>, StoreError> {
        self.connection.row(&FIND, values![duty]).await?.as_ref().map(run_from).transpose()
    }

    /// The last run of each duty, by the duty's name.
    pub async fn duty_runs(&mut self) -> Result<BTreeMap<String, DutyRun>, StoreError> {
        let rows = self.connection.rows(&EVERY, values![]).await?;
        rows.iter().map(|row| Ok((row.text("duty")?, run_from(row)?))).collect()
    }
}

impl Transaction {
    /// Replaces the run on record. A failed run keeps the time of the last success.
    pub async fn keep_duty_run(&mut self, duty: &str, run: &DutyRun) -> Result<(), StoreError> {
        let values = inserted_values(values![duty], run)?;
        self.connection.execute(&KEEP, values).await?;
        Ok(())
    }
}
