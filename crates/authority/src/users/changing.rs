//! A user's record is changed.

use super::{
    People, UserError, in_service, is_oneself, keep_an_administrator, refuse_operator_elsewhere,
    refuse_taken, refuse_unfit,
};
use crate::{
    Unavailable,
    runner::TenantWork,
    work::{Work, must_apply},
};
use domain::{
    act,
    email_proof::{self, AfterChange},
    grant::{Grant, ManageUsers},
    id::{TenantId, UserId},
    import::{CellError, Column, NewUser, RowError},
    mailed_code::TooManyCodes,
    status_change::StatusChange,
    user::{Role, User},
};
use store::Constraint;

impl People {
    /// Changes a user's record, if it still is what the edit began on: else [`UserError::Changed`]. Certificates that
    /// were issued keep what is written in them. Under another address the person is invited anew: see
    /// [`forget_former_address`].
    pub async fn update_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
        new: NewUser,
        is_unchanged: impl Fn(&User) -> bool + Send + Sync,
    ) -> Result<User, UserError> {
        let (new, is_unchanged) = (&new, &is_unchanged);
        let done = self.core.act_in(grant.to(act::UpdateUser), tenant, |mut work| async move {
            in_service(&work.tenant)?;
            let former = work.records().lock_user(id).await?.ok_or(UserError::NotFound)?;
            if !is_unchanged(&former) {
                return Err(UserError::Changed(Box::new(former)));
            }
            if is_oneself(grant.actor(), id) {
                work.check_actor_first(grant.actor()).await?;
            }
            let (user, detail) = self.change_within(&mut work, &former, new.clone()).await?;
            Ok(work.done(id, detail, user))
        });
        done.await
    }

    /// Changes a locked record; with the new one, what the audit log says of it.
    pub(crate) async fn change_within(
        &self,
        work: &mut TenantWork,
        former: &User,
        new: NewUser,
    ) -> Result<(User, String), UserError> {
        let user = changed(former, new);
        refuse_operator_elsewhere(&work.tenant, &user)?;
        refuse_unfit(&work.tenant, &user, Some(former))?;
        refuse_taken(work, &user).await?;
        if user.role != Role::Administrator {
            keep_an_administrator(work, user.id).await?;
        }
        let mut detail = format!("role={}", user.role.name());
        if user.email != former.email {
            detail = format!("{detail} {}", forget_former_address(work, &user).await?);
        }
        must_apply(work.records().update_user(&user).await.map_err(taken)?)?;
        detail.push_str(self.after_new_address(work, former, &user).await?);
        work.changed(StatusChange::User(user.id));
        Ok((user, detail))
    }

    /// Lets the person prove a new address; returns words for the audit log. Applications get the former address
    /// until the proof.
    async fn after_new_address(
        &self,
        work: &mut TenantWork,
        former: &User,
        user: &User,
    ) -> Result<&'static str, Unavailable> {
        match email_proof::after_change(former, &user.email) {
            AfterChange::Nothing | AfterChange::AwaitPickup => Ok(""),
            AfterChange::Proved => {
                // In other letters, or in the same ones as before.
                let _rewritten = work.records().prove_email(user.id, &user.email).await?;
                Ok("")
            }
            AfterChange::MailCode => match self.email_proofs.mail_code_within(work, user).await? {
                Ok(()) => Ok(" email_code_mailed=true"),
                // The person can ask for one later.
                Err(TooManyCodes { .. }) => Ok(" email_code_mailed=false"),
            },
        }
    }
}

fn changed(former: &User, new: NewUser) -> User {
    User {
        role: new.role.unwrap_or(former.role),
        login_name: new.login_name,
        display_name: new.display_name,
        reading: new.reading,
        roman_name: Some(new.roman_name),
        email: new.email,
        groups: new.groups,
        note: new.note,
        locale: new.locale.unwrap_or(former.locale),
        ..former.clone()
    }
}

/// What was mailed to a user's former address opens nothing any more: invitations and PINs. In words for the
/// audit log.
pub(crate) async fn forget_former_address(work: &mut Work, user: &User) -> Result<String, Unavailable> {
    let now = work.now;
    let mut scope = work.tenant(user.tenant);
    let invitations = scope.spend_invitations_of(user.id, now).await?;
    let applications = scope.withdraw_applications_of(user.id, now).await?;
    let _mails = scope.close_invitation_mails(user.id, now).await?;
    let _mails = scope.close_pin_mails(user.id, None, now).await?;
    Ok(format!("address_changed=true invitations_spent={invitations} applications_withdrawn={applications}"))
}

/// Another act took the login name or the address a moment before.
fn taken(error: store::StoreError) -> UserError {
    let column = match error.conflict() {
        Some(Constraint::LoginName) => Column::LoginName,
        Some(Constraint::UserEmail) => Column::Email,
        _ => return error.into(),
    };
    UserError::Taken(vec![RowError { column, error: CellError::Taken }])
}
