//! An application that is approved: its PIN is made and mailed.

use crate::{
    Authority, Unavailable,
    runner::TenantWork,
    seal::HashedKind,
    work::{Work, must_apply},
};
use domain::{
    application::{Application, Approved, Particulars},
    id::ApplicationId,
    pin::{Pin, PinRecord},
    tenant::Tenant,
    user::User,
};
use templates::mail;

impl Authority {
    /// Writes the approval, makes the PIN and mails it.
    pub(super) async fn open_pickup(
        &self,
        work: &mut TenantWork,
        user: &User,
        application: Application<Approved>,
    ) -> Result<(), Unavailable> {
        let now = work.now;
        must_apply(work.records().approve_application(&application, now).await?)?;
        let (particulars, tenant) = (application.particulars(), work.tenant.clone());
        let pickup = self.fresh_pin(work, &tenant, user, particulars, 1).await?;
        let letter = self.letter(user, &tenant, |head| mail::pickup_ready(&pickup, head));
        work.post_pin(tenant.id, &letter, particulars.id, pickup.pin_until).await
    }

    /// A new PIN for an open pickup, the `mails`-th; the former one opens nothing from then on.
    pub(crate) async fn fresh_pin(
        &self,
        work: &mut Work,
        tenant: &Tenant,
        user: &User,
        particulars: &Particulars,
        mails: u32,
    ) -> Result<mail::PickupReady, Unavailable> {
        let pin = Pin::random(&mut *self.rng());
        let hash = self.pin_hash(particulars.id, &pin)?;
        let record = PinRecord::fresh(hash, work.now, tenant.policy.pin_lifetime_hours, mails);
        must_apply(work.tenant(tenant.id).set_pin(particulars.id, &record).await?)?;
        Ok(mail::PickupReady {
            recipient_name: user.display_name.clone(),
            reference: particulars.reference.to_string(),
            pin: pin.expose().to_owned(),
            pin_until: record.expires_at,
            device_name: particulars.device_name.clone(),
            site: self.addresses().application(&tenant.slug, ""),
        })
    }

    pub(crate) fn pin_hash(&self, application: ApplicationId, pin: &Pin) -> Result<[u8; 32], Unavailable> {
        Ok(self.seal().hash(HashedKind::Pin, application.as_bytes(), pin.expose())?)
    }
}
