//! Makes revocation lists that are due: something changed, or their time runs out.

use super::{By, Duty, Plan, Run};
use crate::{Authority, Unavailable};
use std::time::Duration;

pub(super) struct PublishCrls;

#[async_trait::async_trait]
impl Duty for PublishCrls {
    fn plan(&self) -> Plan {
        // Many revocations at once make one list.
        let (period, gathers) = (Duration::from_mins(10), Duration::from_millis(200));
        Plan { name: "publish-crls", period, gathers, by: By::OneProcess }
    }

    async fn run(&self, authority: &Authority) -> Result<Run, Unavailable> {
        Ok(Run::of(authority.publish_due_crls().await?))
    }

    async fn woken(&self, authority: &Authority) {
        authority.crl_due().await;
    }
}
