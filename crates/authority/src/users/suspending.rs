//! Suspends and resumes people, at once or at the end of a day.

use super::{People, UserError, is_oneself, keep_an_administrator};
use crate::{
    Unavailable,
    runner::{Done, TenantWork},
    work::must_apply,
};
use domain::{
    act::{self, Act, Mandate},
    grant::{Actor, Grant, ManageUsers},
    id::{TenantId, UserId},
    license::{end_of_day, last_day},
    status_change::StatusChange,
    user::{Role, User, UserState},
};
use jiff::civil::Date;
use store::PageRequest;
use templates::mail::{self, AdministratorKept, UserMoved};

/// The newest acts on a person among which the one that planned the suspension is looked for.
const ACTS_ON_PERSON_MAX: u32 = 50;

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

    /// Plans that a person is suspended at the end of a day in the service's time zone; another day takes the place of
    /// the former one. The day has not passed.
    pub async fn plan_suspension(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
        day: Date,
    ) -> Result<(), UserError> {
        if is_oneself(grant.actor(), id) {
            return Err(UserError::Oneself);
        }
        let at = end_of_day(day, &self.core.service().time_zone);
        let by = match grant.actor() {
            Actor::User { user, .. } => user.to_string(),
            other => other.kind_name().to_owned(),
        };
        let by = &by;
        let done = self.core.act_in(grant.to(act::PlanSuspension), tenant, |mut work| async move {
            let user = work.records().lock_user(id).await?.ok_or(UserError::NotFound)?;
            if at <= work.now {
                return Err(UserError::DayPassed);
            }
            if user.suspend_at == Some(at) {
                return Ok(Done::nothing(()));
            }
            if !work.records().plan_suspension(id, Some(at)).await? {
                return Err(UserError::State(user.state));
            }
            Ok(work.done(id, format!("last_day={day} by={by}"), ()))
        });
        done.await
    }

    /// Calls a planned suspension off.
    pub async fn cancel_suspension(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
    ) -> Result<(), UserError> {
        let done = self.core.act_in(grant.to(act::CancelSuspension), tenant, |mut work| async move {
            let user = work.records().lock_user(id).await?.ok_or(UserError::NotFound)?;
            let Some(at) = user.suspend_at else { return Ok(Done::nothing(())) };
            must_apply(work.records().plan_suspension(id, None).await?)?;
            let day = last_day(at, &self.core.service().time_zone);
            Ok(work.done(id, format!("last_day={day}"), ()))
        });
        done.await
    }

    /// Suspends a person whose day is over. The company's last administrator is not suspended: the plan ends, and a mail
    /// says so. Returns `false`, and writes nothing, if the plan was changed or is done already.
    pub(crate) async fn suspend_on_time(&self, tenant: TenantId, id: UserId) -> Result<bool, UserError> {
        let mandate = Mandate::of_system(act::SuspendOnTime);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            let now = work.now;
            let user = work.records().lock_user(id).await?;
            let due = user.filter(|user| user.suspend_at.is_some_and(|at| at <= now));
            let Some(user) = due.filter(|user| user.state == UserState::Active) else {
                return Ok(Done::nothing(false));
            };
            let planned = planned_by(&mut work, id).await?;
            match keep_an_administrator(&mut work, id).await {
                Ok(()) => self.write_suspended(&mut work, &user).await?,
                Err(UserError::LastAdministrator) => {
                    must_apply(work.records().plan_suspension(id, None).await?)?;
                    self.tell_kept(&mut work, &user).await?;
                    let kept = Mandate::of_system(act::KeepLastAdministrator);
                    return Ok(work.done_as(kept, id, planned, true));
                }
                Err(error) => return Err(error),
            }
            Ok(work.done(id, planned, true))
        });
        done.await
    }

    async fn write_suspended(&self, work: &mut TenantWork, user: &User) -> Result<(), UserError> {
        let (from, to, now) = (UserState::Active, UserState::Suspended, work.now);
        must_apply(work.records().set_user_state(user.id, from, to, now).await?)?;
        work.tenant_crls_changed(user.tenant).await?;
        work.changed(StatusChange::User(user.id));
        Ok(self.tell_moved(work, user, to).await?)
    }

    async fn tell_kept(&self, work: &mut TenantWork, kept: &User) -> Result<(), Unavailable> {
        let tenant = work.tenant.clone();
        let desk = self.core.addresses().desk(&tenant.slug, "");
        let notice =
            AdministratorKept { user_name: kept.display_name.clone(), user: kept.id.to_string(), desk };
        for administrator in work.records().users_with_role(Role::Administrator).await? {
            let letter =
                self.core.letter(&administrator, &tenant, |head| mail::administrator_kept(&notice, head));
            work.post(tenant.id, &letter).await?;
        }
        Ok(())
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

/// Who had planned a person's suspension, in words for the audit log.
async fn planned_by(work: &mut TenantWork, id: UserId) -> Result<String, Unavailable> {
    let page = PageRequest::first(ACTS_ON_PERSON_MAX);
    let acts = work.records().audit_rows_on(&id.to_string(), &page).await?.rows;
    let planned = acts.into_iter().find(|row| row.act == Act::PlanSuspension.name());
    Ok(planned.map(|row| format!("planned: {}", row.detail)).unwrap_or_default())
}
