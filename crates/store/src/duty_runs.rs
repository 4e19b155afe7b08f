//! The last runs of the duties that one process runs for all.

use crate::{
    Reader, StoreError, Transaction,
    backend::{Row, statements, values},
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

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT duty, ended_at, took_millis, done, failure, succeeded_at, next_at FROM duty_run ",
            $rest
        )
    };
}

statements! {
    FIND = shared(select!("WHERE duty = $1"));
    EVERY = shared(select!(""));
    KEEP = shared(
        "INSERT INTO duty_run (duty, ended_at, took_millis, done, failure, succeeded_at, next_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (duty) DO UPDATE SET ended_at = $2, took_millis = $3, done = $4, failure = $5,
             succeeded_at = COALESCE($6, duty_run.succeeded_at), next_at = $7"
    );
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
        let DutyRun { ended_at, took, done, failure, succeeded_at, next_at } = run;
        let number = |number: u128| i64::try_from(number).unwrap_or(i64::MAX);
        let (took, done) = (number(took.as_millis()), number(u128::from(*done)));
        let values = values![duty, *ended_at, took, done, failure.clone(), *succeeded_at, *next_at];
        self.connection.execute(&KEEP, values).await?;
        Ok(())
    }
}

fn run_from(row: &Row) -> Result<DutyRun, StoreError> {
    Ok(DutyRun {
        ended_at: row.time("ended_at")?,
        took: Duration::from_millis(row.unsigned("took_millis")?),
        done: row.unsigned("done")?,
        failure: row.optional_text("failure")?,
        succeeded_at: row.optional_time("succeeded_at")?,
        next_at: row.time("next_at")?,
    })
}
