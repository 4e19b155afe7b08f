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
    grant::{Actor, ManageUsers, Permission},
    id::{ImportId, TenantId},
    import::{Cells, RefusedRow},
    mail::MailClass,
    user::UserState,
};
use std::collections::HashSet;
use store::imports::{Import, ImportRow, ImportRowState, ImportState};

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
            let rows = work.records().import_rows_in(id, ImportRowState::Waiting, ROWS_AT_ONCE).await?;
            for row in rows {
                self.import_row(&mut work, id, row).await?;
            }
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
        let next = work.records().import_rows_in(id, ImportRowState::Waiting, 1).await?;
        Ok(if next.is_empty() { Turn::Finish } else { Turn::Add })
    }

    async fn import_row(
        &self,
        work: &mut TenantWork,
        id: ImportId,
        row: ImportRow,
    ) -> Result<(), Unavailable> {
        let line = row.judged.line;
        let new = match row.judged.verdict {
            Ok(new) => new,
            Err(refused) => {
                must_apply(work.records().import_row_refused(id, line, refused).await?)?;
                return Ok(());
            }
        };
        let cells = Cells::of(&new);
        match self.people.insert_user(work, new).await {
            Ok(user) => {
                let way = self.people.new_way(InvitationChannel::Mail, MailClass::Bulk, Actor::System);
                match self.people.invite_within(work, &user, way).await {
                    Ok(_) => {}
                    Err(UserError::Unavailable(error)) => return Err(error),
                    Err(error) => return Err(Unavailable::because(error)),
                }
                must_apply(work.records().import_row_done(id, line).await?)?;
            }
            Err(UserError::Taken(errors) | UserError::Unfit(errors)) => {
                let refused = RefusedRow { cells, errors };
                must_apply(work.records().import_row_refused(id, line, refused).await?)?;
            }
            Err(UserError::Unavailable(error)) => return Err(error),
            Err(error) => return Err(Unavailable::because(error)),
        }
        Ok(())
    }
}

/// May the import's administrator still add users?
async fn may_go_on(work: &mut TenantWork, import: &Import) -> Result<bool, Unavailable> {
    let Some(administrator) = import.administrator else { return Ok(true) };
    let administrator = work.records().user(administrator).await?;
    Ok(administrator.is_some_and(|user| user.state == UserState::Active && ManageUsers::allowed(user.role)))
}
