//! An application that is approved: its pickup is opened.

use super::Registration;
use crate::{Unavailable, runner::TenantWork, work::must_apply};
use domain::{
    application::{Application, Approved},
    grant::Actor,
    user::User,
};

impl Registration {
    /// Writes the approval, and sees to the PIN. The one door by which a pickup is opened, whatever it is for;
    /// `opened_by` is the actor of the act.
    pub(crate) async fn open_pickup(
        &self,
        work: &mut TenantWork,
        user: &User,
        application: Application<Approved>,
        opened_by: Actor,
    ) -> Result<(), Unavailable> {
        let now = work.now;
        must_apply(work.records().approve_application(&application, now).await?)?;
        self.pins.first(work, user, application.particulars(), opened_by).await
    }
}
