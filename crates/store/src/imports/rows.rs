//! The rows of an import's file, in the states in which the import leaves them.

use super::verdict;
use crate::{
    ListPage, PageRequest, StoreError, TenantReader, TenantTransaction,
    backend::{Row, row::corrupt, statements, values},
};
use domain::{
    id::ImportId,
    import::{JudgedRow, RowKind},
};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportRowState {
    /// Good, and nothing was done yet.
    Waiting,
    /// On record: added, changed, or as it was before.
    Done,
    /// Refused by the judgement, or because another user took a name or address meanwhile.
    Refused,
}

impl ImportRowState {
    const ALL: [Self; 3] = [Self::Waiting, Self::Done, Self::Refused];

    /// The stable name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }
}

/// How many rows of an import are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    pub waiting: u32,
    pub done: u32,
    pub refused: u32,
    /// On record already, without any difference.
    pub same: u32,
    /// Differ from the record, which is as it was.
    pub changes: u32,
    /// Differed from the record, which was changed.
    pub changed: u32,
}

impl ImportCounts {
    /// Rows that the import has yet to work off.
    pub fn left(&self, applies_changes: bool) -> u32 {
        self.waiting + if applies_changes { self.changes } else { 0 }
    }
}

/// A row and its state.
#[derive(Debug, Clone)]
pub struct ImportRow {
    pub judged: JudgedRow,
    /// What became of it.
    pub state: ImportRowState,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT line, verdict, state FROM user_import_row WHERE tenant_id = $1 AND import_id = $2 AND ",
            $rest
        )
    };
}

statements! {
    AFTER = shared(select!("line > $3 ORDER BY line LIMIT $4"));
    IN_STATE = shared(select!("state = $3 ORDER BY line LIMIT $4"));
    REFUSED = shared(select!("state = 'refused' AND line > $3 ORDER BY line LIMIT $4"));
    OF_KIND = shared(select!("kind = $3 AND state <> 'refused' ORDER BY line LIMIT $4"));
    TO_DO = shared(select!("state = 'waiting' AND kind IN ('add', $3) ORDER BY line LIMIT $4"));
    // Many rows at once, as one JSON array.
    INSERT = per_backend(
        "INSERT INTO user_import_row (tenant_id, import_id, line, verdict, kind, state)
         SELECT $1, $2, value ->> 'line', value ->> 'verdict', value ->> 'kind', value ->> 'state' FROM json_each($3)",
        "INSERT INTO user_import_row (tenant_id, import_id, line, verdict, kind, state)
         SELECT $1, $2, line, verdict, kind, state
         FROM json_to_recordset(CAST($3 AS json)) AS sent (line BIGINT, verdict TEXT, kind TEXT, state TEXT)",
    );
    COUNTS = shared(
        "SELECT kind, state, COUNT(*) AS count FROM user_import_row
         WHERE tenant_id = $1 AND import_id = $2 GROUP BY kind, state"
    );
}

fn row_from(row: &Row) -> Result<ImportRow, StoreError> {
    let judged = verdict::from_json(row.unsigned("line")?, &row.text("verdict")?)?;
    Ok(ImportRow { judged, state: row.named("state", ImportRowState::ALL, ImportRowState::name)? })
}

fn sent_row(row: &JudgedRow) -> Result<serde_json::Value, StoreError> {
    let state = match (&row.verdict, row.kind()) {
        (Err(_), _) => ImportRowState::Refused,
        (Ok(_), RowKind::Same) => ImportRowState::Done,
        (Ok(_), RowKind::Add | RowKind::Change) => ImportRowState::Waiting,
    };
    let verdict = verdict::to_json(row)?;
    let (kind, state) = (row.kind().name(), state.name());
    Ok(serde_json::json!({ "line": row.line, "verdict": verdict, "kind": kind, "state": state }))
}

impl TenantReader<'_> {
    /// An import's rows by line.
    pub async fn import_rows(
        &mut self,
        id: ImportId,
        page: &PageRequest<u32>,
    ) -> Result<ListPage<ImportRow>, StoreError> {
        let values = values![self.tenant, id, page.after.unwrap_or(0), page.limit_and_one()];
        let rows = self.connection.rows(&AFTER, values).await?;
        Ok(page.cut(rows.iter().map(row_from).collect::<Result<_, _>>()?))
    }

    /// An import's refused rows by line.
    pub async fn refused_import_rows(
        &mut self,
        id: ImportId,
        page: &PageRequest<u32>,
    ) -> Result<ListPage<ImportRow>, StoreError> {
        let values = values![self.tenant, id, page.after.unwrap_or(0), page.limit_and_one()];
        let rows = self.connection.rows(&REFUSED, values).await?;
        Ok(page.cut(rows.iter().map(row_from).collect::<Result<_, _>>()?))
    }

    /// The first rows that are there for this and not refused, at most `rows_max`.
    pub async fn import_rows_of_kind(
        &mut self,
        id: ImportId,
        kind: RowKind,
        rows_max: u32,
    ) -> Result<Vec<ImportRow>, StoreError> {
        let values = values![self.tenant, id, kind.name(), rows_max];
        let rows = self.connection.rows(&OF_KIND, values).await?;
        rows.iter().map(row_from).collect()
    }

    /// The first rows that wait for an import, with changes or without, at most `rows_max`.
    pub async fn import_rows_to_do(
        &mut self,
        id: ImportId,
        applies_changes: bool,
        rows_max: u32,
    ) -> Result<Vec<ImportRow>, StoreError> {
        let other = if applies_changes { RowKind::Change } else { RowKind::Add };
        let values = values![self.tenant, id, other.name(), rows_max];
        let rows = self.connection.rows(&TO_DO, values).await?;
        rows.iter().map(row_from).collect()
    }

    /// How many of an import's rows are in each state.
    pub async fn import_counts(&mut self, id: ImportId) -> Result<ImportCounts, StoreError> {
        let mut counts = ImportCounts::default();
        for row in self.connection.rows(&COUNTS, values![self.tenant, id]).await? {
            let kind = row.named("kind", RowKind::ALL, RowKind::name)?;
            let count = match (row.named("state", ImportRowState::ALL, ImportRowState::name)?, kind) {
                (ImportRowState::Refused, _) => &mut counts.refused,
                (ImportRowState::Waiting | ImportRowState::Done, RowKind::Same) => &mut counts.same,
                (ImportRowState::Waiting, RowKind::Add) => &mut counts.waiting,
                (ImportRowState::Done, RowKind::Add) => &mut counts.done,
                (ImportRowState::Waiting, RowKind::Change) => &mut counts.changes,
                (ImportRowState::Done, RowKind::Change) => &mut counts.changed,
            };
            *count += row.unsigned::<u32>("count")?;
        }
        Ok(counts)
    }

    /// The first rows in this state, at most `rows_max`.
    pub async fn import_rows_in(
        &mut self,
        id: ImportId,
        state: ImportRowState,
        rows_max: u32,
    ) -> Result<Vec<ImportRow>, StoreError> {
        let values = values![self.tenant, id, state.name(), rows_max];
        let rows = self.connection.rows(&IN_STATE, values).await?;
        rows.iter().map(row_from).collect()
    }
}

impl TenantTransaction<'_> {
    /// Keeps judged rows, with one statement: good ones wait if there is something to do, others are refused.
    pub async fn insert_import_rows(&mut self, id: ImportId, rows: &[JudgedRow]) -> Result<(), StoreError> {
        let sent = rows.iter().map(sent_row).collect::<Result<Vec<_>, _>>()?;
        let sent = serde_json::to_string(&sent).map_err(|error| corrupt("verdict", error))?;
        let values = values![self.tenant, id, sent];
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }
}
