//! How an import's row is settled: once, in the transaction that adds or changes its person.

use super::verdict;
use crate::{
    StoreError, TenantTransaction,
    backend::{statements, values},
};
use domain::{
    id::ImportId,
    import::{JudgedRow, RefusedRow},
};

statements! {
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

impl TenantTransaction<'_> {
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
