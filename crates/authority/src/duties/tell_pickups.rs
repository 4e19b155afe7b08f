//! Reports the pickups of an hour to administrators, in one mail.
//!
//! **Invariant:** administrators get one report of each pickup, with any number of processes: the transaction
//! that posts the mails locks the tenant while it reads and marks the pickups.

use super::{By, Duty, Plan, Run};
use crate::{Unavailable, core::Core, pickup_notice::administrators, unavailable::FirstFailure};
use domain::{id::TenantId, pickup_notice::DIGEST_AFTER};
use std::time::Duration;
use store::pickup_notices::NamedPickup;
use templates::mail::{self, DigestedPickup, PickupDigest};

/// The most tenants of one round.
const ROUND_MAX: u32 = 100;

pub(super) struct TellPickups(pub(super) Core);

#[async_trait::async_trait]
impl Duty for TellPickups {
    fn plan(&self) -> Plan {
        let (period, gathers) = (Duration::from_mins(1), Duration::ZERO);
        Plan { name: "tell-pickups", period, gathers, by: By::OneProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        let until = self.0.now().checked_sub(DIGEST_AFTER).map_err(Unavailable::because)?;
        let due = self.0.read().await?.tenants_with_untold_pickups(until, ROUND_MAX).await?;
        let mut failure = FirstFailure::default();
        let mut told = 0_usize;
        for tenant in due {
            told += failure.note(tenant, self.tell_pickups_of(tenant).await).unwrap_or_default();
        }
        failure.into_result().map(|()| Run::of(told))
    }
}

impl TellPickups {
    /// Reports a tenant's pickups; returns how many.
    async fn tell_pickups_of(&self, tenant: TenantId) -> Result<usize, Unavailable> {
        let done = self.0.upkeep("tell_pickups", |mut work| async move {
            let now = work.now;
            let Some(tenant) = work.tenant(tenant).lock().await? else { return Ok(work.kept(0)) };
            // If another process is at work, it has marked all pickups by the time it releases the lock.
            let pickups = work.tenant(tenant.id).untold_pickups().await?;
            work.tenant(tenant.id).tell_pickups(now).await?;
            for administrator in administrators(&mut work, tenant.id).await? {
                let of_others: Vec<_> = pickups
                    .iter()
                    .filter(|pickup| pickup.notice.user != administrator.id)
                    .map(digested)
                    .collect();
                if of_others.is_empty() {
                    continue;
                }
                let digest =
                    PickupDigest { pickups: of_others, desk: self.0.addresses().desk(&tenant.slug, "") };
                let letter =
                    self.0.letter(&administrator, &tenant, |head| mail::pickup_digest(&digest, head));
                work.post(tenant.id, &letter).await?;
            }
            Ok::<_, Unavailable>(work.kept(pickups.len()))
        });
        done.await
    }
}

fn digested(pickup: &NamedPickup) -> DigestedPickup {
    let NamedPickup { notice, user_name } = pickup;
    DigestedPickup {
        user_name: user_name.clone(),
        at: notice.picked_up_at,
        from: notice.address.clone(),
        device_name: notice.device_name.clone(),
    }
}
