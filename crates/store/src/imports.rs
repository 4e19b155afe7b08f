//! CSV imports: the judged file and its progress, so that an import continues after a restart.
//!
//! Read next: `rows` (the file's rows and their states), `settling` (how a row is settled), `verdict` (how a judged
//! row lies in its column).

pub(crate) mod rows;
pub(crate) mod settling;
mod verdict;

pub use rows::{ImportCounts, ImportRow, ImportRowState};

use crate::{
    Reader, StoreError, TenantReader, TenantTransaction, Transaction,
    backend::{
        column::named,
        statements,
        table::{insert, table},
        values,
    },
};
use domain::{
    id::{ImportId, TenantId, UserId},
    import::FileSummary,
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

named! { ImportState: name; }

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

table! {
    "user_import" holds Import as import, read by import_from;
    key { tenant (tenant_id), id }
    changed {}
    fixed {
        state,
        file_name,
        total,
        done,
        summary,
        applies_changes,
        begun_at,
        administrator (administrator_id),
        created_at,
    }
    seen {}
}

macro_rules! select {
    ($rest:literal) => {
        concat!("SELECT ", columns!(), " FROM user_import ", $rest)
    };
}

statements! {
    BY_ID = shared(select!("WHERE tenant_id = $1 AND id = $2"));
    NEWEST = shared(select!("WHERE tenant_id = $1 ORDER BY id DESC LIMIT $2"));
    RUNNING = shared(
        "SELECT id, tenant_id FROM user_import WHERE state = 'running' ORDER BY created_at"
    );
    INSERT = shared(insert!(""));
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

    /// How many imports are kept, in any state.
    pub async fn imports_kept(&mut self) -> Result<u64, StoreError> {
        self.connection.count(&KEPT, values![self.tenant]).await
    }

    /// How many rows running imports have not settled yet.
    pub async fn import_rows_left(&mut self) -> Result<u64, StoreError> {
        self.connection.count(&LEFT_TO_DO, values![self.tenant]).await
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
        let values = inserted_values(values![self.tenant, import.id], import)?;
        self.connection.execute(&INSERT, values).await?;
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
}
