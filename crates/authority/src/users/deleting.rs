//! Deletes people who were entered by mistake.

use super::{People, UserError, is_oneself, keep_an_administrator};
use crate::work::must_apply;
use domain::{
    act,
    grant::{Grant, ManageUsers},
    id::{TenantId, UserId},
    status_change::StatusChange,
};

impl People {
    /// Deletes a person's record with invitations and applications. The login name and the address are free again.
    ///
    /// # Errors
    /// [`UserError::HadCertificate`]: who once could pass stays on record.
    pub async fn delete_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
    ) -> Result<(), UserError> {
        if is_oneself(grant.actor(), id) {
            return Err(UserError::Oneself);
        }
        let done = self.core.act_in(grant.to(act::DeleteUser), tenant, |mut work| async move {
            let user = work.records().lock_user(id).await?.ok_or(UserError::NotFound)?;
            keep_an_administrator(&mut work, id).await?;
            let now = work.now;
            let mut records = work.records();
            if records.has_had_certificate(id).await? {
                return Err(UserError::HadCertificate);
            }
            let _mails = records.close_invitation_mails(id, now).await?;
            let _mails = records.close_pin_mails(id, None, now).await?;
            must_apply(records.delete_user(id).await?)?;
            work.changed(StatusChange::User(id));
            // The row names the person, because the id leads nowhere any more.
            Ok(work.done(&user.login_name, format!("id={id}"), ()))
        });
        done.await
    }
}
