//! All that is on record about one person, as one file. It holds no secret and no hash of one.

use super::{People, UserError};
use crate::{Unavailable, runner::TenantWork};
use domain::{
    act,
    application::ApplicationState,
    audit::AuditRow,
    certificate::CertificateRecord,
    certificate_text::RomanName,
    email::EmailAddress,
    grant::{Grant, ManageUsers},
    id::{TenantId, UserId},
    license::last_day,
    revocation::reason_name,
    user::{GroupKey, User},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::{PAGE_ROWS_MAX, PageRequest, certificates::CertificateFilter};

/// The name of the file's form; a form that readers of this one cannot read gets another.
const FORM: &str = "sekisho-person-1";

/// The newest records of each kind that are exported.
const RECORDS_MAX: u32 = 500;

/// The newest acts by the person, and the newest on each record, that are exported.
const ACTS_MAX: usize = 10_000;

impl People {
    /// The record of a person with invitations, applications, certificates, mails and the acts by the person and on
    /// these; as JSON.
    pub async fn export_user(
        &self,
        grant: &Grant<ManageUsers>,
        tenant: TenantId,
        id: UserId,
    ) -> Result<Value, UserError> {
        let done = self.core.act_in(grant.to(act::ExportUser), tenant, |mut work| async move {
            let user = work.records().user(id).await?.ok_or(UserError::NotFound)?;
            let export = self.exported(&mut work, &user).await?;
            Ok(work.done(id, "", export))
        });
        done.await
    }

    async fn exported(&self, work: &mut TenantWork, user: &User) -> Result<Value, Unavailable> {
        let newest = PageRequest::first(RECORDS_MAX);
        let certificates = work.records().certificates(CertificateFilter::User(user.id), &newest).await?.rows;
        let applications = work.records().applications_of(user.id, RECORDS_MAX).await?;
        let invitations = work.records().invitations_of(user.id, RECORDS_MAX).await?;
        let mails = work.records().mails_of(user.id, RECORDS_MAX).await?;
        let references = applications.iter().map(|one| one.application.particulars().reference.to_string());
        let ids = certificates.iter().map(|one| one.id.to_string());
        let subjects = std::iter::once(user.id.to_string()).chain(references).chain(ids);
        let acts = acts(work, user.id, subjects.collect()).await?;
        let application = |one: &store::applications::ApplicationRecord| {
            let given = one.application.particulars();
            let state: ApplicationState = one.application.state();
            json!({
                "reference": given.reference.to_string(),
                "state": state.name(),
                "state_since": one.state_since.to_string(),
                "submitted_at": given.submitted_at.to_string(),
                "purpose": given.purpose.name(),
                "device_id": given.device.to_string(),
                "device": given.device_name,
                "name_in_certificate": given.roman_name.common_name(),
                "email_in_certificate": given.email.to_string(),
                "agreement_version": given.consent.version,
                "agreed_at": given.consent.at.to_string(),
                "agreed_from": given.consent.address.to_string(),
            })
        };
        let mail = |one: &store::mails::MailRow| {
            json!({
                "purpose": one.purpose.name(),
                "standing": one.standing.name(),
                "written_at": one.created_at.to_string(),
                "settled_at": one.settled_at.map(|at| at.to_string()),
            })
        };
        let invitation = |one: &domain::invitation::Invitation| {
            json!({
                "kind": one.kind.name(),
                "expires_at": one.expires_at.to_string(),
                "spent_at": one.spent_at.map(|at| at.to_string()),
            })
        };
        Ok(json!({
            "form": FORM,
            "exported_at": work.now.to_string(),
            "tenant": { "slug": work.tenant.slug.as_str(), "name": work.tenant.display_name },
            "person": self.person(user),
            "invitations": invitations.iter().map(invitation).collect::<Vec<_>>(),
            "applications": applications.iter().map(application).collect::<Vec<_>>(),
            "certificates": certificates.iter().map(certificate).collect::<Vec<_>>(),
            "mails": mails.iter().map(mail).collect::<Vec<_>>(),
            "acts": acts.iter().map(act_line).collect::<Vec<_>>(),
        }))
    }

    fn person(&self, user: &User) -> Value {
        let zone = &self.core.service().time_zone;
        json!({
            "id": user.id.to_string(),
            "login": user.login_name.as_str(),
            "name": user.display_name,
            "reading": user.reading,
            "name_in_certificate": user.roman_name.as_ref().map(RomanName::common_name),
            "email": user.email.to_string(),
            "email_told": user.proved_email.as_ref().map(EmailAddress::to_string),
            "role": user.role.name(),
            "groups": user.groups.iter().map(GroupKey::as_str).collect::<Vec<_>>(),
            "note": user.note,
            "language": user.locale.tag(),
            "state": user.state.name(),
            "last_day": user.suspend_at.map(|at| last_day(at, zone).to_string()),
        })
    }
}

/// The acts by a person and on the person's records, each once, the newest first.
async fn acts(
    work: &mut TenantWork,
    person: UserId,
    subjects: Vec<String>,
) -> Result<Vec<AuditRow>, Unavailable> {
    let mut found = BTreeMap::new();
    for subject in std::iter::once(None).chain(subjects.iter().map(Some)) {
        let (mut page, mut read) = (PageRequest::first(PAGE_ROWS_MAX), 0);
        loop {
            let rows = match subject {
                None => work.records().audit_rows_by(person, &page).await?,
                Some(subject) => work.records().audit_rows_on(subject, &page).await?,
            };
            read += rows.rows.len();
            page.after = rows.rows.last().map(|row| row.seq);
            found.extend(rows.rows.into_iter().map(|row| (row.seq, row)));
            if !rows.more || read >= ACTS_MAX {
                break;
            }
        }
    }
    Ok(found.into_values().rev().collect())
}

fn certificate(one: &CertificateRecord) -> Value {
    json!({
        "id": one.id.to_string(),
        "serial": one.key.serial.to_hex(),
        "issuer_id": one.key.issuer.to_string(),
        "application_id": one.application.to_string(),
        "device_id": one.device.to_string(),
        "device": one.device_name,
        "device_type": one.device_type.name(),
        "state": one.state.name(),
        "not_before": one.not_before.to_string(),
        "not_after": one.not_after.to_string(),
        "ends_at": one.ends_at.map(|at| at.to_string()),
        "picked_up_at": one.picked_up_at.map(|at| at.to_string()),
        "proved_at": one.proved_at.map(|at| at.to_string()),
        "revoked_at": one.revocation.map(|ended| ended.at.to_string()),
        "reason_code": one.revocation.map(|ended| ended.reason.code()),
        "reason": one.revocation.and_then(|ended| reason_name(ended.reason)),
    })
}

fn act_line(row: &AuditRow) -> Value {
    json!({
        "number": row.seq,
        "at": row.at.to_string(),
        "actor_kind": row.actor_kind,
        "actor_id": row.actor_user.map(|user| user.to_string()),
        "act": row.act,
        "subject": row.subject,
        "detail": row.detail,
        "address": row.address,
    })
}
