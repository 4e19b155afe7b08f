//! CSV imports: the judged file and its progress, so that an import continues after a restart.

mod verdict;

use crate::{
    ListPage, PageRequest, Reader, StoreError, TenantReader, TenantTransaction, Transaction,
    backend::{Row, row::corrupt, statements, values},
};
use domain::{
    id::{ImportId, TenantId, UserId},
    import::{FileSummary, JudgedRow, RefusedRow, RowKind},
    time::Timestamp,
};

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportState {
    /// Judged (the dry run); waits for the administrator to begin it.
    Checked,
    /// Rows are being processed.
    Running,
    /// Its administrator may no longer manage users; waits for another administrator.
    Stopped,
    /// Every row is settled.
    Done,
    /// Its rows are not all kept; such an import cannot run. Stored as `cancelled`, a word of the schema that stays.
    Incomplete,
}

impl ImportState {
    pub const ALL: [Self; 5] = [Self::Checked, Self::Running, Self::Stopped, Self::Done, Self::Incomplete];

    /// The stable name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Checked => "checked",
            Self::Running => "running",
            Self::Stopped => "stopped",
            Self::Done => "done",
            Self::Incomplete => "cancelled",
        }
    }
}

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

/// An import's record.
#[derive(Debug, Clone)]
pub struct Import {
    pub id: ImportId,
    pub tenant: TenantId,
    pub state: ImportState,
    /// The file's name, as the browser gave it.
    pub file_name: String,
    /// Rows of the file.
    pub total: u32,
    /// Rows that will not add a person (any more): refused, users, or about people on record.
    pub done: u32,
    /// What the file says as a whole.
    pub summary: FileSummary,
    /// Are the records of people changed who are there already?
    pub applies_changes: bool,
    /// Since when it runs, in the name of its present administrator.
    pub begun_at: Option<Timestamp>,
    /// The administrator in whose name the import runs: the sender of the file, then the administrator who
    /// last began or continued it. `None` for an operator.
    pub administrator: Option<UserId>,
    /// When the file was sent.
    pub created_at: Timestamp,
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
            "SELECT id, tenant_id, state, file_name, total, done, summary, applies_changes, begun_at, administrator_id, \
             created_at FROM user_import ",
            $rest
        )
    };
}

statements! {
    BY_ID = shared(select!("WHERE tenant_id = $1 AND id = $2"));
    NEWEST = shared(select!("WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2"));
    RUNNING = shared(
        "SELECT id, tenant_id FROM user_import WHERE state = 'running' ORDER BY created_at"
    );
    ROWS = shared(
        "SELECT line, verdict, state FROM user_import_row
         WHERE tenant_id = $1 AND import_id = $2 AND line > $3 ORDER BY line LIMIT $4"
    );
    INSERT = shared(
        "INSERT INTO user_import (tenant_id, id, state, file_name, total, done, summary, administrator_id, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    );
    // Many rows at once, as one JSON array.
    INSERT_ROWS = per_backend(
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
    ROWS_IN_STATE = shared(
        "SELECT line, verdict, state FROM user_import_row
         WHERE tenant_id = $1 AND import_id = $2 AND state = $3 ORDER BY line LIMIT $4"
    );
    REFUSED = shared(
        "SELECT line, verdict, state FROM user_import_row
         WHERE tenant_id = $1 AND import_id = $2 AND state = 'refused' AND line > $3 ORDER BY line LIMIT $4"
    );
    ROWS_OF_KIND = shared(
        "SELECT line, verdict, state FROM user_import_row
         WHERE tenant_id = $1 AND import_id = $2 AND kind = $3 AND state <> 'refused' ORDER BY line LIMIT $4"
    );
    TO_DO = shared(
        "SELECT line, verdict, state FROM user_import_row
         WHERE tenant_id = $1 AND import_id = $2 AND state = 'waiting' AND kind IN ('add', $3) ORDER BY line LIMIT $4"
    );
    ERASE_UNSTARTED_ROWS = shared(
        "DELETE FROM user_import_row WHERE import_id IN
             (SELECT id FROM user_import WHERE state IN ('cancelled', 'checked') AND created_at < $1)"
    );
    ERASE_UNSTARTED =
        shared("DELETE FROM user_import WHERE state IN ('cancelled', 'checked') AND created_at < $1");
    KEPT = shared("SELECT COUNT(*) AS count FROM user_import WHERE tenant_id = $1");
    LEFT_TO_DO = shared(
        "SELECT CAST(COALESCE(SUM(total - done), 0) AS BIGINT) AS count FROM user_import
         WHERE tenant_id = $1 AND state = 'running'"
    );
    OLDEST_DONE = shared(
        "SELECT id FROM user_import WHERE tenant_id = $1 AND state = 'done' ORDER BY id LIMIT 1"
    );
    ERASE_ROWS = shared("DELETE FROM user_import_row WHERE tenant_id = $1 AND import_id = $2");
    ERASE = shared("DELETE FROM user_import WHERE tenant_id = $1 AND id = $2");
    BEGIN = shared(
        "UPDATE user_import SET state = 'running', administrator_id = $3, begun_at = $4,
             applies_changes = CASE state WHEN 'checked' THEN $5 ELSE applies_changes END
         WHERE tenant_id = $1 AND id = $2 AND state IN ('checked', 'stopped')"
    );
    SET_STATE = shared("UPDATE user_import SET state = $4 WHERE tenant_id = $1 AND id = $2 AND state = $3");
    ROW_DONE = shared(
        "UPDATE user_import_row SET state = 'done'
         WHERE tenant_id = $1 AND import_id = $2 AND line = $3 AND state = 'waiting' AND kind = 'add'"
    );
    ROW_CHANGED = shared(
        "UPDATE user_import_row SET state = 'done'
         WHERE tenant_id = $1 AND import_id = $2 AND line = $3 AND state = 'waiting' AND kind = 'change'"
    );
    ROW_SAME = shared(
        "UPDATE user_import_row SET state = 'done', kind = 'same', verdict = $4
         WHERE tenant_id = $1 AND import_id = $2 AND line = $3 AND state = 'waiting' AND kind = 'add'"
    );
    CHANGE_REFUSED = shared(
        "UPDATE user_import_row SET state = 'refused', verdict = $4
         WHERE tenant_id = $1 AND import_id = $2 AND line = $3 AND state = 'waiting' AND kind = 'change'"
    );
    ROW_REFUSED = shared(
        "UPDATE user_import_row SET state = 'refused', verdict = $4
         WHERE tenant_id = $1 AND import_id = $2 AND line = $3 AND state = 'waiting' AND kind = 'add'"
    );
    COUNT_DONE = shared("UPDATE user_import SET done = done + 1 WHERE tenant_id = $1 AND id = $2");
}

fn import_from(row: &Row) -> Result<Import, StoreError> {
    Ok(Import {
        id: row.id("id")?,
        tenant: row.id("tenant_id")?,
        state: row.named("state", ImportState::ALL, ImportState::name)?,
        file_name: row.text("file_name")?,
        total: row.unsigned("total")?,
        done: row.unsigned("done")?,
        summary: row.parsed("summary", |text| serde_json::from_str(text))?,
        applies_changes: row.unsigned::<u32>("applies_changes")? != 0,
        begun_at: row.optional_time("begun_at")?,
        administrator: row.optional_id("administrator_id")?,
        created_at: row.time("created_at")?,
    })
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

impl Reader {
    /// Running imports of all tenants, to continue after a restart.
    pub async fn running_imports(&mut self) -> Result<Vec<(TenantId, ImportId)>, StoreError> {
        let rows = self.connection.rows(&RUNNING, values![]).await?;
        rows.iter().map(|row| Ok((row.id("tenant_id")?, row.id("id")?))).collect()
    }
}

impl TenantReader<'_> {
    pub async fn import(&mut self, id: ImportId) -> Result<Option<Import>, StoreError> {
        let row = self.connection.row(&BY_ID, values![self.tenant, id]).await?;
        row.as_ref().map(import_from).transpose()
    }

    /// The newest imports, at most `rows_max`.
    pub async fn imports(&mut self, rows_max: u32) -> Result<Vec<Import>, StoreError> {
        let rows = self.connection.rows(&NEWEST, values![self.tenant, rows_max]).await?;
        rows.iter().map(import_from).collect()
    }

    /// An import's rows by line.
    pub async fn import_rows(
        &mut self,
        id: ImportId,
        page: &PageRequest<u32>,
    ) -> Result<ListPage<ImportRow>, StoreError> {
        let values = values![self.tenant, id, page.after.unwrap_or(0), page.limit_and_one()];
        let rows = self.connection.rows(&ROWS, values).await?;
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
        let rows = self.connection.rows(&ROWS_OF_KIND, values).await?;
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

    /// How many imports are kept, in any state.
    pub async fn imports_kept(&mut self) -> Result<u64, StoreError> {
        self.connection.count(&KEPT, values![self.tenant]).await
    }

    /// How many rows running imports have not settled yet.
    pub async fn import_rows_left(&mut self) -> Result<u64, StoreError> {
        self.connection.count(&LEFT_TO_DO, values![self.tenant]).await
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
        let rows = self.connection.rows(&ROWS_IN_STATE, values).await?;
        rows.iter().map(row_from).collect()
    }
}

impl Transaction {
    /// Erases imports from before a moment that nobody has begun, or whose rows were never all kept; returns
    /// how many.
    pub async fn erase_unstarted_imports(&mut self, sent_before: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&ERASE_UNSTARTED_ROWS, values![sent_before]).await?;
        self.connection.execute(&ERASE_UNSTARTED, values![sent_before]).await
    }
}

impl TenantTransaction<'_> {
    /// Keeps an import's record; its rows follow by [`TenantTransaction::insert_import_rows`].
    pub async fn insert_import(&mut self, import: &Import) -> Result<(), StoreError> {
        let values = values![
            self.tenant,
            import.id,
            import.state.name(),
            import.file_name.as_str(),
            import.total,
            import.done,
            serde_json::to_string(&import.summary).map_err(|error| corrupt("summary", error))?,
            import.administrator,
            import.created_at,
        ];
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }

    /// Keeps judged rows, with one statement: good ones wait if there is something to do, others are refused.
    pub async fn insert_import_rows(&mut self, id: ImportId, rows: &[JudgedRow]) -> Result<(), StoreError> {
        let sent = rows.iter().map(sent_row).collect::<Result<Vec<_>, _>>()?;
        let sent = serde_json::to_string(&sent).map_err(|error| corrupt("verdict", error))?;
        let values = values![self.tenant, id, sent];
        self.connection.execute(&INSERT_ROWS, values).await?;
        Ok(())
    }

    /// Erases the oldest finished import with its rows; `false` if none is finished.
    pub async fn erase_oldest_done_import(&mut self) -> Result<bool, StoreError> {
        let tenant = self.tenant;
        let Some(row) = self.connection.row(&OLDEST_DONE, values![tenant]).await? else { return Ok(false) };
        let id: ImportId = row.id("id")?;
        self.connection.execute(&ERASE_ROWS, values![tenant, id]).await?;
        self.connection.applied(&ERASE, values![tenant, id]).await
    }

    /// Checked or stopped → running, in an administrator's name (or an operator's); `false` if it is neither. Whether
    /// its changes are wanted is said once, at its first beginning.
    pub async fn begin_import(
        &mut self,
        id: ImportId,
        administrator: Option<UserId>,
        applies_changes: bool,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, administrator, at, u32::from(applies_changes)];
        self.connection.applied(&BEGIN, values).await
    }

    /// Moves an import from one state to another; `false` if it is not in `expected`.
    pub async fn set_import_state(
        &mut self,
        id: ImportId,
        expected: ImportState,
        next: ImportState,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, expected.name(), next.name()];
        self.connection.applied(&SET_STATE, values).await
    }

    /// Marks the row as a user, in the transaction that creates the user; `false` if the row was settled already.
    pub async fn import_row_done(&mut self, id: ImportId, line: u32) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, line];
        let applied = self.connection.applied(&ROW_DONE, values).await?;
        self.count_settled(id, applied).await
    }

    /// Marks a row as refused that was good and cannot become a user now; `false` if the row was settled already.
    pub async fn import_row_refused(
        &mut self,
        id: ImportId,
        line: u32,
        refused: RefusedRow,
    ) -> Result<bool, StoreError> {
        let row = JudgedRow { line, verdict: Err(refused), known: None };
        let values = values![self.tenant, id, line, verdict::to_json(&row)?];
        let applied = self.connection.applied(&ROW_REFUSED, values).await?;
        self.count_settled(id, applied).await
    }

    /// The row's person came to be on record meanwhile, just so; `false` if the row was settled already.
    pub async fn import_row_same(&mut self, id: ImportId, row: &JudgedRow) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, row.line, verdict::to_json(row)?];
        let applied = self.connection.applied(&ROW_SAME, values).await?;
        self.count_settled(id, applied).await
    }

    /// The row's change is on record, in this transaction; `false` if it was settled already.
    pub async fn import_row_changed(&mut self, id: ImportId, line: u32) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, line];
        self.connection.applied(&ROW_CHANGED, values).await
    }

    /// The row's change was possible once and is not now; `false` if it was settled already.
    pub async fn import_change_refused(
        &mut self,
        id: ImportId,
        line: u32,
        refused: RefusedRow,
    ) -> Result<bool, StoreError> {
        let row = JudgedRow { line, verdict: Err(refused), known: None };
        let values = values![self.tenant, id, line, verdict::to_json(&row)?];
        self.connection.applied(&CHANGE_REFUSED, values).await
    }

    async fn count_settled(&mut self, id: ImportId, applied: bool) -> Result<bool, StoreError> {
        if applied {
            let values = values![self.tenant, id];
            self.connection.execute(&COUNT_DONE, values).await?;
        }
        Ok(applied)
    }
}
