//! `sekisho audit …`

use super::{CommandError, Services};
use crate::output::{Output, Record};
use clap::Subcommand;
use domain::audit::AuditRow;
use serde::{Deserialize, Serialize};
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
    /// Look for changed, missing or re-ordered rows
    Verify,
}

pub(super) async fn execute(services: &Services, command: AuditCommand) -> Result<Output, CommandError> {
    match command {
        AuditCommand::List { rows } => {
            let page = services.authority.store().read().await?.audit_rows(&PageRequest::first(rows)).await?;
            Ok(Output::Records(page.rows.iter().map(line).collect()))
        }
        AuditCommand::Verify => {
            let verdict = services.authority.verify_audit_log().await?;
            if let Some(seq) = verdict.broken_at {
                let reason =
                    format!("audit log: row {seq} was changed, removed or moved; compare with a copy");
                return Err(CommandError::because(reason));
            }
            let record = Record::new()
                .with("holds", true)
                .with("sealed_rows", verdict.sealed)
                .with("unsealed_rows", verdict.unsealed);
            Ok(Output::Record(record))
        }
    }
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
