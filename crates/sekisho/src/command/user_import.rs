//! `sekisho user import …`

use super::{CommandError, Services, lookup::LongList};
use crate::output::{Output, Record};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::{
    grant::{Grant, ManageUsers},
    id::ImportId,
    import::listed,
    refusal::Problem,
    tenant::Tenant,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::{path::Path, time::Duration};
use store::imports::{ImportCounts, ImportRow, ImportState};

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
}

/// Judges the rows and imports them, unless the options or the verdicts forbid it.
pub(super) async fn import(
    services: &Services,
    grant: &Grant<ManageUsers>,
    tenant: &Tenant,
    file: ImportFile,
    how: How,
) -> Result<Output, CommandError> {
    let id = services.authority.imports().judge_import(grant, tenant.id, &file.name, file.bytes).await?;
    let refused = refused_rows(services, tenant, id).await?;
    if how.dry_run {
        return verdicts(services, tenant, id, refused).await;
    }
    if !refused.is_empty() && !how.skip_refused {
        return Err(CommandError::because(
            Problem::RowsRefused,
            format_args!(
                "rows that cannot be imported: {}, so nothing was; --dry-run tells why, --skip-refused imports the others",
                refused.len()
            ),
        ));
    }
    services.authority.imports().start_import(grant, tenant.id, id).await?;
    for _ in 0..LOOKS_MAX {
        let mut reader = services.read().await?;
        let mut scope = reader.tenant(tenant.id);
        if scope.import(id).await?.is_some_and(|import| import.state == ImportState::Done) {
            // Names may have been taken since the rows were judged.
            let ImportCounts { done, refused, .. } = scope.import_counts(id).await?;
            return Ok(Output::Done(format!(
                "rows imported: {done}, refused: {refused}; the invitations are on their way"
            )));
        }
        drop(reader);
        tokio::time::sleep(LOOK).await;
    }
    Ok(Output::Done(format!("import {id} goes on in the server; Administration shows its progress")))
}

async fn refused_rows(
    services: &Services,
    tenant: &Tenant,
    id: ImportId,
) -> Result<Vec<Record>, CommandError> {
    let mut rows = LongList::by(|row: &ImportRow| row.judged.line);
    while let Some(page) = rows.next_page() {
        let mut reader = services.read().await?;
        rows.take(reader.tenant(tenant.id).import_rows(id, &page).await?);
    }
    let refused = rows.into_rows().into_iter().filter_map(|row| {
        let refused = row.judged.verdict.err()?;
        Some(Record::new().with("line", row.judged.line).with("problem", listed(&refused.errors)))
    });
    Ok(refused.collect())
}

/// The verdicts, without an import.
async fn verdicts(
    services: &Services,
    tenant: &Tenant,
    id: ImportId,
    refused: Vec<Record>,
) -> Result<Output, CommandError> {
    if !refused.is_empty() {
        return Ok(Output::Records(refused));
    }
    let import = services.read().await?.tenant(tenant.id).import(id).await?;
    let rows = import.map_or(0, |import| import.total);
    Ok(Output::Done(format!("all {rows} rows are good; nothing was imported")))
}
