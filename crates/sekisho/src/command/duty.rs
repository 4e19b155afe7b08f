//! `sekisho duty …`

use super::{CommandError, Services};
use crate::output::{Output, Record};
use authority::duties::DutyStanding;
use clap::Subcommand;
use serde::{Deserialize, Serialize};

/// Lists of duties.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyCommand {
    /// List what the installation does on its own account: how the last run went, when the next one comes
    List,
}

pub(super) async fn execute(services: &Services, command: DutyCommand) -> Result<Output, CommandError> {
    let DutyCommand::List = command;
    let duties = services.authority.duties().standings().await?;
    Ok(Output::Records(duties.iter().map(line).collect()))
}

fn line(duty: &DutyStanding) -> Record {
    let (plan, last) = (duty.plan, duty.last.as_ref());
    let outcome = last.map(|run| if run.failure.is_none() { "ok" } else { "failed" });
    Record::new()
        .with("duty", plan.name)
        .with("by", plan.by.name())
        .with("period_seconds", plan.period.as_secs_f64())
        .with("outcome", outcome)
        .with_optional("ended_at", last.map(|run| run.ended_at))
        .with("took_seconds", last.map(|run| run.took.as_secs_f64()))
        .with("done", last.map(|run| run.done))
        .with_optional("succeeded_at", last.and_then(|run| run.succeeded_at))
        .with_optional("next_at", duty.next_at)
        .with("failures", duty.failures)
        .with_optional("holder", duty.lease.as_ref().map(|lease| &lease.holder))
        .with_optional("lease_until", duty.lease.as_ref().map(|lease| lease.until))
        .with_optional("failure", last.and_then(|run| run.failure.as_deref()))
}
