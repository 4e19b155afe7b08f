//! Many users from a CSV file: judged first, imported in the background, resumed after a restart.

use crate::{
    Authority, Unavailable,
    unavailable::{FirstFailure, unavailable_in},
    users::{Delivery, UserError, open_tenant},
    work::{Work, must_apply},
};
use domain::{
    act::Act,
    bounds::{BoundReached, Usage},
    grant::{Actor, Grant, ManageUsers, Permission},
    id::{ImportId, TenantId, UserId},
    import::{self, CellError, Cells, Column, FileError, JudgedFile, JudgedRow, RefusedRow, RowError},
    mail::MailClass,
    name_rules::NameRules,
    tenant::Tenant,
    time::DAY,
    user::UserState,
};
use std::{collections::HashSet, io};
use store::imports::{Import, ImportRow, ImportRowState, ImportState};

/// Users added in one transaction: few enough that nobody else waits long.
const ROWS_AT_ONCE: u32 = 100;
/// Judged rows kept in one transaction: the same.
const JUDGED_ROWS_AT_ONCE: usize = 1000;

/// Why a file was not taken or an import not begun.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The whole file.
    #[error(transparent)]
    File(FileError),
    /// There is no such import in this tenant, or no such tenant within reach.
    #[error("there is no such import")]
    NotFound,
    /// It has begun, or its file is not all kept.
    #[error("this import has begun already")]
    Begun,
    /// More than one tenant may have of what all share.
    #[error(transparent)]
    Bound(BoundReached),
    /// The tenant takes nobody in.
    #[error(transparent)]
    Tenant(UserError),
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

unavailable_in!(ImportError);

impl ImportError {
    fn of_tenant(error: UserError) -> Self {
        match error {
            UserError::NotFound => Self::NotFound,
            UserError::Unavailable(cause) => Self::Unavailable(cause),
            error => Self::Tenant(error),
        }
    }
}

impl Authority {
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

    /// As [`Authority::judge_import`], of a file that rests elsewhere until its turn: one file at a time lies in memory.
    pub async fn judge_import_from(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        file_name: &str,
        read: impl FnOnce() -> io::Result<Vec<u8>> + Send + 'static,
    ) -> Result<ImportId, ImportError> {
        let _turn = self.inner.judging.lock().await;
        // A file of 100,000 rows takes a moment of pure thought.
        let judged = tokio::task::spawn_blocking(move || read().map(import::judge)).await;
        let judged = judged.map_err(Unavailable::because)?.map_err(Unavailable::because)?;
        let judged = judged.map_err(ImportError::File)?;
        let (import, rows) = self.begin_judged(grant, tenant, file_name, judged).await?;
        for rows in rows.chunks(JUDGED_ROWS_AT_ONCE) {
            let mut transaction = self.store().begin("keep_judged_rows").await?;
            transaction.tenant(tenant).insert_import_rows(import.id, rows).await?;
            transaction.commit().await?;
        }
        let mut work = self.begin("judge_import").await?;
        let (incomplete, checked) = (ImportState::Incomplete, ImportState::Checked);
        must_apply(work.tenant(tenant).set_import_state(import.id, incomplete, checked).await?)?;
        let detail = format!("rows={}", import.total);
        work.audit(grant, Act::JudgeImport, Some(tenant), import.id, detail).await?;
        work.finish().await?;
        Ok(import.id)
    }

    /// Keeps an import's record. It can be run once its rows are kept, too, some at a time, so that nobody else
    /// waits for all of them; broken off before, it is erased by the reconciler.
    async fn begin_judged(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        file_name: &str,
        mut judged: JudgedFile,
    ) -> Result<(Import, Vec<JudgedRow>), ImportError> {
        let mut work = self.begin("begin_judged_import").await?;
        let tenant =
            open_tenant(&mut work, grant.reaches(tenant), tenant).await.map_err(ImportError::of_tenant)?;
        let names = work.tenant(tenant.id).taken_names().await?;
        refuse_taken(&mut judged, &names);
        refuse_unfit(&mut judged, &tenant.names);
        let good = judged.rows.iter().filter(|row| row.verdict.is_ok()).count() as u64;
        self.admit_rows(&mut work, tenant.id, good).await?;
        self.make_room(&mut work, tenant.id).await?;
        let now = work.now;
        let rows = judged.rows;
        let import = Import {
            id: ImportId::new(now, &mut *self.rng()),
            tenant: tenant.id,
            state: ImportState::Incomplete,
            file_name: file_name.chars().take(200).collect(),
            total: u32::try_from(rows.len()).unwrap_or(u32::MAX),
            done: u32::try_from(rows.iter().filter(|row| row.verdict.is_err()).count()).unwrap_or(u32::MAX),
            administrator: administrator(grant, &tenant),
            created_at: now,
        };
        work.tenant(tenant.id).insert_import(&import).await?;
        work.finish_unlogged().await?;
        Ok((import, rows))
    }

    /// May this tenant add so many people by import now?
    async fn admit_rows(&self, work: &mut Work, tenant: TenantId, rows: u64) -> Result<(), ImportError> {
        let usage = usage(work, tenant).await?;
        self.service().bounds.admit(usage, rows, rows).map_err(ImportError::Bound)
    }

    /// Where as many imports are kept as may be, the oldest that is finished makes room.
    async fn make_room(&self, work: &mut Work, tenant: TenantId) -> Result<(), ImportError> {
        let max = self.service().bounds.imports_kept_max;
        let mut scope = work.tenant(tenant);
        while scope.imports_kept().await? >= u64::from(max) {
            if !scope.erase_oldest_done_import().await? {
                return Err(ImportError::Bound(BoundReached::Imports { max }));
            }
        }
        Ok(())
    }

    /// Begins to add and invite (by mail) every good row, or goes on with what has stopped, from now on in the
    /// name of whoever says so. Goes on in the background.
    pub async fn start_import(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: ImportId,
    ) -> Result<(), ImportError> {
        let mut work = self.begin("start_import").await?;
        let tenant =
            open_tenant(&mut work, grant.reaches(tenant), tenant).await.map_err(ImportError::of_tenant)?;
        let import = work.tenant(tenant.id).import(id).await?.ok_or(ImportError::NotFound)?;
        if matches!(import.state, ImportState::Checked | ImportState::Stopped) {
            self.admit_rows(&mut work, tenant.id, u64::from(import.total.saturating_sub(import.done)))
                .await?;
        }
        if !work.tenant(tenant.id).begin_import(id, administrator(grant, &tenant)).await? {
            return Err(ImportError::Begun);
        }
        work.audit(grant, Act::StartImport, Some(tenant.id), id, "").await?;
        work.finish().await?;
        self.inner.imports.notify_one();
        Ok(())
    }

    /// Works off running imports until there is nothing to do: those begun just now, and those that a restart
    /// interrupted. Tenants take turns, some rows each, so that a large import delays no other company's. Those of a tenant that is shut out rest until it is not. One that fails keeps none of the
    /// others waiting, and is the error at the end. Resolves when woken work is done; call it in a loop.
    pub async fn run_imports(&self) -> Result<(), Unavailable> {
        let mut failure = FirstFailure::default();
        // Done, at rest or failed: not asked again this time.
        let mut settled = HashSet::new();
        loop {
            let running = self.store().read().await?.running_imports().await?;
            let mut had_their_turn = HashSet::new();
            for (tenant, import) in running {
                if settled.contains(&import) || !had_their_turn.insert(tenant) {
                    continue;
                }
                if failure.note(import, self.import_some(tenant, import).await) != Some(true) {
                    let _new = settled.insert(import);
                }
                tokio::task::yield_now().await;
            }
            if had_their_turn.is_empty() {
                return failure.into_result();
            }
        }
    }

    /// Resolves when an import has begun, or may go on.
    pub async fn import_begun(&self) {
        self.inner.imports.notified().await;
    }

    /// Adds the next few users; is there more to do?
    async fn import_some(&self, tenant: TenantId, id: ImportId) -> Result<bool, Unavailable> {
        let mut work = self.begin("import_users").await?;
        let (now, grace_days) = (work.now, self.service().contract_grace_days);
        // A suspension waits here for these few rows; whatever comes after it finds the tenant, or its
        // administrator, suspended.
        let tenant = work.tenant(tenant).lock().await?;
        let Some(tenant) = tenant.filter(|tenant| tenant.shut_out(grace_days, now).is_none()) else {
            return Ok(false);
        };
        let import = work.tenant(tenant.id).import(id).await?;
        let Some(import) = import.filter(|import| import.state == ImportState::Running) else {
            return Ok(false);
        };
        if !may_go_on(&mut work, &import).await? {
            let (running, stopped) = (ImportState::Running, ImportState::Stopped);
            must_apply(work.tenant(tenant.id).set_import_state(id, running, stopped).await?)?;
            work.audit(Actor::System, Act::StopImport, Some(tenant.id), id, "").await?;
            work.finish().await?;
            return Ok(false);
        }
        let rows = work.tenant(tenant.id).import_rows_in(id, ImportRowState::Waiting, ROWS_AT_ONCE).await?;
        let more = !rows.is_empty();
        for row in rows {
            self.import_row(&mut work, &tenant, id, row).await?;
        }
        if more {
            work.finish_unlogged().await?;
        } else {
            let (running, done) = (ImportState::Running, ImportState::Done);
            must_apply(work.tenant(tenant.id).set_import_state(id, running, done).await?)?;
            work.audit(Actor::System, Act::FinishImport, Some(tenant.id), id, "").await?;
            work.finish().await?;
        }
        Ok(more)
    }

    async fn import_row(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        id: ImportId,
        row: ImportRow,
    ) -> Result<(), Unavailable> {
        let line = row.judged.line;
        let new = match row.judged.verdict {
            Ok(new) => new,
            Err(refused) => {
                must_apply(work.tenant(tenant.id).import_row_refused(id, line, refused).await?)?;
                return Ok(());
            }
        };
        let cells = Cells::of(&new);
        match self.insert_user(work, tenant, new).await {
            Ok(user) => {
                let way = self.new_way(Delivery::Mail, MailClass::Bulk, Actor::System);
                match self.invite_within(work, tenant, &user, way).await {
                    Ok(_) => {}
                    Err(UserError::Unavailable(error)) => return Err(error),
                    Err(error) => return Err(Unavailable::because(error)),
                }
                must_apply(work.tenant(tenant.id).import_row_done(id, line).await?)?;
            }
            Err(UserError::Taken(errors) | UserError::Unfit(errors)) => {
                let refused = RefusedRow { cells, errors };
                must_apply(work.tenant(tenant.id).import_row_refused(id, line, refused).await?)?;
            }
            Err(UserError::Unavailable(error)) => return Err(error),
            Err(error) => return Err(Unavailable::because(error)),
        }
        Ok(())
    }
}

/// What a tenant has of what is bounded. Running imports have what they will yet add.
pub(crate) async fn usage(work: &mut Work, tenant: TenantId) -> Result<Usage, Unavailable> {
    let since = work.now.checked_sub(DAY).map_err(Unavailable::because)?;
    let mut scope = work.tenant(tenant);
    let yet_to_add = scope.import_rows_left().await?;
    let (people, bulk_mails) = (scope.user_count("").await?, scope.bulk_mails_since(since).await?);
    Ok(Usage { people: people + yet_to_add, bulk_mails: bulk_mails + yet_to_add })
}

/// In whose name an import is: `None` for an operator, who is no user of the tenant.
fn administrator(grant: &Grant<ManageUsers>, tenant: &Tenant) -> Option<UserId> {
    match grant.actor() {
        Actor::User { tenant: of, user, .. } if of == tenant.id => Some(user),
        _ => None,
    }
}

/// May the import's administrator still add users?
async fn may_go_on(work: &mut Work, import: &Import) -> Result<bool, Unavailable> {
    let Some(administrator) = import.administrator else { return Ok(true) };
    let administrator = work.tenant(import.tenant).user(administrator).await?;
    Ok(administrator.is_some_and(|user| user.state == UserState::Active && ManageUsers::allowed(user.role)))
}

fn refuse_unfit(file: &mut JudgedFile, rules: &NameRules) {
    for row in &mut file.rows {
        let Ok(user) = &row.verdict else { continue };
        let errors = import::unfit(rules, &user.login_name, &user.email, None);
        row.refuse(errors);
    }
}

fn refuse_taken(file: &mut JudgedFile, names: &store::users::TakenNames) {
    for row in &mut file.rows {
        let Ok(user) = &row.verdict else { continue };
        let taken = [
            (Column::LoginName, names.login_names.contains(user.login_name.as_str())),
            (Column::Email, names.emails.contains(user.email.folded())),
        ];
        let errors: Vec<RowError> = taken
            .into_iter()
            .filter(|(_, taken)| *taken)
            .map(|(column, _)| RowError { column, error: CellError::Taken })
            .collect();
        row.refuse(errors);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_is_down_is_no_fault_of_the_tenant() {
        let down = UserError::Unavailable(Unavailable::because("down"));
        assert!(matches!(ImportError::of_tenant(down), ImportError::Unavailable(_)));
        assert!(matches!(ImportError::of_tenant(UserError::NotFound), ImportError::NotFound));
    }
}
