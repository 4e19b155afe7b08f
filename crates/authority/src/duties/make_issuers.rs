//! Makes issuers anew that a crash has left without certificate, and those of tenants that have none.

use super::{By, Duty, Plan, Run};
use crate::{Authority, Unavailable, reconciler::left_unsigned_before, unavailable::FirstFailure};
use std::time::Duration;

pub(super) struct MakeIssuers;

#[async_trait::async_trait]
impl Duty for MakeIssuers {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "make-issuers", period, gathers, by: By::OneProcess }
    }

    async fn run(&self, authority: &Authority) -> Result<Run, Unavailable> {
        let left_before = left_unsigned_before(authority.now());
        let mut failure = FirstFailure::default();
        failure.note("unsigned issuers", authority.erase_unsigned_issuers(left_before).await);
        failure.note("missing issuers", authority.make_missing_issuers(left_before).await);
        failure.into_result().map(|()| Run::default())
    }
}
