//! A person chooses the portal's password: the first one, or another in place of the present one; an administrator
//! erases it.

use super::{PortalAccess, PortalRefusal, SessionToken, verified};
use crate::{Unavailable, password_hash::Asker, runner::TenantWork, users::UserError, work::must_apply};
use domain::{
    act::{self, Mandate},
    form::Form,
    grant::{Grant, ManageUsers},
    id::{TenantId, UserId},
    permit::Permit,
    portal_form::PortalField,
    portal_password::WayIn,
    user::User,
};
use std::net::IpAddr;
use templates::mail;

impl PortalAccess {
    /// Sets the first password, by a certificate that was picked up just now, and signs in.
    pub async fn set_portal_password(
        &self,
        permit: &Permit,
        form: &Form<PortalField>,
        address: IpAddr,
    ) -> Result<SessionToken, PortalRefusal> {
        let chosen = form.first_password().map_err(PortalRefusal::Fields)?;
        // Asked before the slow hash, and again by the guarded write.
        match self.way_in(permit).await? {
            WayIn::SetUp => {}
            WayIn::SignIn => return Err(PortalRefusal::AlreadySet),
            WayIn::Code => return Err(PortalRefusal::CodeNeeded),
        }
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let tried = self.tries.tried_by("portal", tenant, user)?;
        let reserved = self.tries.reserve_try("reserve_portal_password", &tried, Asker::Person(user)).await?;
        let reserved = reserved.map_err(PortalRefusal::TooMany)?;
        let phc = &reserved.place().hash(&chosen, &mut *self.core.rng()).await?;
        let (tried, counted, session) = (&tried, reserved.hashed(), &self.new_session()?);
        let mandate = Mandate::of_holder(act::SetPortalPassword, permit, address);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            work.give_back(tried, counted).await?;
            let now = work.now;
            if !work.records().insert_portal_password(user, phc, now).await? {
                return Err(PortalRefusal::AlreadySet);
            }
            session.open(&mut work, user).await?;
            Ok(work.done(user, "by=pickup", ()))
        });
        done.await?;
        Ok(session.token.clone())
    }

    /// Sets a new password for a person who types the present one. Ends the person's other sessions, and sends a mail
    /// about the change.
    pub async fn change_portal_password(
        &self,
        permit: &Permit,
        form: &Form<PortalField>,
        address: IpAddr,
    ) -> Result<SessionToken, PortalRefusal> {
        let change = form.password_change().map_err(PortalRefusal::Fields)?;
        let (tenant, user) = (permit.tenant().id, permit.user().id);
        let tried = self.tries.tried_by("portal", tenant, user)?;
        let reserved = self.tries.reserve_try("reserve_password_change", &tried, Asker::Person(user)).await?;
        let reserved = reserved.map_err(PortalRefusal::TooMany)?;
        let kept = &self.core.read().await?.tenant(tenant).portal_password(user).await?;
        if !verified(reserved.place(), kept, &change.present).await? {
            self.note_wrong_password(permit, address).await?;
            return Err(PortalRefusal::PresentWrong);
        }
        let phc = &reserved.place().hash(&change.chosen, &mut *self.core.rng()).await?;
        let (tried, counted, session) = (&tried, reserved.hashed(), &self.new_session()?);
        let mandate = Mandate::of_holder(act::ChangePortalPassword, permit, address);
        let done = self.core.act_in(mandate, tenant, |mut work| async move {
            work.give_back(tried, counted).await?;
            let person = person(&mut work, user).await?;
            if work.records().lock_portal_password(user).await? != *kept {
                return Err(PortalRefusal::PresentWrong);
            }
            self.replace_password(&mut work, &person, phc, address).await?;
            session.open(&mut work, user).await?;
            Ok(work.done(user, "", ()))
        });
        done.await?;
        Ok(session.token.clone())
    }

    /// Replaces the password of a locked person, ends the person's sessions, and tells the person.
    pub(super) async fn replace_password(
        &self,
        work: &mut TenantWork,
        person: &User,
        phc: &str,
        address: IpAddr,
    ) -> Result<(), Unavailable> {
        let now = work.now;
        must_apply(work.records().put_portal_password(person.id, phc, now).await?)?;
        work.records().erase_portal_sessions_of(person.id).await?;
        let page = mail::PasswordChanged {
            recipient_name: person.display_name.clone(),
            at: now,
            from: address.to_string(),
        };
        let letter = self.core.letter(person, &work.tenant, |head| mail::password_changed(&page, head));
        work.post(person.tenant, &letter).await
    }

    /// Erases a person's password, and ends the person's sessions. The next password is chosen by a mailed code.
    pub async fn reset_portal_password(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
    ) -> Result<bool, UserError> {
        let done = self.core.act_in(grant.to(act::ResetPortalPassword), tenant, |mut work| async move {
            let _user = work.records().lock_user(user).await?.ok_or(UserError::NotFound)?;
            let now = work.now;
            let had_one = work.records().erase_portal_password(user, now).await?;
            work.records().erase_portal_sessions_of(user).await?;
            Ok(work.done(user, "", had_one))
        });
        done.await
    }
}

/// The person of a permit, locked.
pub(super) async fn person(work: &mut TenantWork, user: UserId) -> Result<User, Unavailable> {
    let person = work.records().lock_user(user).await?;
    person.ok_or_else(|| Unavailable::because("the permit's person is not on record"))
}
