//! Processes imports that were begun.

use super::{By, Duty, Plan, Run};
use crate::{Unavailable, import::Imports};
use std::time::Duration;

pub(super) struct ImportUsers(pub(super) Imports);

#[async_trait::async_trait]
impl Duty for ImportUsers {
    fn plan(&self) -> Plan {
        // The tenant is locked for a few rows at a time. The period is for imports of other processes, or
        // from before the start.
        let (period, gathers) = (Duration::from_secs(30), Duration::ZERO);
        Plan { name: "import-users", period, gathers, by: By::EachProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        self.0.run_imports().await.map(|()| Run::default())
    }

    async fn woken(&self) {
        self.0.import_begun().await;
    }
}
