//! One certificate for each device, where the tenant's profile says so. A device is known by its name.

use crate::{Unavailable, runner::TenantWork};
use domain::{
    folding::folded,
    id::{DeviceId, UserId},
};

/// Whether the tenant's profile lets the person have a certificate for a device of this name, beside those in force and
/// under way; `except` is the device whose place the new one takes.
pub(crate) async fn device_is_free(
    work: &mut TenantWork,
    user: UserId,
    name: &str,
    except: Option<DeviceId>,
) -> Result<bool, Unavailable> {
    if !work.tenant.policy.profile.one_per_device {
        return Ok(true);
    }
    let (now, wanted) = (work.now, folded(name));
    let known = work.records().device_names(user, now).await?;
    let mut others = known.iter().filter(|(device, _)| Some(*device) != except);
    Ok(others.all(|(_, other)| folded(other) != wanted))
}
