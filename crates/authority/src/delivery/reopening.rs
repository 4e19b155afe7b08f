//! A pickup that wrong PINs have stopped: person and administrators get a mail, and an administrator opens it again.
//!
//! The reference is no secret, so anybody can use up the PINs of a pickup. That costs its person one click of an
//! administrator, and gives a stranger no more guesses than before each such click.

use super::Delivery;
use crate::{Unavailable, ra::DecideError, runner::TenantWork};
use domain::{
    act,
    application::{Particulars, StoredApplication},
    grant::{DecideApplication, Grant},
    id::{ApplicationId, TenantId},
    pin_delivery::PinRecipient,
    tenant::TenantKind,
    user::{Role, User},
};
use templates::mail::{self, NewPinReason, PickupStopped};

impl Delivery {
    /// Mails a new PIN for a pickup whose application is approved; the former one opens nothing from then on.
    pub async fn reopen_pickup(
        &self,
        grant: &Grant<DecideApplication>,
        tenant: TenantId,
        id: ApplicationId,
    ) -> Result<(), DecideError> {
        let done = self.core.act_in(grant.to(act::ReopenPickup), tenant, |mut work| async move {
            let now = work.now;
            let found = work.records().lock_application(id).await?.ok_or(DecideError::NotFound)?;
            let StoredApplication::Approved(application) = &found.application else {
                return Err(DecideError::Decided);
            };
            let particulars = application.particulars();
            let user = work.records().user(particulars.user).await?.ok_or(DecideError::NotFound)?;
            let next = PinRecipient::of(&work.tenant.policy, user.role);
            if next == PinRecipient::Administrator {
                return Err(DecideError::PinIsShown);
            }
            // Sent twice, or by two administrators: the new PIN is on its way already. Without any PIN it was to be
            // shown, under a policy that has changed since.
            if found.pin.as_ref().is_some_and(|pin| !pin.is_stopped(next, now)) {
                return Err(DecideError::Decided);
            }
            // A seat is kept for as long as the PIN lasts; whether there is one since.
            work.seat_for(particulars.device).await?.map_err(DecideError::License)?;
            self.pins.renew(&mut work, &user, particulars, 1, NewPinReason::Reopened).await?;
            Ok(work.done(&particulars.reference, "", ()))
        });
        done.await
    }

    /// Notifies the person and the administrators; an administrator may be the person.
    pub(super) async fn tell_stopped(
        &self,
        work: &mut TenantWork,
        user: &User,
        particulars: &Particulars,
    ) -> Result<(), Unavailable> {
        let tenant = &work.tenant.clone();
        let stopped = PickupStopped {
            user_name: user.display_name.clone(),
            reference: particulars.reference.to_string(),
            device_name: particulars.device_name.clone(),
            next: PinRecipient::of(&tenant.policy, user.role),
            desk: (tenant.kind == TenantKind::Customer).then(|| self.core.addresses().desk(&tenant.slug, "")),
        };
        let letter = self.core.letter(user, tenant, |head| mail::pickup_stopped(&stopped, head));
        work.post(tenant.id, &letter).await?;
        for administrator in work.records().users_with_role(Role::Administrator).await? {
            if administrator.id != user.id {
                let letter = self.core.letter(&administrator, tenant, |head| {
                    mail::pickup_stopped_for_administrators(&stopped, head)
                });
                work.post(tenant.id, &letter).await?;
            }
        }
        Ok(())
    }
}
