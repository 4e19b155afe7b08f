//! Works off imports that were begun.

use super::{By, Duty, Plan, Run};
use crate::{Authority, Unavailable};
use std::time::Duration;

pub(super) struct ImportUsers;

#[async_trait::async_trait]
impl Duty for ImportUsers {
    fn plan(&self) -> Plan {
        // The tenant is locked for each few rows. The period is for imports of other processes, or of a start before.
        let (period, gathers) = (Duration::from_secs(30), Duration::ZERO);
        Plan { name: "import-users", period, gathers, by: By::EachProcess }
    }

    async fn run(&self, authority: &Authority) -> Result<Run, Unavailable> {
        authority.run_imports().await.map(|()| Run::default())
    }

    async fn woken(&self, authority: &Authority) {
        authority.import_begun().await;
    }
}
