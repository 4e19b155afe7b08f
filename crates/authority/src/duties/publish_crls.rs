//! Makes revocation lists that are due, because of a change or their age.

use super::{By, Duty, Plan, Run};
use crate::{Unavailable, crl_issuer::CrlIssuer};
use std::time::Duration;

pub(super) struct PublishCrls(pub(super) CrlIssuer);

#[async_trait::async_trait]
impl Duty for PublishCrls {
    fn plan(&self) -> Plan {
        // Many revocations at once make one list.
        let (period, gathers) = (Duration::from_mins(10), Duration::from_millis(200));
        Plan { name: "publish-crls", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        Ok(Run::of(self.0.publish_due_crls().await?))
    }

    async fn woken(&self) {
        self.0.crl_due().await;
    }
}
