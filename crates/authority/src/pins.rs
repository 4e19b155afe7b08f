//! The PIN of an open pickup: made anew, kept as a keyed hash, and mailed to its person where the rule says so.
//!
//! **Invariant:** [`PinRecipient::of`] is asked at each door of this module, so no act mails a PIN that an administrator
//! is to hand over. Such a pickup is left without a PIN until one is shown ([`crate::pin_sheet`]).

use crate::{
    Unavailable, pickup_notice::administrators, runner::TenantWork, sealer::Keyed, work::must_apply,
};
use domain::{
    application::Particulars,
    grant::Actor,
    id::ApplicationId,
    pin::{Pin, PinRecord},
    pin_delivery::{PinRecipient, PinShowing},
    user::{Role, User},
};
use templates::mail::{self, NewPin, NewPinReason, PickupReady, PinAwaited, PinAwaitedReason};

/// Makes PINs, and checks them.
#[derive(Clone)]
pub(crate) struct Pins(Keyed);

impl Pins {
    /// `hashes` hashes PINs.
    pub(crate) fn new(hashes: Keyed) -> Self {
        Self(hashes)
    }

    /// The first PIN of a pickup that was just opened: mailed to the person, or awaited from an administrator, whom
    /// a mail tells so unless one has opened the pickup.
    pub(crate) async fn first(
        &self,
        work: &mut TenantWork,
        user: &User,
        particulars: &Particulars,
        opened_by: Actor,
    ) -> Result<(), Unavailable> {
        let tenant = work.tenant.clone();
        match PinRecipient::of(&tenant.policy, user.role) {
            PinRecipient::Person => {
                let pickup = self.fresh(work, user, particulars, 1).await?;
                let letter = work.core.letter(user, &tenant, |head| mail::pickup_ready(&pickup, head));
                work.post_pin(tenant.id, &letter, particulars.id, pickup.pin_until).await
            }
            PinRecipient::Administrator => {
                tell_awaited(work, user, particulars, PinAwaitedReason::Opened).await?;
                if matches!(opened_by, Actor::User { role: Role::Administrator, .. }) {
                    return Ok(());
                }
                tell_administrators(work, user, particulars).await
            }
        }
    }

    /// For a pickup that a claim opens at once, the letters that name its form in place of a PIN, so that the form is known
    /// when it is sent again. No typed PIN is like them. Returns their hash.
    pub(crate) async fn of_form(
        &self,
        work: &mut TenantWork,
        particulars: &Particulars,
        attempt: &str,
    ) -> Result<[u8; 32], Unavailable> {
        let hash = self.hash_of_form(particulars.id, attempt)?;
        let record = PinRecord::fresh(hash, work.now, work.tenant.policy.pin_lifetime_hours, 0);
        must_apply(work.records().set_pin(particulars.id, &record).await?)?;
        Ok(hash)
    }

    /// A new PIN in place of the former one, which opens nothing from then on; `mails` counts it as mailed.
    pub(crate) async fn renew(
        &self,
        work: &mut TenantWork,
        user: &User,
        particulars: &Particulars,
        mails: u32,
        reason: NewPinReason,
    ) -> Result<(), Unavailable> {
        let tenant = work.tenant.clone();
        match PinRecipient::of(&tenant.policy, user.role) {
            PinRecipient::Person => {
                let pickup = self.fresh(work, user, particulars, mails).await?;
                let pin_until = pickup.pin_until;
                let new = NewPin { reason, pickup };
                let letter = work.core.letter(user, &tenant, |head| mail::new_pin(&new, head));
                work.post_pin(tenant.id, &letter, particulars.id, pin_until).await
            }
            PinRecipient::Administrator => {
                must_apply(work.records().take_pin_back(particulars.id).await?)?;
                let awaited = match reason {
                    NewPinReason::PickupFailed => PinAwaitedReason::PickupFailed,
                    NewPinReason::WrongTries
                    | NewPinReason::Expired
                    | NewPinReason::Reopened
                    | NewPinReason::Resent
                    | NewPinReason::Asked => PinAwaitedReason::Opened,
                };
                tell_awaited(work, user, particulars, awaited).await?;
                tell_administrators(work, user, particulars).await
            }
        }
    }

    /// A new PIN that is shown and not mailed; the former one opens nothing from then on.
    pub(crate) async fn shown(
        &self,
        work: &mut TenantWork,
        user: &User,
        particulars: &Particulars,
        mails: u32,
        showing: &PinShowing,
    ) -> Result<(Pin, PinRecord), Unavailable> {
        let now = work.now;
        let (pin, record) = self.drawn(work, particulars.id, mails)?;
        must_apply(work.records().show_pin(particulars.id, &record, showing).await?)?;
        let _mails = work.records().close_pin_mails(user.id, Some(particulars.id), now).await?;
        Ok((pin, record))
    }

    async fn fresh(
        &self,
        work: &mut TenantWork,
        user: &User,
        particulars: &Particulars,
        mails: u32,
    ) -> Result<PickupReady, Unavailable> {
        let (pin, record) = self.drawn(work, particulars.id, mails)?;
        must_apply(work.records().set_pin(particulars.id, &record).await?)?;
        Ok(PickupReady {
            recipient_name: user.display_name.clone(),
            reference: particulars.reference.to_string(),
            pin: pin.expose().to_owned(),
            pin_until: record.expires_at,
            device_name: particulars.device_name.clone(),
            site: work.core.addresses().application(&work.tenant.slug, ""),
            purpose: particulars.purpose,
            grace_days: work.tenant.policy.renewal_grace_days,
        })
    }

    fn drawn(
        &self,
        work: &TenantWork,
        application: ApplicationId,
        mails: u32,
    ) -> Result<(Pin, PinRecord), Unavailable> {
        let pin = Pin::random(&mut *work.core.rng());
        let hash = self.hash(application, &pin)?;
        Ok((pin, PinRecord::fresh(hash, work.now, work.tenant.policy.pin_lifetime_hours, mails)))
    }

    pub(crate) fn hash_of_form(
        &self,
        application: ApplicationId,
        attempt: &str,
    ) -> Result<[u8; 32], Unavailable> {
        Ok(self.0.hash(application.as_bytes(), &format!("form/{attempt}"))?)
    }

    pub(crate) fn hash(&self, application: ApplicationId, pin: &Pin) -> Result<[u8; 32], Unavailable> {
        Ok(self.0.hash(application.as_bytes(), pin.expose())?)
    }
}

/// To the person: the administrator has the PIN.
async fn tell_awaited(
    work: &mut TenantWork,
    user: &User,
    particulars: &Particulars,
    reason: PinAwaitedReason,
) -> Result<(), Unavailable> {
    let tenant = work.tenant.clone();
    let awaited = awaited(work, user, particulars, reason);
    let letter = work.core.letter(user, &tenant, |head| mail::pin_awaited(&awaited, head));
    work.post(tenant.id, &letter).await
}

/// To the administrators: a person waits for a PIN.
async fn tell_administrators(
    work: &mut TenantWork,
    user: &User,
    particulars: &Particulars,
) -> Result<(), Unavailable> {
    let tenant = work.tenant.clone();
    let awaited = awaited(work, user, particulars, PinAwaitedReason::Opened);
    for administrator in administrators(work, tenant.id).await? {
        let write = |head: &_| mail::pin_awaited_for_administrators(&awaited, head);
        let letter = work.core.letter(&administrator, &tenant, write);
        work.post(tenant.id, &letter).await?;
    }
    Ok(())
}

fn awaited(
    work: &TenantWork,
    user: &User,
    particulars: &Particulars,
    reason: PinAwaitedReason,
) -> PinAwaited {
    PinAwaited {
        reason,
        user_name: user.display_name.clone(),
        reference: particulars.reference.to_string(),
        device_name: particulars.device_name.clone(),
        desk: work.core.addresses().desk(&work.tenant.slug, ""),
    }
}
