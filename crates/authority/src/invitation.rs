//! Invitations: issued once for a form, however often it is sent, and shown to their maker for some minutes.
//!
//! The form carries the id that its invitation will have. Sent twice (a double click, a reload), it meets this
//! id on record: nothing is made, nothing is mailed, and the answer leads to the same page as the first time.
//!
//! That page, a contract sheet or a printed slip, has an address of its own. A reload, the language switch and
//! `[back]` show that page again to the person who made it, as with a PKCS#12 that is fetched again. The
//! password is kept sealed for [`HAND_OVER_MINUTES`], then erased; afterwards a new one has to be made.
//!
//! **Invariant:** only the person who made an invitation reads its password again, and only until it is spent,
//! replaced or its minutes are over. What the command line makes does not rest at all.

use crate::{
    Unavailable,
    core::Core,
    sealer::{Keyed, Sealer},
    work::{Work, must_apply},
};
use domain::{
    grant::{Actor, Grant, Permission},
    id::{InvitationId, TenantId, UserId},
    invitation::{Invitation, InvitationKind},
    password::OneTimePassword,
    tenant::Tenant,
    time::{SignedDuration, Timestamp},
    user::User,
};
use store::invitations::RestingPassword;

/// How long a sheet or slip may be found again by its maker, in minutes.
pub const HAND_OVER_MINUTES: i64 = 10;

/// The most slips of one page.
const TOGETHER_MAX: u32 = 500;

/// An invitation to be issued.
pub(crate) struct NewInvitation {
    /// As the form carried it.
    pub(crate) id: InvitationId,
    pub(crate) user: UserId,
    pub(crate) kind: InvitationKind,
    pub(crate) lifetime: SignedDuration,
    /// Who may read its password again; `None` where it leaves by mail.
    pub(crate) shown_to: Option<Actor>,
}

/// What became of a form's wish for an invitation. Only after [`Issued::Now`] may anything be committed.
pub(crate) enum Issued {
    /// It was issued.
    Now(Invitation, OneTimePassword),
    /// The form was sent before, for the same person and in the same way.
    Before,
    /// The form's id belongs to something else that was asked for with it: another person, another way, or a
    /// slip that cannot be found again.
    OtherWish,
}

/// What was made, with the moment from which on it cannot be found again.
#[derive(Debug)]
pub struct Readable<Made> {
    /// The sheet or slip.
    pub made: Made,
    /// Its end.
    pub until: Timestamp,
}

/// An invitation, its kept password and its person.
pub(crate) struct RestingInvitation {
    pub(crate) invitation: Invitation,
    pub(crate) password: OneTimePassword,
    pub(crate) tenant: Tenant,
    pub(crate) user: User,
    pub(crate) until: Timestamp,
}

/// Issues invitations, and finds again what rests of them.
#[derive(Clone)]
pub(crate) struct Invitations {
    core: Core,
    /// Hashes one-time passwords.
    passwords: Keyed,
    /// Seals those that rest.
    resting: Sealer,
}

impl Invitations {
    pub(crate) fn new(core: &Core, passwords: Keyed, resting: Sealer) -> Self {
        Self { core: core.clone(), passwords, resting }
    }

    /// Issues an invitation in place of all that the user has.
    pub(crate) async fn issue(
        &self,
        work: &mut Work,
        tenant: TenantId,
        new: NewInvitation,
    ) -> Result<Issued, Unavailable> {
        let NewInvitation { id, user, kind, lifetime, shown_to } = new;
        let now = work.now;
        if let Some(found) = work.tenant(tenant).invitation(id).await? {
            // A sheet is never mailed; a slip is known by its password, as long as that rests.
            let shown = found.kind == InvitationKind::Sheet || work.tenant(tenant).password_rests(id).await?;
            let repeated = found.user == user && found.kind == kind && shown == shown_to.is_some();
            return Ok(if repeated { Issued::Before } else { Issued::OtherWish });
        }
        let password = OneTimePassword::random(&mut *self.core.rng());
        let secret_hash = self.passwords.hash(user.as_bytes(), password.expose())?;
        let expires_at = now.checked_add(lifetime).map_err(Unavailable::because)?;
        let invitation = Invitation { id, tenant, user, kind, secret_hash, expires_at, spent_at: None };
        let _former = work.tenant(tenant).spend_invitations_of(user, now).await?;
        let _mails = work.tenant(tenant).close_invitation_mails(user, now).await?;
        if !work.tenant(tenant).insert_invitation(&invitation, shown_to.is_some(), now).await? {
            return Ok(Issued::OtherWish);
        }
        if let Some(Actor::User { user: maker, .. }) = shown_to {
            let sealed = self.resting.seal(id.as_bytes(), password.expose().as_bytes())?;
            let until = now.checked_add(hand_over_time()).map_err(Unavailable::because)?;
            must_apply(work.tenant(tenant).rest_password(id, maker, &sealed, until).await?)?;
        }
        Ok(Issued::Now(invitation, password))
    }

    /// The invitation with its sealed password, if the grant's actor made it and its minutes are not over.
    pub(crate) async fn found<A: Permission>(
        &self,
        grant: &Grant<A>,
        tenant: TenantId,
        id: InvitationId,
    ) -> Result<Option<RestingInvitation>, Unavailable> {
        let Actor::User { user: maker, .. } = grant.actor() else { return Ok(None) };
        let Some(mut door) = self.core.read_in(grant, tenant).await? else { return Ok(None) };
        let mut scope = door.records();
        let Some(resting) = scope.resting_password(id, maker, self.core.now()).await? else {
            return Ok(None);
        };
        let Some(tenant) = scope.record().await? else { return Ok(None) };
        let user = scope.user(resting.invitation.user).await?;
        user.map(|user| self.opened(resting, tenant, user)).transpose()
    }

    /// The same of all invitations from the first id to the last one.
    pub(crate) async fn found_between<A: Permission>(
        &self,
        grant: &Grant<A>,
        tenant: TenantId,
        range: (InvitationId, InvitationId),
    ) -> Result<Vec<RestingInvitation>, Unavailable> {
        let Actor::User { user: maker, .. } = grant.actor() else { return Ok(Vec::new()) };
        let Some(mut door) = self.core.read_in(grant, tenant).await? else { return Ok(Vec::new()) };
        let mut scope = door.records();
        let Some(tenant) = scope.record().await? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for resting in scope.resting_passwords(range, maker, self.core.now(), TOGETHER_MAX).await? {
            if let Some(user) = scope.user(resting.invitation.user).await? {
                found.push(self.opened(resting, tenant.clone(), user)?);
            }
        }
        Ok(found)
    }

    fn opened(
        &self,
        resting: RestingPassword,
        tenant: Tenant,
        user: User,
    ) -> Result<RestingInvitation, Unavailable> {
        let RestingPassword { invitation, sealed, readable_until: until } = resting;
        let password = self.resting.open(invitation.id.as_bytes(), &sealed)?;
        let password = std::str::from_utf8(&password).map_err(Unavailable::because)?;
        let password = OneTimePassword::typed(password);
        Ok(RestingInvitation { invitation, password, tenant, user, until })
    }
}

pub(crate) fn hand_over_time() -> SignedDuration {
    SignedDuration::from_mins(HAND_OVER_MINUTES)
}
