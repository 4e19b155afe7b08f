//! Imports that were begun, worked off in the background.

use super::Imports;
use crate::{
    Unavailable,
    runner::{Done, Kept, TenantWork},
    unavailable::FirstFailure,
    users::{InvitationChannel, UserError},
    work::must_apply,
};
use domain::{
    act::{self, Mandate},
    form::Field,
    grant::{Actor, ManageUsers, Permission},
    id::{ImportId, TenantId},
    import::{CellError, Cells, Column, JudgedRow, Known, NewUser, RefusedRow, RowError},
    mail::MailClass,
    user::UserState,
};
use std::collections::HashSet;
use store::imports::{Import, ImportRow, ImportState};

/// Users added in one transaction: few enough that nobody else waits long.
const ROWS_AT_ONCE: u32 = 100;

/// What an import's next turn is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Nothing: its tenant is shut out, or it is not running.
    Rest,
    /// Its administrator may not manage users any more.
    Stop,
    /// Rows are waiting.
    Add,
    /// Its last row is done.
    Finish,
}

impl Imports {
    /// Works off running imports until there is nothing to do: those begun just now, and those that a restart
    /// interrupted. Tenants take turns, some rows each, so that a large import delays no other company's. Those of a tenant that is shut out rest until it is not. One that fails keeps none of the
    /// others waiting, and is the error at the end. Resolves when woken work is done; call it in a loop.
    pub async fn run_imports(&self) -> Result<(), Unavailable> {
        let mut failure = FirstFailure::default();
        // Done, at rest or failed: not asked again this time.
        let mut settled = HashSet::new();
        loop {
            let running = self.core.read().await?.running_imports().await?;
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
        self.core.calls().imports.notified().await;
    }

    /// Takes an import's next turn; is there more to do?
    async fn import_some(&self, tenant: TenantId, id: ImportId) -> Result<bool, Unavailable> {
        let turn = self.core.upkeep("import_users", |work| async move {
            let mut work = work.in_tenant::<Unavailable>(tenant).await?;
            let turn = self.next_turn(&mut work, id).await?;
            if turn != Turn::Add {
                return Ok(Kept::nothing(turn));
            }
            self.settle_some(&mut work, id).await?;
            Ok::<_, Unavailable>(work.kept(turn))
        });
        let turn = turn.await?;
        let (mandate, state) = match turn {
            Turn::Rest => return Ok(false),
            Turn::Add => return Ok(true),
            Turn::Stop => (Mandate::of_system(act::StopImport), ImportState::Stopped),
            Turn::Finish => (Mandate::of_system(act::FinishImport), ImportState::Done),
        };
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            // What comes between, such as an administrator let in again, may make it another turn.
            if self.next_turn(&mut work, id).await? != turn {
                return Ok(Done::nothing(true));
            }
            must_apply(work.records().set_import_state(id, ImportState::Running, state).await?)?;
            Ok(work.done(id, "", false))
        });
        done.await
    }

    /// Asked under the tenant's lock. A suspension waits for these few rows; whatever comes after it finds the tenant,
    /// or the import's administrator, suspended.
    async fn next_turn(&self, work: &mut TenantWork, id: ImportId) -> Result<Turn, Unavailable> {
        if work.tenant.shut_out(self.core.service().contract_grace_days, work.now).is_some() {
            return Ok(Turn::Rest);
        }
        let import = work.records().import(id).await?;
        let Some(import) = import.filter(|import| import.state == ImportState::Running) else {
            return Ok(Turn::Rest);
        };
        if !may_go_on(work, &import).await? {
            return Ok(Turn::Stop);
        }
        let next = work.records().import_rows_to_do(id, import.applies_changes, 1).await?;
        Ok(if next.is_empty() { Turn::Finish } else { Turn::Add })
    }

    /// Settles the next rows of a running import.
    async fn settle_some(&self, work: &mut TenantWork, id: ImportId) -> Result<(), Unavailable> {
        let Some(import) = work.records().import(id).await? else { return Ok(()) };
        let rows = work.records().import_rows_to_do(id, import.applies_changes, ROWS_AT_ONCE).await?;
        for ImportRow { judged: JudgedRow { line, verdict, known }, .. } in rows {
            let user = known.as_ref().map(|known| known.user);
            match (verdict, known) {
                (Err(refused), _) => refuse_row(work, id, line, refused).await?,
                (Ok(new), None) => self.add_row(work, id, line, new).await?,
                (Ok(new), Some(known)) => self.change_row(work, &import, line, (new, known)).await?,
            }
            // Whether the administrator may go on is asked anew after a change to the own record.
            if user.is_some() && user == import.administrator {
                break;
            }
        }
        Ok(())
    }

    async fn add_row(
        &self,
        work: &mut TenantWork,
        id: ImportId,
        line: u32,
        new: NewUser,
    ) -> Result<(), Unavailable> {
        match self.people.insert_user(work, new.clone()).await {
            Ok(user) => {
                let way = self.people.new_way(InvitationChannel::Mail, MailClass::Bulk, Actor::System);
                match self.people.invite_within(work, &user, way).await {
                    Ok(_) => {}
                    Err(UserError::Unavailable(error)) => return Err(error),
                    Err(error) => return Err(Unavailable::because(error)),
                }
                must_apply(work.records().import_row_done(id, line).await?)
            }
            Err(UserError::Taken(errors)) => match came_meanwhile(work, &new).await? {
                Some(known) => {
                    let row = JudgedRow { line, verdict: Ok(new), known: Some(known) };
                    must_apply(work.records().import_row_same(id, &row).await?)
                }
                None => refuse_row(work, id, line, RefusedRow { cells: Cells::of(&new), errors }).await,
            },
            Err(UserError::Unfit(errors)) => {
                refuse_row(work, id, line, RefusedRow { cells: Cells::of(&new), errors }).await
            }
            Err(UserError::Unavailable(error)) => Err(error),
            Err(error) => Err(Unavailable::because(error)),
        }
    }

    /// The act of [`crate::users::People::update_user`], with its own row in the audit log.
    async fn change_row(
        &self,
        work: &mut TenantWork,
        import: &Import,
        line: u32,
        (new, known): (NewUser, Known),
    ) -> Result<(), Unavailable> {
        let cells = Cells::of(&new);
        let changed = if let Some(former) = work.records().lock_user(known.user).await? {
            match known.applied(&new, &former) {
                Ok(new) => self.people.change_within(work, &former, new).await,
                Err(errors) => Err(UserError::Unfit(errors)),
            }
        } else {
            // The person was deleted after the file was judged.
            let error = CellError::Moved { on_record: String::new() };
            Err(UserError::Unfit(vec![RowError { column: Column::LoginName, error }]))
        };
        let errors = match changed {
            Ok((user, detail)) => {
                let administrator = match import.administrator {
                    Some(id) => work.records().user(id).await?,
                    None => None,
                };
                let mandate = Mandate::of_import(act::UpdateUser, administrator.as_ref());
                work.log(mandate, user.id, format!("{detail} import={}", import.id)).await?;
                return must_apply(work.records().import_row_changed(import.id, line).await?);
            }
            Err(UserError::Taken(errors) | UserError::Unfit(errors)) => errors,
            Err(UserError::LastAdministrator) => {
                vec![RowError { column: Column::Role, error: CellError::LastAdministrator }]
            }
            Err(UserError::Unavailable(error)) => return Err(error),
            Err(error) => return Err(Unavailable::because(error)),
        };
        let refused = RefusedRow { cells, errors };
        must_apply(work.records().import_change_refused(import.id, line, refused).await?)
    }
}

async fn refuse_row(
    work: &mut TenantWork,
    id: ImportId,
    line: u32,
    refused: RefusedRow,
) -> Result<(), Unavailable> {
    must_apply(work.records().import_row_refused(id, line, refused).await?)
}

/// The person of a row who was added, just so, after the row was judged.
async fn came_meanwhile(work: &mut TenantWork, new: &NewUser) -> Result<Option<Known>, Unavailable> {
    let user = work.records().user_by_login_name(&new.login_name).await?;
    let user = user.filter(|user| user.email == new.email);
    let known = user.map(|user| Known::compared(new, Column::ALL, &user));
    Ok(known.filter(|known| known.changes.is_empty()))
}

/// May the import's administrator still add users?
async fn may_go_on(work: &mut TenantWork, import: &Import) -> Result<bool, Unavailable> {
    let Some(administrator) = import.administrator else { return Ok(true) };
    let administrator = work.records().user(administrator).await?;
    Ok(administrator.is_some_and(|user| user.state == UserState::Active && ManageUsers::allowed(user.role)))
}
