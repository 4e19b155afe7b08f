//! An application that is approved: its PIN is made and mailed.

use super::Registration;
use crate::{Unavailable, runner::TenantWork, work::must_apply};
use domain::{
    application::{Application, Approved},
    user::User,
};
use templates::mail;

impl Registration {
    /// Writes the approval, makes the PIN and mails it.
    pub(crate) async fn open_pickup(
        &self,
        work: &mut TenantWork,
        user: &User,
        application: Application<Approved>,
    ) -> Result<(), Unavailable> {
        let now = work.now;
        must_apply(work.records().approve_application(&application, now).await?)?;
        let (particulars, tenant) = (application.particulars(), work.tenant.clone());
        let pickup = self.pins.fresh(work, &tenant, user, particulars, 1).await?;
        let letter = self.core.letter(user, &tenant, |head| mail::pickup_ready(&pickup, head));
        work.post_pin(tenant.id, &letter, particulars.id, pickup.pin_until).await
    }
}
