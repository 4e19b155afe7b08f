//! Who held, revoked or suspended, read from the log for the page of the person.

use super::audit::PeopleNamed;
use crate::failure::Failure;
use domain::{
    act::Act,
    audit::AuditRow,
    certificate::CertificateRecord,
    user::{User, UserState},
};
use store::{PageRequest, TenantReader};
use templates::desk::{DeviceLine, EndedBy, Ending, PlannedSuspension};

/// The newest acts on a person among which the suspension is looked for.
const ACTS_ON_PERSON_MAX: u32 = 50;

/// Tells of each certificate who held or revoked it.
pub(super) async fn tell(
    tenant: &mut TenantReader<'_>,
    names: &mut PeopleNamed,
    certificates: &[CertificateRecord],
    devices: &mut [DeviceLine],
) -> Result<(), Failure> {
    for line in devices.iter_mut().flat_map(DeviceLine::all_mut) {
        if let Some(record) = certificates.iter().find(|one| one.id.to_string() == line.id) {
            line.ending = of_certificate(tenant, names, record).await?;
        }
    }
    Ok(())
}

/// Who held or revoked a certificate, when and why; `None` if nobody has.
async fn of_certificate(
    tenant: &mut TenantReader<'_>,
    names: &mut PeopleNamed,
    certificate: &CertificateRecord,
) -> Result<Option<Ending>, Failure> {
    let Some(revocation) = certificate.revocation else { return Ok(None) };
    let by = match tenant.ending_act(certificate).await? {
        None => EndedBy::Untold,
        Some(row) if row.act == Act::RevokeByChallenge.name() => EndedBy::Phrase,
        Some(row) => EndedBy::Actor(names.actor(tenant, &row).await?),
    };
    Ok(Some(Ending::of(revocation, by)))
}

/// Who suspended a person, and when; `None` for a person in service.
pub(super) async fn of_person(
    tenant: &mut TenantReader<'_>,
    names: &mut PeopleNamed,
    user: &User,
) -> Result<Option<Ending>, Failure> {
    if user.state == UserState::Active {
        return Ok(None);
    }
    let suspended = [Act::SuspendUser, Act::SuspendOnTime].map(Act::name);
    let Some(row) = newest(tenant, user, |row| suspended.contains(&row.act.as_str())).await? else {
        return Ok(None);
    };
    let by = EndedBy::Actor(names.actor(tenant, &row).await?);
    Ok(Some(Ending { at: row.at, by, reason: None }))
}

/// When a person is to be suspended, and who planned it.
pub(super) async fn planned(
    tenant: &mut TenantReader<'_>,
    names: &mut PeopleNamed,
    user: &User,
) -> Result<Option<PlannedSuspension>, Failure> {
    let Some(at) = user.suspend_at else { return Ok(None) };
    let set = match newest(tenant, user, |row| row.act == Act::PlanSuspension.name()).await? {
        Some(row) => Some((names.actor(tenant, &row).await?, row.at)),
        None => None,
    };
    Ok(Some(PlannedSuspension { at, set }))
}

async fn newest(
    tenant: &mut TenantReader<'_>,
    user: &User,
    fits: impl Fn(&AuditRow) -> bool,
) -> Result<Option<AuditRow>, Failure> {
    let page = PageRequest::first(ACTS_ON_PERSON_MAX);
    let acts = tenant.audit_rows_on(&user.id.to_string(), &page).await?;
    Ok(acts.rows.into_iter().find(fits))
}
