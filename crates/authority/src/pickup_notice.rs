//! Who is told of a pickup: its person at once, the administrators at once if the place is new to their company, else
//! with all others of an hour.
//!
//! **Invariant:** each pickup is told to the administrators once, however many processes there are: the tenant is locked
//! while its pickups are read and marked, in the transaction that posts the mails.

use crate::{Authority, Unavailable, runner::TenantWork, unavailable::FirstFailure, work::Work};
use domain::{
    certificate::Certificate,
    id::TenantId,
    pickup_notice::{DIGEST_AFTER, is_told_at_once, network_of},
    tenant::TenantKind,
    user::{Role, User, UserState},
};
use std::net::IpAddr;
use store::pickup_notices::{NamedPickup, PickupNotice};
use templates::mail::{self, DigestedPickup, PickedUp, PickupDigest};

/// Tenants whose administrators are told in one round.
const ROUND_MAX: u32 = 100;

impl Authority {
    pub(crate) async fn tell_picked_up(
        &self,
        work: &mut TenantWork,
        user: &User,
        record: &Certificate,
        address: IpAddr,
    ) -> Result<(), Unavailable> {
        let (now, tenant) = (work.now, &work.tenant.clone());
        let told = PickedUp {
            user_name: user.display_name.clone(),
            at: now,
            from: address.to_string(),
            device_name: record.device_name.clone(),
            not_after: record.not_after,
            desk: (tenant.kind == TenantKind::Customer).then(|| self.addresses().desk(&tenant.slug, "")),
        };
        let letter = self.letter(user, tenant, |head| mail::picked_up(&told, head));
        work.post(tenant.id, &letter).await?;
        if tenant.kind == TenantKind::Operator {
            return Ok(());
        }
        let since = now.checked_sub(DIGEST_AFTER).map_err(Unavailable::because)?;
        let mut scope = work.records();
        let new_network = scope.note_pickup_network(&network_of(address), now).await?;
        let at_once = is_told_at_once(new_network, scope.pickups_told_at_once(since).await?);
        let notice = PickupNotice {
            certificate: record.id,
            user: user.id,
            device_name: record.device_name.clone(),
            address: address.to_string(),
            picked_up_at: now,
        };
        scope.insert_pickup_notice(&notice, at_once.then_some(now)).await?;
        if at_once {
            for administrator in administrators(work, tenant.id).await? {
                if administrator.id != user.id {
                    let write = |head: &_| mail::picked_up_for_administrators(&told, head);
                    work.post(tenant.id, &self.letter(&administrator, tenant, write)).await?;
                }
            }
        }
        Ok(())
    }

    /// Tells administrators of the pickups of an hour, in one mail.
    pub(crate) async fn tell_pickups_together(&self) -> Result<(), Unavailable> {
        let until = self.now().checked_sub(DIGEST_AFTER).map_err(Unavailable::because)?;
        let due = self.store().read().await?.tenants_with_untold_pickups(until, ROUND_MAX).await?;
        let mut failure = FirstFailure::default();
        for tenant in due {
            failure.note(tenant, self.tell_pickups_of(tenant).await);
        }
        failure.into_result()
    }

    async fn tell_pickups_of(&self, tenant: TenantId) -> Result<(), Unavailable> {
        let mut work = self.begin("tell_pickups").await?;
        let now = work.now;
        // Another process that is at it has marked them all once the lock is given.
        let Some(tenant) = work.tenant(tenant).lock().await? else { return Ok(()) };
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
            let digest = PickupDigest { pickups: of_others, desk: self.addresses().desk(&tenant.slug, "") };
            let letter = self.letter(&administrator, &tenant, |head| mail::pickup_digest(&digest, head));
            work.post(tenant.id, &letter).await?;
        }
        work.finish_unlogged().await
    }
}

async fn administrators(work: &mut Work, tenant: TenantId) -> Result<Vec<User>, Unavailable> {
    let administrators = work.tenant(tenant).users_with_role(Role::Administrator).await?;
    Ok(administrators.into_iter().filter(|user| user.state == UserState::Active).collect())
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
