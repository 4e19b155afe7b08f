//! Many users from a CSV file: judged first, imported in the background, resumed after a restart.

mod judging;
mod running;

use crate::{
    Unavailable,
    core::Core,
    runner::{ActError, TenantWork},
    unavailable::unavailable_in,
    users::{People, UserError, in_service, usage},
};
use domain::{
    act,
    bounds::BoundReached,
    grant::{Actor, Grant, ManageUsers},
    id::{ImportId, TenantId, UserId},
    import::FileError,
    refusal::{Problem, Refusal, Refuses},
};
use std::sync::Arc;
use store::imports::ImportState;
use tokio::sync::Mutex;

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
    /// The new administrators and auditors of the file are not confirmed.
    #[error("the file makes administrators or auditors, which was not confirmed")]
    Unconfirmed,
    /// The tenant takes in no people at present.
    #[error(transparent)]
    Tenant(UserError),
    /// Store.
    #[error(transparent)]
    Unavailable(Unavailable),
}

impl Refuses for ImportError {
    fn refusals(&self) -> Vec<Refusal> {
        vec![match self {
            Self::File(error) => Refusal::at("file", error.clone()),
            Self::NotFound => Problem::NotFound.into(),
            Self::Begun => Problem::AlreadyDone.into(),
            Self::Bound(bound) => Refusal::at("file", *bound),
            Self::Unconfirmed => Refusal::at("administrators_confirmed", Problem::AdministratorsUnconfirmed),
            Self::Tenant(error) => return error.refusals(),
            Self::Unavailable(cause) => return cause.refusals(),
        }]
    }
}

unavailable_in!(ImportError);

impl ActError for ImportError {
    fn no_such_tenant() -> Self {
        Self::NotFound
    }
}

impl ImportError {
    fn of_tenant(error: UserError) -> Self {
        match error {
            UserError::NotFound => Self::NotFound,
            UserError::Unavailable(cause) => Self::Unavailable(cause),
            error => Self::Tenant(error),
        }
    }
}

/// What is agreed to when an import begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Agreed {
    /// The records of people who are there already are changed, too. Said once, at the first beginning.
    pub changes: bool,
    /// Those who become administrators or auditors are meant to.
    pub administrators: bool,
}

/// Judges files of users and works them off.
#[derive(Clone)]
pub struct Imports {
    core: Core,
    people: People,
    /// One file at a time is judged in this process.
    judging: Arc<Mutex<()>>,
}

impl Imports {
    pub(crate) fn new(core: &Core, people: &People, judging: &Arc<Mutex<()>>) -> Self {
        Self { core: core.clone(), people: people.clone(), judging: Arc::clone(judging) }
    }

    /// Starts an import, or continues a stopped one, in the name of the grant's actor. Good rows are added and invited
    /// by mail; records are changed only if the actor agreed to it. The rows are worked off in the background.
    pub async fn start_import(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: ImportId,
        agreed: Agreed,
    ) -> Result<(), ImportError> {
        let done = self.core.act_in(grant.to(act::StartImport), tenant, |mut work| async move {
            in_service(&work.tenant).map_err(ImportError::of_tenant)?;
            let import = work.records().import(id).await?.ok_or(ImportError::NotFound)?;
            if matches!(import.state, ImportState::Checked | ImportState::Stopped) {
                let changes =
                    import.applies_changes || agreed.changes && import.state == ImportState::Checked;
                if !agreed.administrators && import.summary.promotions(changes).next().is_some() {
                    return Err(ImportError::Unconfirmed);
                }
                let left = import.total.saturating_sub(import.done);
                self.admit_rows(&mut work, u64::from(left)).await?;
            }
            let (now, administrator) = (work.now, administrator(grant.actor(), tenant));
            if !work.records().begin_import(id, administrator, agreed.changes, now).await? {
                return Err(ImportError::Begun);
            }
            let detail = if agreed.changes { "changes=true" } else { "" };
            Ok(work.done(id, detail, ()))
        });
        done.await?;
        self.core.calls().imports.notify_one();
        Ok(())
    }

    /// May this tenant add so many people by import now?
    async fn admit_rows(&self, work: &mut TenantWork, rows: u64) -> Result<(), ImportError> {
        let usage = usage(work).await?;
        self.core.service().bounds.admit(usage, rows, rows).map_err(ImportError::Bound)
    }
}

/// In whose name an import is: `None` for an operator, who is no user of the tenant.
fn administrator(actor: Actor, tenant: TenantId) -> Option<UserId> {
    match actor {
        Actor::User { tenant: of, user, .. } if of == tenant => Some(user),
        _ => None,
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
