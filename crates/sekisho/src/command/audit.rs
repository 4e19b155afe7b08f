//! `sekisho audit …`

use super::{CommandError, ListReach, Services, lookup::page};
use crate::output::{Output, Record};
use authority::{
    audit_heads::WrittenHeads,
    audit_log::{AuditFlaw, AuditVerdict},
};
use clap::Subcommand;
use domain::{
    application::Reference,
    id::{CertificateId, TenantId, UserId},
    slug::TenantSlug,
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, fs, io};
use store::{
    PAGE_ROWS_MAX, PageRequest, Reader,
    named::{NamedAuditRow, Whose},
};

/// The audit log.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditCommand {
    /// List the newest acts
    List {
        /// How many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..))]
        rows: u32,
        /// How far
        #[command(flatten)]
        reach: ListReach,
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
        AuditCommand::List { rows, reach } => list(services, rows, &reach).await,
        AuditCommand::Verify { heads } => verify(services, heads).await,
    }
}

async fn verify(services: &Services, copy: Option<HeadsCopy>) -> Result<Output, CommandError> {
    let own = services.audit_heads.clone();
    // Reading a year of heads takes a moment.
    let read = tokio::task::spawn_blocking(move || match copy {
        Some(HeadsCopy { name, text }) => Ok((name, Some(WrittenHeads::parse(&text)))),
        None => own.read().map(|written| (own.path().display().to_string(), written)),
    });
    let (name, written) = read.await.map_err(CommandError::failed)??;
    let absent = written.is_none();
    let WrittenHeads { heads, unreadable } = written.unwrap_or_default();
    let count = heads.len();
    let verdict = services.authority.audit_log().verify(heads).await?;
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
        return Err(CommandError::failed(reason));
    }
    let record = verdict_record(&verdict)
        .with("heads_file", name)
        .with("heads", count)
        .with("unreadable_head_lines", unreadable);
    Ok(Output::Record(record))
}

fn verdict_record(verdict: &AuditVerdict) -> Record {
    let AuditVerdict { sealed, unsealed, covered_to, .. } = *verdict;
    // Rows are numbered from 1 without gaps; otherwise the check of the log fails.
    let covered = covered_to.and_then(|seq| u64::try_from(seq).ok()).unwrap_or(0);
    Record::new()
        .with("holds", true)
        .with("sealed_rows", sealed)
        .with("unsealed_rows", unsealed)
        .with("unsealed_from", (unsealed > 0).then_some(sealed + 1))
        .with("covered_to", covered_to)
        .with("uncovered_rows", (sealed + unsealed).saturating_sub(covered))
}

/// The newest rows after the shown ones, and how many of the requested rows are left.
async fn list(services: &Services, rows: u32, reach: &ListReach) -> Result<Output, CommandError> {
    let begun = page(reach, |text| {
        let (seq, left) = text.split_once('/')?;
        Some((seq.parse::<i64>().ok()?, left.parse::<u32>().ok()?))
    })?;
    let (after, left) = begun.after.map_or((None, rows), |(seq, left)| (Some(seq), left));
    let wanted = if reach.all { PAGE_ROWS_MAX } else { left.min(PAGE_ROWS_MAX) };
    let mut reader = services.read().await?;
    let page = reader.named_audit_rows(&PageRequest { after, rows: wanted }).await?;
    let left = left.saturating_sub(wanted);
    let last = page.rows.last().filter(|_| page.more && (reach.all || left > 0));
    let next = last.map(|row| format!("{}/{left}", row.row.seq));
    let mut named = Subjects::default();
    let mut records = Vec::new();
    for row in &page.rows {
        let subject = named.of(&mut reader, row).await?;
        records.push(line(row, subject.as_ref()));
    }
    Ok(Output::Page { records, next })
}

/// The persons and devices behind subjects, read once for each.
#[derive(Default)]
struct Subjects(HashMap<(TenantId, String), Option<Whose>>);

impl Subjects {
    async fn of(&mut self, reader: &mut Reader, row: &NamedAuditRow) -> Result<Option<Whose>, CommandError> {
        let Some(tenant) = row.row.tenant else { return Ok(None) };
        let key = (tenant, row.row.subject.clone());
        if let Some(known) = self.0.get(&key) {
            return Ok(known.clone());
        }
        let whose = asked(reader, tenant, &key.1).await?;
        self.0.insert(key, whose.clone());
        Ok(whose)
    }
}

/// A subject is an id, a reference, or a text that is neither.
async fn asked(reader: &mut Reader, tenant: TenantId, subject: &str) -> Result<Option<Whose>, CommandError> {
    let mut scope = reader.tenant(tenant);
    if let Ok(id) = subject.parse::<UserId>()
        && let Some(whose) = scope.whose_user(id).await?
    {
        return Ok(Some(whose));
    }
    if let Ok(id) = subject.parse::<CertificateId>() {
        return Ok(scope.whose_certificate(id).await?);
    }
    match Reference::parse(subject) {
        Some(reference) => Ok(scope.whose_application(&reference).await?),
        None => Ok(None),
    }
}

fn line(named: &NamedAuditRow, subject: Option<&Whose>) -> Record {
    let row = &named.row;
    Record::new()
        .with("seq", row.seq)
        .with_text("at", row.at)
        .with("actor", row.actor_kind.as_str())
        .with("login", named.actor_login_name.as_deref())
        .with("act", row.act.as_str())
        .with("tenant", named.tenant_slug.as_ref().map(TenantSlug::as_str))
        .with("subject", row.subject.as_str())
        .with("subject_login", subject.map(|whose| whose.login_name.as_str()))
        .with("device", subject.and_then(|whose| whose.device_name.as_deref()))
        .with("detail", row.detail.as_str())
        .with_optional("address", row.address.as_ref())
        .with("sealed", row.hash.is_some())
        .with_optional("user_id", row.actor_user)
        .with_optional("tenant_id", row.tenant)
}
