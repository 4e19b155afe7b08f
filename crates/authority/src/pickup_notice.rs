//! The reports of a pickup: to its person at once; to the administrators at once if the network is new to
//! their company, else by a duty, with all others of an hour.

use crate::{Unavailable, pin_sheet::seen_by, runner::TenantWork, work::Work};
use domain::{
    certificate::CertificateRecord,
    id::TenantId,
    pickup_notice::{DIGEST_AFTER, is_told_at_once, network_of},
    pin_delivery::PinShowing,
    tenant::TenantKind,
    user::{Role, User, UserState},
};
use std::net::IpAddr;
use store::pickup_notices::PickupNotice;
use templates::mail::{self, PickedUp};

pub(crate) async fn tell_picked_up(
    work: &mut TenantWork,
    user: &User,
    record: &CertificateRecord,
    pin_shown: Option<&PinShowing>,
    address: IpAddr,
) -> Result<(), Unavailable> {
    let (now, tenant) = (work.now, &work.tenant.clone());
    let pin_seen_by = match pin_shown {
        Some(showing) => Some(seen_by(work, showing).await?),
        None => None,
    };
    let told = PickedUp {
        pin_seen_by,
        user_name: user.display_name.clone(),
        at: now,
        from: address.to_string(),
        device_name: record.device_name.clone(),
        not_after: record.not_after,
        desk: (tenant.kind == TenantKind::Customer).then(|| work.core.addresses().desk(&tenant.slug, "")),
    };
    let letter = work.core.letter(user, tenant, |head| mail::picked_up(&told, head));
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
                let letter = work.core.letter(&administrator, tenant, write);
                work.post(tenant.id, &letter).await?;
            }
        }
    }
    Ok(())
}

pub(crate) async fn administrators(work: &mut Work, tenant: TenantId) -> Result<Vec<User>, Unavailable> {
    let administrators = work.tenant(tenant).users_with_role(Role::Administrator).await?;
    Ok(administrators.into_iter().filter(|user| user.state == UserState::Active).collect())
}
