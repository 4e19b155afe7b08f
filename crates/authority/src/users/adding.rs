//! A person is added, and invited with the same act.

use super::{
    InvitationChannel, InvitationOrder, People, Slip, UserError, bounds::usage, in_service,
    refuse_operator_elsewhere, refuse_taken, refuse_unfit,
};
use crate::{Unavailable, runner::TenantWork};
use domain::{
    act,
    grant::{Grant, ManageTenants, ManageUsers},
    id::{InvitationId, TenantId, UserId},
    import::NewUser,
    mail::MailClass,
    slug::TenantSlug,
    status_change::StatusChange,
    user::{Role, User, UserState},
};

impl People {
    /// Adds a user and invites them, under this id: [`UserError::SentBefore`] if that has been done already.
    pub async fn add_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        new: NewUser,
        delivery: InvitationChannel,
        invitation: InvitationId,
    ) -> Result<(User, Option<Slip>), UserError> {
        let new = &new;
        let added = self.core.act_in(grant.to(act::AddUser), tenant, |mut work| async move {
            // Under the tenant's lock the rules for names stay as they are.
            in_service(&work.tenant)?;
            let usage = usage(&mut work).await?;
            self.core.service().bounds.admit(usage, 1, 0).map_err(UserError::Bound)?;
            let user = self.insert_user(&mut work, new.clone()).await?;
            let way =
                InvitationOrder { invitation, delivery, class: MailClass::Awaited, maker: grant.actor() };
            let slip = self.invite_within(&mut work, &user, way).await?;
            Ok(work.done(user.id, format!("login={}", user.login_name), (user, slip)))
        });
        let added = added.await;
        if !matches!(added, Err(UserError::Taken(_))) {
            return added;
        }
        let mut reader = self.core.read().await?;
        let mut scope = reader.tenant(tenant);
        let Some(former) = scope.invitation(invitation).await? else { return added };
        let other = scope.user(former.user).await?;
        match other.filter(|other| other.login_name == new.login_name) {
            Some(other) => Err(UserError::SentBefore(other.id)),
            None => added,
        }
    }

    /// Adds an operator: a user of the installation's own tenant, invited by printed slip. What the operator sets as a
    /// bound for tenants does not bind the operators.
    pub async fn add_operator(&self, grant: &Grant<ManageTenants>, new: NewUser) -> Result<Slip, UserError> {
        let new = &NewUser { role: Some(Role::Operator), ..new };
        let operators = self.core.read().await?.tenant_by_slug(&TenantSlug::console()).await?;
        let operators = operators.ok_or(UserError::NotFound)?.id;
        let done = self.core.act_in(grant.to(act::AddOperator), operators, |mut work| async move {
            let user = self.insert_user(&mut work, new.clone()).await?;
            let way = self.new_way(InvitationChannel::Slip, MailClass::Awaited, grant.actor());
            let slip = self.invite_within(&mut work, &user, way).await?;
            Ok(work.done(user.id, "", slip.ok_or(UserError::SlipsNotAllowed)?))
        });
        done.await
    }

    pub(crate) async fn insert_user(&self, work: &mut TenantWork, new: NewUser) -> Result<User, UserError> {
        let now = work.now;
        let user = User {
            id: UserId::new(now, &mut *self.core.rng()),
            tenant: work.tenant.id,
            role: new.role.unwrap_or(Role::User),
            login_name: new.login_name,
            display_name: new.display_name,
            reading: new.reading,
            roman_name: Some(new.roman_name),
            email: new.email,
            proved_email: None,
            groups: new.groups,
            note: new.note,
            locale: new.locale.unwrap_or(work.tenant.locale),
            state: UserState::Active,
            suspend_at: None,
        };
        refuse_operator_elsewhere(&work.tenant, &user)?;
        refuse_unfit(&work.tenant, &user, None)?;
        refuse_taken(work, &user).await?;
        if !work.records().insert_user(&user, now).await? {
            // Another act added a user with this login name or address in the meantime; its row can be read now.
            refuse_taken(work, &user).await?;
            return Err(Unavailable::because("a user was neither added nor taken").into());
        }
        work.changed(StatusChange::User(user.id));
        Ok(user)
    }
}
