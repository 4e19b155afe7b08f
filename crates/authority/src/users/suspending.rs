//! Suspends and resumes people.

use super::{People, UserError, is_oneself, keep_an_administrator};
use crate::{Unavailable, runner::TenantWork};
use domain::{
    act::{self, Mandate},
    grant::{Grant, ManageUsers},
    id::{TenantId, UserId},
    status_change::StatusChange,
    user::{User, UserState},
};
use templates::mail::{self, UserMoved};

impl People {
    /// Shuts a person out with all devices, from the next request on; a mail tells the person.
    pub async fn suspend_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
    ) -> Result<(), UserError> {
        if is_oneself(grant.actor(), id) {
            return Err(UserError::Oneself);
        }
        let (from, to) = (UserState::Active, UserState::Suspended);
        self.move_user(grant.to(act::SuspendUser), tenant, id, from, to).await
    }

    /// Lets a suspended person in again; certificates that were held or revoked separately stay so. A mail tells
    /// the person.
    pub async fn resume_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
    ) -> Result<(), UserError> {
        let (from, to) = (UserState::Suspended, UserState::Active);
        self.move_user(grant.to(act::ResumeUser), tenant, id, from, to).await
    }

    async fn move_user(
        &self,
        mandate: Mandate,
        tenant: TenantId,
        id: UserId,
        from: UserState,
        to: UserState,
    ) -> Result<(), UserError> {
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let user = work.records().lock_user(id).await?.ok_or(UserError::NotFound)?;
            if user.state == from && to == UserState::Suspended {
                keep_an_administrator(&mut work, id).await?;
            }
            let now = work.now;
            if !work.records().set_user_state(id, from, to, now).await? {
                return Err(UserError::State(user.state));
            }
            work.tenant_crls_changed(tenant).await?;
            work.changed(StatusChange::User(id));
            self.tell_moved(&mut work, &user, to).await?;
            Ok(work.done(id, "", ()))
        });
        done.await
    }

    /// The mail carries no secret, so it leaves although the person, or the company, is shut out.
    async fn tell_moved(&self, work: &mut TenantWork, user: &User, to: UserState) -> Result<(), Unavailable> {
        let notice = UserMoved { to, user_name: user.display_name.clone(), at: work.now };
        let letter = self.core.letter(user, &work.tenant, |head| mail::user_moved(&notice, head));
        work.post(user.tenant, &letter).await
    }
}
