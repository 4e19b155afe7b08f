//! What an administrator compares before deciding on an application: how the person was invited, from where the person
//! applied, what differs from the record, and the person's certificates so far.

use super::{
    Desk,
    user::{access, certificate_line, certificates},
    visit::DeskVisit,
};
use crate::failure::Failure;
use domain::{
    application::Particulars, certificate_text::RomanName, invitation::InvitationKind,
    pickup_notice::network_of, user::User,
};
use store::{TenantReader, invitations::UsedInvitation};
use templates::desk::{Compared, Difference, Invited, InvitedBy};

/// `None` if there is no such person any more.
pub(super) async fn compared(
    desk: &Desk,
    visit: &DeskVisit,
    tenant: &mut TenantReader<'_>,
    stated: &Particulars,
) -> Result<Option<Compared>, Failure> {
    let Some(user) = tenant.user(stated.user).await? else { return Ok(None) };
    let used = tenant.invitation_used_at(user.id, stated.submitted_at).await?;
    let address = stated.consent.address;
    let certificates = certificates(tenant, user.id).await?;
    let (access, now) = (access(desk, visit, &user), visit.now());
    Ok(Some(Compared {
        invited: used.map(invited),
        address: address.to_string(),
        is_new_network: !tenant.knows_pickup_network(&network_of(address)).await?,
        differences: differences(stated, &user),
        certificates: certificates.iter().map(|one| certificate_line(one, access, now)).collect(),
    }))
}

fn invited(used: UsedInvitation) -> Invited {
    let way = match (used.kind, used.on_paper) {
        (InvitationKind::Sheet, _) => InvitedBy::Sheet,
        (InvitationKind::Personal, Some(true)) => InvitedBy::Slip,
        (InvitationKind::Personal, Some(false)) => InvitedBy::Mail,
        (InvitationKind::Personal, None) => InvitedBy::Unknown,
    };
    Invited { way, at: used.issued_at }
}

fn differences(stated: &Particulars, user: &User) -> Vec<Difference> {
    let on_record = user.roman_name.as_ref().map(RomanName::common_name).unwrap_or_default();
    let pairs = [
        ("user-roman-name", stated.roman_name.common_name(), on_record),
        ("field-email", stated.email.to_string(), user.email.to_string()),
    ];
    let differing = pairs.into_iter().filter(|(_, applied, on_record)| applied != on_record);
    differing.map(|(field, applied, on_record)| Difference { field, applied, on_record }).collect()
}
