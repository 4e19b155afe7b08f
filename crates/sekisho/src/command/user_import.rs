//! `sekisho user import …`

use super::{CommandError, Services, lookup::LongList};
use crate::output::{Output, Record};
use authority::import::{Agreed, ImportError};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    grant::{Grant, ManageUsers},
    id::ImportId,
    import::{Column, JudgedRow, RowKind, listed},
    refusal::Problem,
    tenant::Tenant,
    user::Role,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{path::Path, time::Duration};
use store::imports::{Import, ImportCounts, ImportRow, ImportState};

/// How often a running import is checked.
const LOOK: Duration = Duration::from_millis(50);
/// How many checks until the command answers while the import continues: four minutes.
const LOOKS_MAX: u32 = 4800;

/// A CSV file, read where the command line is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ImportFile {
    name: String,
    #[serde(serialize_with = "as_base64", deserialize_with = "from_base64")]
    bytes: Vec<u8>,
}

impl ImportFile {
    pub(super) fn read(path: &str) -> Result<Self, std::io::Error> {
        let bytes = std::fs::read(path)?;
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, bytes })
    }
}

fn as_base64<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&STANDARD.encode(bytes))
}

fn from_base64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    STANDARD.decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
}

/// How the rows are treated.
#[derive(Debug, Clone, Copy)]
pub(super) struct How {
    /// Whether they are only judged.
    pub(super) dry_run: bool,
    /// Whether the good rows are imported although others are refused.
    pub(super) skip_refused: bool,
    /// What is agreed to beside.
    pub(super) agreed: Agreed,
}

/// Judges the rows and imports them, unless the options or the verdicts forbid it.
pub(super) async fn import(
    services: &Services,
    grant: &Grant<ManageUsers>,
    tenant: &Tenant,
    file: ImportFile,
    how: How,
) -> Result<Output, CommandError> {
    let imports = services.authority.imports();
    let id = imports.judge_import(grant, tenant.id, &file.name, file.bytes).await?;
    let mut reader = services.read().await?;
    let mut scope = reader.tenant(tenant.id);
    let counts = scope.import_counts(id).await?;
    let import = scope.import(id).await?.ok_or(ImportError::NotFound)?;
    drop(reader);
    if how.dry_run {
        return verdicts(services, tenant, id, counts).await;
    }
    if counts.refused > 0 && !how.skip_refused {
        return Err(CommandError::because(
            Problem::RowsRefused,
            format_args!(
                "rows that cannot be imported: {}, so nothing was; --dry-run tells why, --skip-refused imports the others",
                counts.refused
            ),
        ));
    }
    match imports.start_import(grant, tenant.id, id, how.agreed).await {
        Err(ImportError::Unconfirmed) => return Err(unconfirmed(&import, how.agreed)),
        begun => begun?,
    }
    for _ in 0..LOOKS_MAX {
        let mut reader = services.read().await?;
        let mut scope = reader.tenant(tenant.id);
        if scope.import(id).await?.is_some_and(|import| import.state == ImportState::Done) {
            // Names may have been taken since the rows were judged.
            return Ok(Output::Done(ended(scope.import_counts(id).await?)));
        }
        drop(reader);
        tokio::time::sleep(LOOK).await;
    }
    Ok(Output::Done(format!("import {id} goes on in the server; Administration shows its progress")))
}

fn unconfirmed(import: &Import, agreed: Agreed) -> CommandError {
    let named = import.summary.promotions(agreed.changes).map(|promotion| {
        let (role, people) = (promotion.role.name(), promotion.people);
        format!("{people} as {role} ({})", promotion.names.join(", "))
    });
    let named = named.collect::<Vec<_>>().join("; ");
    CommandError::because(
        Problem::AdministratorsUnconfirmed,
        format_args!(
            "nothing was imported: the file makes {named}; --confirm-administrators says that it is meant"
        ),
    )
}

fn ended(counts: ImportCounts) -> String {
    let ImportCounts { done, refused, same, changes, changed, .. } = counts;
    let known = if same + changes + changed > 0 {
        format!(", unchanged: {same}, changed: {changed}, changes not applied: {changes}")
    } else {
        String::new()
    };
    format!("rows imported: {done}, refused: {refused}{known}; the invitations are on their way")
}

/// Rows that somebody should look at: refused ones, changes, new administrators and auditors.
async fn looked_at(services: &Services, tenant: &Tenant, id: ImportId) -> Result<Vec<Record>, CommandError> {
    let mut rows = LongList::by(|row: &ImportRow| row.judged.line);
    while let Some(page) = rows.next_page() {
        let mut reader = services.read().await?;
        rows.take(reader.tenant(tenant.id).import_rows(id, &page).await?);
    }
    Ok(rows.into_rows().iter().filter_map(|row| record(&row.judged)).collect())
}

fn record(row: &JudgedRow) -> Option<Record> {
    let told = |verdict: &str, name: &str, problem: Option<String>, change: Option<String>| {
        Record::new()
            .with("line", row.line)
            .with("verdict", verdict)
            .with("name", name)
            .with_optional("problem", problem)
            .with_optional("change", change)
    };
    match (&row.verdict, row.kind()) {
        (Err(refused), _) => {
            let name = refused.cells.text(Column::DisplayName);
            Some(told("refused", name, Some(listed(&refused.errors)), None))
        }
        (Ok(user), RowKind::Change) => {
            let changes: Vec<String> = row.changes().iter().map(ToString::to_string).collect();
            Some(told("change", &user.display_name, None, Some(changes.join("; "))))
        }
        (Ok(user), RowKind::Add) => match user.role {
            Some(role @ (Role::Administrator | Role::Auditor)) => {
                Some(told(&format!("new {}", role.name()), &user.display_name, None, None))
            }
            _ => None,
        },
        (Ok(_), RowKind::Same) => None,
    }
}

/// The verdicts, without an import.
async fn verdicts(
    services: &Services,
    tenant: &Tenant,
    id: ImportId,
    counts: ImportCounts,
) -> Result<Output, CommandError> {
    let records = looked_at(services, tenant, id).await?;
    if !records.is_empty() {
        return Ok(Output::Records(records));
    }
    let ImportCounts { waiting, same, .. } = counts;
    let known = if same > 0 { format!(", {same} of them on record already") } else { String::new() };
    Ok(Output::Done(format!("all {} rows are good{known}; nothing was imported", waiting + same)))
}
