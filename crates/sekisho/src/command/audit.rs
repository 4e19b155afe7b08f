//! `sekisho audit …`

use super::{CommandError, Services};
use crate::output::{Output, Record};
use authority::{
    audit_heads::WrittenHeads,
    audit_log::{AuditFlaw, AuditVerdict},
};
use clap::Subcommand;
use domain::audit::AuditRow;
use serde::{Deserialize, Serialize};
use std::{fs, io};
use store::PageRequest;

/// The audit log.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditCommand {
    /// List the newest acts
    List {
        /// How many, at most 500
        #[arg(long, default_value_t = 100)]
        rows: u32,
    },
    /// Look for changed, missing or re-ordered rows, and compare with the signed heads outside the database
    Verify {
        /// A copy of the heads' file, instead of the installation's own
        #[arg(long, value_name = "FILE", value_parser = HeadsCopy::read)]
        heads: Option<HeadsCopy>,
    },
}

/// A copy of the heads' file, read where the command line is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct HeadsCopy {
    name: String,
    text: String,
}

impl HeadsCopy {
    fn read(path: &str) -> Result<Self, io::Error> {
        let text = String::from_utf8_lossy(&fs::read(path)?).into_owned();
        Ok(Self { name: path.to_owned(), text })
    }
}

pub(super) async fn execute(services: &Services, command: AuditCommand) -> Result<Output, CommandError> {
    match command {
        AuditCommand::List { rows } => {
            let page = services.authority.store().read().await?.audit_rows(&PageRequest::first(rows)).await?;
            Ok(Output::Records(page.rows.iter().map(line).collect()))
        }
        AuditCommand::Verify { heads } => verify(services, heads).await,
    }
}

async fn verify(services: &Services, copy: Option<HeadsCopy>) -> Result<Output, CommandError> {
    let own = services.audit_heads.clone();
    // A year of heads takes a moment to read.
    let read = tokio::task::spawn_blocking(move || match copy {
        Some(HeadsCopy { name, text }) => Ok((name, Some(WrittenHeads::parse(&text)))),
        None => own.read().map(|written| (own.path().display().to_string(), written)),
    });
    let (name, written) = read.await.map_err(CommandError::because)??;
    let absent = written.is_none();
    let WrittenHeads { heads, unreadable } = written.unwrap_or_default();
    let count = heads.len();
    let verdict = services.authority.verify_audit_log(heads).await?;
    let mut wrong: Vec<String> = verdict.flaws.iter().map(AuditFlaw::to_string).collect();
    if absent && verdict.sealed > 0 {
        wrong.push(format!(
            "{} rows are sealed and {name}, which holds their signed heads, is not there: restore it from \
             its copy (the next start of the server makes a new one)",
            verdict.sealed
        ));
    }
    if !wrong.is_empty() {
        let reason = format!("audit log: {}; compare with copies of database and heads", wrong.join("; "));
        return Err(CommandError::because(reason));
    }
    let record = verdict_record(&verdict)
        .with("heads_file", name)
        .with("heads", count)
        .with("unreadable_head_lines", unreadable);
    Ok(Output::Record(record))
}

fn verdict_record(verdict: &AuditVerdict) -> Record {
    let AuditVerdict { sealed, unsealed, covered_to, .. } = *verdict;
    // Rows are numbered from 1 without gaps, or the log would not hold.
    let covered = covered_to.and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0);
    Record::new()
        .with("holds", true)
        .with("sealed_rows", sealed)
        .with("unsealed_rows", unsealed)
        .with("unsealed_from", (unsealed > 0).then_some(sealed + 1))
        .with("covered_to", covered_to)
        .with("uncovered_rows", (sealed + unsealed).saturating_sub(covered))
}

fn line(row: &AuditRow) -> Record {
    Record::new()
        .with("seq", row.seq)
        .with_text("at", row.at)
        .with("actor", row.actor_kind.as_str())
        .with_optional("user_id", row.actor_user)
        .with("act", row.act.as_str())
        .with_optional("tenant_id", row.tenant)
        .with("subject", row.subject.as_str())
        .with("detail", row.detail.as_str())
        .with_optional("address", row.address.as_ref())
        .with("sealed", row.hash.is_some())
}
