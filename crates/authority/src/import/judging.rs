//! A file of users is judged, row by row, and its verdicts are kept.

use super::{ImportError, Imports, administrator};
use crate::{Unavailable, runner::TenantWork, users::in_service, work::must_apply};
use domain::{
    act::{self, Mandate},
    bounds::BoundReached,
    grant::{Grant, ManageUsers},
    id::{ImportId, TenantId},
    import::{self, FileSummary, JudgedFile, JudgedRow, Names, RowKind},
    name_rules::NameRules,
};
use std::io;
use store::{
    PAGE_ROWS_MAX, PageRequest,
    imports::{Import, ImportState},
};

/// Judged rows kept in one transaction: few enough that nobody else waits long.
const JUDGED_ROWS_AT_ONCE: usize = 1000;

impl Imports {
    /// Judges a file, row by row, and keeps the verdicts. Nobody is added yet.
    pub async fn judge_import(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        file_name: &str,
        bytes: Vec<u8>,
    ) -> Result<ImportId, ImportError> {
        self.judge_import_from(grant, tenant, file_name, || Ok(bytes)).await
    }

    /// As [`Imports::judge_import`], of a file that rests elsewhere until its turn: one file at a time lies in memory.
    pub async fn judge_import_from(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        file_name: &str,
        read: impl FnOnce() -> io::Result<Vec<u8>> + Send + 'static,
    ) -> Result<ImportId, ImportError> {
        let _turn = self.judging.lock().await;
        // A file of 100,000 rows takes a moment of pure thought.
        let judged = tokio::task::spawn_blocking(move || read().map(import::judge)).await;
        let judged = judged.map_err(Unavailable::because)?.map_err(Unavailable::because)?;
        let judged = judged.map_err(ImportError::File)?;
        let judged = &self.judged_in(grant, tenant, judged).await?;
        let mandate = grant.to(act::JudgeImport);
        let import = self.begin_judged(mandate, tenant, file_name, judged).await?;
        for rows in judged.rows.chunks(JUDGED_ROWS_AT_ONCE) {
            let done = self.core.upkeep("keep_judged_rows", |mut work| async move {
                work.tenant(tenant).insert_import_rows(import, rows).await?;
                Ok::<_, Unavailable>(work.kept(()))
            });
            done.await?;
        }
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let (incomplete, checked) = (ImportState::Incomplete, ImportState::Checked);
            must_apply(work.records().set_import_state(import, incomplete, checked).await?)?;
            Ok(work.done(import, format!("rows={}", total(judged)), import))
        });
        done.await
    }

    /// Judges the rows by the tenant's rules and users, too, as they are now: each row is judged again when it is
    /// imported.
    async fn judged_in(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        mut judged: JudgedFile,
    ) -> Result<JudgedFile, ImportError> {
        let mut door = self.core.read_in(grant, tenant).await?.ok_or(ImportError::NotFound)?;
        let mut scope = door.records();
        let record = scope.record().await?.ok_or(ImportError::NotFound)?;
        let (names, mut request) = (Names::of(&judged), PageRequest::first(PAGE_ROWS_MAX));
        loop {
            let page = scope.each_user(&request).await?;
            for user in &page.rows {
                judged.compare(&names, user);
            }
            request.after = page.rows.last().map(|user| user.id);
            if !page.more {
                break;
            }
        }
        drop(door);
        refuse_unfit(&mut judged, &record.names);
        Ok(judged)
    }

    /// Keeps an import's record. It can be run once its rows are kept, too, some at a time, so that nobody else
    /// waits for all of them; broken off before, it is erased by the reconciler.
    async fn begin_judged(
        &self,
        mandate: Mandate,
        tenant: TenantId,
        file_name: &str,
        judged: &JudgedFile,
    ) -> Result<ImportId, ImportError> {
        let adds = |row: &&JudgedRow| row.verdict.is_ok() && row.kind() == RowKind::Add;
        let added = judged.rows.iter().filter(adds).count();
        let others = u32::try_from(judged.rows.len() - added).unwrap_or(u32::MAX);
        let summary = &FileSummary::of(judged);
        let done = self.core.prepare_in(mandate, tenant, |mut work| async move {
            in_service(&work.tenant).map_err(ImportError::of_tenant)?;
            self.admit_rows(&mut work, added as u64).await?;
            self.make_room(&mut work).await?;
            let now = work.now;
            let import = Import {
                id: ImportId::new(now, &mut *self.core.rng()),
                tenant,
                state: ImportState::Incomplete,
                file_name: file_name.chars().take(200).collect(),
                total: total(judged),
                done: others,
                summary: summary.clone(),
                applies_changes: false,
                begun_at: None,
                administrator: administrator(mandate.actor(), tenant),
                created_at: now,
            };
            work.records().insert_import(&import).await?;
            Ok(work.kept(import.id))
        });
        done.await
    }

    /// Where as many imports are kept as may be, the oldest that is finished makes room.
    async fn make_room(&self, work: &mut TenantWork) -> Result<(), ImportError> {
        let max = self.core.service().bounds.imports_kept_max;
        let mut scope = work.records();
        while scope.imports_kept().await? >= u64::from(max) {
            if !scope.erase_oldest_done_import().await? {
                return Err(ImportError::Bound(BoundReached::Imports { max }));
            }
        }
        Ok(())
    }
}

fn total(judged: &JudgedFile) -> u32 {
    u32::try_from(judged.rows.len()).unwrap_or(u32::MAX)
}

fn refuse_unfit(file: &mut JudgedFile, rules: &NameRules) {
    for row in &mut file.rows {
        // What is on record goes on.
        let (Ok(user), None) = (&row.verdict, &row.known) else { continue };
        let errors = import::unfit(rules, &user.login_name, &user.email, None);
        row.refuse(errors);
    }
}
