//! A person is invited, by mail or by printed slip.

use super::{InvitationChannel, People, Slip, UserError, bounds::usage, in_service};
use crate::{
    Unavailable,
    invitation::{Issued, NewInvitation, Readable, RestingInvitation},
    runner::TenantWork,
};
use domain::{
    act,
    certificate_text::RomanName,
    grant::{Actor, Grant, ManageUsers},
    id::{InvitationId, TenantId, UserId},
    invitation::InvitationKind,
    mail::MailClass,
    password::OneTimePassword,
    pin_delivery::PinRecipient,
    tenant::Tenant,
    time::{SignedDuration, Timestamp},
    user::{User, UserState},
};
use templates::mail;

/// An invitation to be sent: its id, its channel and its sender.
#[derive(Clone, Copy)]
pub(crate) struct InvitationOrder {
    pub(super) invitation: InvitationId,
    pub(super) delivery: InvitationChannel,
    /// In which queue its mail waits.
    pub(super) class: MailClass,
    pub(super) maker: Actor,
}

impl People {
    /// Invites anew, under this id; the former one-time password opens nothing from then on.
    /// [`UserError::SentBefore`] if that has been done already.
    pub async fn invite(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
        delivery: InvitationChannel,
        invitation: InvitationId,
    ) -> Result<Option<Slip>, UserError> {
        let class = MailClass::Awaited;
        self.invite_as(
            grant,
            tenant,
            user,
            InvitationOrder { invitation, delivery, class, maker: grant.actor() },
        )
        .await
    }

    /// The same for one of several people in a bulk act. Its mail yields to mails that a person waits for.
    pub async fn invite_among_many(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
        delivery: InvitationChannel,
        invitation: InvitationId,
    ) -> Result<Option<Slip>, UserError> {
        let class = MailClass::Bulk;
        self.invite_as(
            grant,
            tenant,
            user,
            InvitationOrder { invitation, delivery, class, maker: grant.actor() },
        )
        .await
    }

    async fn invite_as(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        user: UserId,
        way: InvitationOrder,
    ) -> Result<Option<Slip>, UserError> {
        let done = self.core.act_in(grant.to(act::Invite), tenant, |mut work| async move {
            in_service(&work.tenant)?;
            let user = work.records().lock_user(user).await?.ok_or(UserError::NotFound)?;
            if user.state != UserState::Active {
                return Err(UserError::Suspended);
            }
            if way.class == MailClass::Bulk {
                let usage = usage(&mut work).await?;
                self.core.service().bounds.admit(usage, 0, 1).map_err(UserError::Bound)?;
            }
            let slip = self.invite_within(&mut work, &user, way).await?;
            Ok(work.done(user.id, format!("{:?}", way.delivery).to_lowercase(), slip))
        });
        done.await
    }

    /// A way for what no form has asked for.
    pub(crate) fn new_way(
        &self,
        delivery: InvitationChannel,
        class: MailClass,
        maker: Actor,
    ) -> InvitationOrder {
        InvitationOrder { invitation: self.core.new_invitation_id(), delivery, class, maker }
    }

    pub(crate) async fn invite_within(
        &self,
        work: &mut TenantWork,
        user: &User,
        way: InvitationOrder,
    ) -> Result<Option<Slip>, UserError> {
        let tenant = work.tenant.clone();
        let by_slip = way.delivery == InvitationChannel::Slip;
        if by_slip && !tenant.policy.printed_slips_allowed {
            return Err(UserError::SlipsNotAllowed);
        }
        let new = NewInvitation {
            id: way.invitation,
            user: user.id,
            kind: InvitationKind::Personal,
            lifetime: SignedDuration::from_hours(24 * i64::from(tenant.policy.invitation_days)),
            shown_to: by_slip.then_some(way.maker),
        };
        let (invitation, password) = match self.invitations.issue(work, tenant.id, new).await? {
            Issued::Now(invitation, password) => (invitation, password),
            Issued::Before => return Err(UserError::SentBefore(user.id)),
            Issued::OtherWish => return Err(UserError::FormUsed),
        };
        let expires_at = invitation.expires_at;
        let valid_until = tenant.license.end_of(expires_at, work.now);
        if by_slip {
            return Ok(Some(self.slip(&tenant, user.clone(), &password, valid_until)));
        }
        let now = work.now;
        let another_device = work.records().has_device(user.id, now).await?;
        let invitation = mail::InvitationMail {
            another_device,
            recipient_name: user.display_name.clone(),
            tenant_name: tenant.display_name.clone(),
            email: user.email.to_string(),
            roman_name: user.roman_name.as_ref().map(RomanName::common_name),
            identification_code: tenant.identification_code.grouped(),
            one_time_password: password.grouped().expose().clone(),
            valid_until,
            pin: PinRecipient::of(&tenant.policy, user.role),
        };
        let letter = self.core.letter(user, &tenant, |head| mail::invitation(&invitation, head));
        work.post_invitation(tenant.id, &letter, way.class, expires_at).await?;
        Ok(None)
    }

    /// A printed slip, for the minutes in which its maker may open it again; `None` for everybody else, afterwards, and
    /// for ids of no invitation.
    pub async fn made_slip(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: InvitationId,
    ) -> Result<Option<Readable<Slip>>, Unavailable> {
        let Some(found) = self.invitations.found(grant, tenant, id).await? else {
            return Ok(None);
        };
        Ok(Some(self.readable(found)))
    }

    /// The slips of several people that were asked for together, as [`People::made_slip`]: those with ids from the first
    /// to the last one.
    pub async fn made_slips(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        range: (InvitationId, InvitationId),
    ) -> Result<Vec<Readable<Slip>>, Unavailable> {
        let found = self.invitations.found_between(grant, tenant, range).await?;
        Ok(found.into_iter().map(|found| self.readable(found)).collect())
    }

    fn readable(&self, found: RestingInvitation) -> Readable<Slip> {
        let RestingInvitation { invitation, password, tenant, user, until } = found;
        let valid_until = tenant.license.end_of(invitation.expires_at, self.core.now());
        Readable { made: self.slip(&tenant, user, &password, valid_until), until }
    }

    fn slip(&self, tenant: &Tenant, user: User, password: &OneTimePassword, valid_until: Timestamp) -> Slip {
        let code = tenant.identification_code.grouped();
        let enrol_url =
            self.core.addresses().public(&templates::public::enrol_path(&code, user.email.as_str()));
        let role = user.role;
        Slip {
            user,
            identification_code: code,
            one_time_password: password.grouped(),
            valid_until,
            enrol_url,
            pin: PinRecipient::of(&tenant.policy, role),
        }
    }
}
