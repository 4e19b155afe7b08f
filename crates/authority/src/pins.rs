//! The PIN of an open pickup: made anew and mailed, kept as a keyed hash.

use crate::{
    Unavailable,
    sealer::Keyed,
    work::{Work, must_apply},
};
use domain::{
    application::Particulars,
    id::ApplicationId,
    pin::{Pin, PinRecord},
    tenant::Tenant,
    user::User,
};
use templates::mail::{self, NewPin, NewPinReason};

/// Makes PINs, and checks them.
#[derive(Clone)]
pub(crate) struct Pins(Keyed);

impl Pins {
    /// `hashes` hashes PINs.
    pub(crate) fn new(hashes: Keyed) -> Self {
        Self(hashes)
    }

    /// A new PIN for an open pickup, the `mails`-th; the former PIN opens nothing from then on.
    pub(crate) async fn fresh(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        user: &User,
        particulars: &Particulars,
        mails: u32,
    ) -> Result<mail::PickupReady, Unavailable> {
        let pin = Pin::random(&mut *work.core.rng());
        let hash = self.hash(particulars.id, &pin)?;
        let record = PinRecord::fresh(hash, work.now, tenant.policy.pin_lifetime_hours, mails);
        must_apply(work.tenant(tenant.id).set_pin(particulars.id, &record).await?)?;
        Ok(mail::PickupReady {
            recipient_name: user.display_name.clone(),
            reference: particulars.reference.to_string(),
            pin: pin.expose().to_owned(),
            pin_until: record.expires_at,
            device_name: particulars.device_name.clone(),
            site: work.core.addresses().application(&tenant.slug, ""),
        })
    }

    /// For a pickup that a claim opens at once, the letters that name its form in place of a PIN, so that the form is known
    /// when it is sent again. No typed PIN is like them. Returns their hash.
    pub(crate) async fn of_form(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        particulars: &Particulars,
        attempt: &str,
    ) -> Result<[u8; 32], Unavailable> {
        let hash = self.hash_of_form(particulars.id, attempt)?;
        let record = PinRecord::fresh(hash, work.now, tenant.policy.pin_lifetime_hours, 0);
        must_apply(work.tenant(tenant.id).set_pin(particulars.id, &record).await?)?;
        Ok(hash)
    }

    /// A new PIN and its mail.
    pub(crate) async fn mail_new(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        user: &User,
        particulars: &Particulars,
        mails: u32,
        reason: NewPinReason,
    ) -> Result<(), Unavailable> {
        let pickup = self.fresh(work, tenant, user, particulars, mails).await?;
        let pin_until = pickup.pin_until;
        let letter = work.core.letter(user, tenant, |head| mail::new_pin(&NewPin { reason, pickup }, head));
        work.post_pin(tenant.id, &letter, particulars.id, pin_until).await
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
