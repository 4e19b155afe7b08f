//! Makes issuers anew that a crash left without certificates, and issuers of tenants that have none.

use super::{By, Duty, Plan, Run};
use crate::{
    Unavailable, core::Core, installation::Installer, reconciler::left_unsigned_before,
    unavailable::FirstFailure,
};
use std::time::Duration;

pub(super) struct MakeIssuers {
    pub(super) core: Core,
    pub(super) installation: Installer,
}

#[async_trait::async_trait]
impl Duty for MakeIssuers {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "make-issuers", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        let left_before = left_unsigned_before(self.core.now());
        let mut failure = FirstFailure::default();
        failure.note("unsigned issuers", self.installation.erase_unsigned_issuers(left_before).await);
        failure.note("missing issuers", self.installation.make_missing_issuers(left_before).await);
        failure.into_result().map(|()| Run::default())
    }
}
