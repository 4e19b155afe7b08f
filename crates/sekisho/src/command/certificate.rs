//! `sekisho certificate …`

use super::{
    CommandError, ListReach, Services,
    lookup::{none_such, page, part, tenant},
};
use crate::output::{Output, Record};
use authority::revocation::RevokeError;
use clap::{Args, Subcommand, ValueEnum};
use domain::{
    application::Purpose,
    audit::AuditRow,
    certificate::{Access, CertificateRecord},
    grant::{DecideApplication, RevokeCertificate},
    id::{CertificateId, TenantId},
    one_line,
    pin_delivery::PinRecipient,
    refusal::Problem,
    revocation::{Request, reason_name},
    tenant::Tenant,
    user::User,
};
use pki::{RevocationReason, Serial};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use store::{Reader, named::NamedCertificate};

/// Acts and lists of certificates.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateCommand {
    /// List a customer's certificates, the newest first
    List {
        /// The customer's slug
        #[arg(long)]
        tenant: String,
        /// How far
        #[command(flatten)]
        reach: ListReach,
    },
    /// Show one certificate
    Show(WhichCertificate),
    /// Shut a certificate out for now
    Hold(WhichCertificate),
    /// Let a certificate on hold in again
    Release(WhichCertificate),
    /// End a certificate for good; returns when the next request with it is refused
    Revoke {
        /// Which one
        #[command(flatten)]
        which: WhichCertificate,
        /// Why
        #[arg(long, value_enum, default_value_t = Reason::Unspecified)]
        reason: Reason,
    },
    /// Let the same device have its next certificate; the PIN goes out
    Renew(WhichCertificate),
    /// Let another device take the place of a certificate's device; the PIN goes out
    Replace {
        /// A certificate of the present device
        #[command(flatten)]
        which: WhichCertificate,
        /// The name of the new device, as lists show it
        #[arg(long, value_name = "NAME")]
        device: String,
    },
    /// Have the file of a device made anew, for a person who cannot open it; the PIN goes out
    NewFile(WhichCertificate),
}

/// One certificate.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct WhichCertificate {
    /// The certificate's serial number, as browsers, CRLs and our lists show it, or its id
    #[arg(value_name = "SERIAL_OR_ID")]
    pub id: String,
    /// The slug of the customer to look at; without it, all
    #[arg(long)]
    pub tenant: Option<String>,
}

/// Why a certificate ends (RFC 5280 §5.3.1).
#[derive(Debug, Clone, Copy, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Not told
    Unspecified,
    /// The device or its key is in other hands
    KeyCompromise,
    /// The person has left or has another task
    AffiliationChanged,
    /// A newer certificate takes its place
    Superseded,
    /// It is not needed any more
    CessationOfOperation,
}

impl From<Reason> for RevocationReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Unspecified => Self::Unspecified,
            Reason::KeyCompromise => Self::KeyCompromise,
            Reason::AffiliationChanged => Self::AffiliationChanged,
            Reason::Superseded => Self::Superseded,
            Reason::CessationOfOperation => Self::CessationOfOperation,
        }
    }
}

pub(super) async fn execute(
    services: &Services,
    command: CertificateCommand,
) -> Result<Output, CommandError> {
    match command {
        CertificateCommand::List { tenant: slug, reach } => {
            let tenant = tenant(services, &slug).await?;
            let page = page(&reach, |id| id.parse().ok())?;
            let mut reader = services.read().await?;
            let page = reader.tenant(tenant.id).named_certificates(&page).await?;
            let line = |row: &NamedCertificate| line(services, &tenant, row);
            Ok(part(&page, |row| row.certificate.id, line))
        }
        CertificateCommand::Show(which) => {
            let (tenant, certificate) = meant(services, &which).await?;
            Ok(Output::Record(show(services, &tenant, &certificate).await?))
        }
        CertificateCommand::Hold(which) => decide(services, &which, Request::Hold).await,
        CertificateCommand::Release(which) => decide(services, &which, Request::Release).await,
        CertificateCommand::Revoke { which, reason } => {
            decide(services, &which, Request::Revoke(reason.into())).await
        }
        CertificateCommand::Renew(which) => further(services, &which, Purpose::Renewal, None).await,
        CertificateCommand::Replace { which, device } => {
            further(services, &which, Purpose::Replacement, Some(&device)).await
        }
        CertificateCommand::NewFile(which) => further(services, &which, Purpose::NewFile, None).await,
    }
}

/// Holds, releases or revokes. What stands so already is a success, too, which says since when.
async fn decide(
    services: &Services,
    which: &WhichCertificate,
    request: Request,
) -> Result<Output, CommandError> {
    let (_, NamedCertificate { certificate, login_name, .. }) = meant(services, which).await?;
    let line = certificate_line(&certificate, &login_name);
    let grant = services.grant::<RevokeCertificate>();
    let revoker = services.authority.revocation();
    let done = match revoker.decide_certificate(&grant, certificate.tenant, certificate.id, request).await {
        Ok(()) => match request {
            Request::Hold => "on hold; the gate refuses it from now on".to_owned(),
            Request::Release => "released".to_owned(),
            Request::Revoke(_) | Request::RevokeLastKey(_) => {
                "revoked; the gate refuses it from now on".to_owned()
            }
        },
        Err(RevokeError::Refused(refusal)) if refusal.is_so_already(request) => {
            let present =
                services.read().await?.tenant(certificate.tenant).certificate(certificate.id).await?;
            match present.and_then(|present| present.revocation) {
                Some(ended) if request == Request::Hold => format!("on hold already, since {}", ended.at),
                Some(ended) => format!("revoked already, since {}", ended.at),
                None => "not on hold; nothing was changed".to_owned(),
            }
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Output::Done(format!("{line} {done}")))
}

/// Begins a further certificate of a device; its reference, and where the PIN went.
async fn further(
    services: &Services,
    which: &WhichCertificate,
    purpose: Purpose,
    device: Option<&str>,
) -> Result<Output, CommandError> {
    let (tenant, NamedCertificate { certificate, login_name, .. }) = meant(services, which).await?;
    let (grant, renewals) = (services.grant::<DecideApplication>(), services.authority.renewals());
    let reference = renewals.begin(&grant, tenant.id, certificate.id, purpose, device).await?;
    let user = services.read().await?.tenant(tenant.id).user(certificate.user).await?;
    let is_mailed = |user: &User| PinRecipient::of(&tenant.policy, user.role) == PinRecipient::Person;
    let mailed_to = user.filter(is_mailed).map(|user| user.email);
    let record = Record::new()
        .with_text("reference", &reference)
        .with("purpose", purpose.name())
        .with("tenant", tenant.slug.as_str())
        .with("login", login_name)
        .with("device", device.unwrap_or(&certificate.device_name))
        .with_text("device_id", certificate.device)
        .with_optional("pin_mailed_to", mailed_to);
    Ok(Output::Record(record))
}

/// A sentence about the act and its certificate, so that the operator sees that it was the right one.
fn certificate_line(certificate: &CertificateRecord, login_name: &str) -> String {
    let device = one_line::shown(&certificate.device_name);
    format!("certificate {} of {login_name} (device {device})", certificate.id)
}

/// The one matching certificate, and its tenant.
async fn meant(
    services: &Services,
    which: &WhichCertificate,
) -> Result<(Tenant, NamedCertificate), CommandError> {
    let within = match &which.tenant {
        Some(slug) => Some(tenant(services, slug).await?.id),
        None => None,
    };
    let mut reader = services.read().await?;
    let mut found = Vec::new();
    for (tenant, id) in candidates(&mut reader, &which.id).await? {
        if within.is_some_and(|within| within != tenant) {
            continue;
        }
        let mut scope = reader.tenant(tenant);
        let (record, certificate) = (scope.record().await?, scope.certificate(id).await?);
        if let (Some(record), Some(certificate)) = (record, certificate) {
            let Some(user) = scope.user(certificate.user).await? else { continue };
            let (login_name, user_state) = (user.login_name.to_string(), user.state);
            found.push((record, NamedCertificate { certificate, login_name, user_state }));
        }
    }
    if found.len() > 1 {
        return Err(ambiguous(&which.id, &found));
    }
    found.pop().ok_or_else(|| none_such("certificate", &which.id, "certificate list --tenant SLUG"))
}

/// The certificates that a text may name: by an id if it has that form, by a serial number in every reading.
async fn candidates(
    reader: &mut Reader,
    text: &str,
) -> Result<BTreeSet<(TenantId, CertificateId)>, CommandError> {
    let id = text.trim().parse::<CertificateId>().ok();
    let mut found = BTreeSet::new();
    if let Some(id) = id
        && let Some(tenant) = reader.tenant_of_certificate(id).await?
    {
        found.insert((tenant, id));
    }
    let serials = Serial::readings(text);
    if id.is_none() && serials.is_empty() {
        return Err(CommandError::because(
            Problem::BadRequest,
            format!(
                "certificate {text:?}: expected a serial number, such as 0a1b2c… or 0A:1B:2C:…, or an id"
            ),
        ));
    }
    for serial in &serials {
        found.extend(reader.certificates_with_serial(serial).await?);
    }
    Ok(found)
}

fn ambiguous(text: &str, found: &[(Tenant, NamedCertificate)]) -> CommandError {
    let choice = |(tenant, row): &(Tenant, NamedCertificate)| {
        format!("{} (tenant {})", certificate_line(&row.certificate, &row.login_name), tenant.slug)
    };
    let choices = found.iter().map(choice).collect::<Vec<_>>().join(", ");
    CommandError::because(Problem::Ambiguous, format!("{text:?} may be {choices}; give the id"))
}

fn line(services: &Services, tenant: &Tenant, row: &NamedCertificate) -> Record {
    let certificate = &row.certificate;
    Record::new()
        .with_text("id", certificate.id)
        .with("standing", standing(services, tenant, row))
        .with("tenant", tenant.slug.as_str())
        .with("login", row.login_name.as_str())
        .with("device", certificate.device_name.as_str())
        .with("serial", certificate.key.serial.to_hex())
        .with_text("not_after", certificate.not_after)
        .with("superseded", certificate.is_superseded())
        .with_optional("ends_at", certificate.ends_at)
        .with_text("device_id", certificate.device)
        .with_text("user_id", certificate.user)
}

async fn show(services: &Services, tenant: &Tenant, row: &NamedCertificate) -> Result<Record, CommandError> {
    let certificate = &row.certificate;
    let revocation = certificate.revocation;
    let mut reader = services.read().await?;
    let act = reader.tenant(tenant.id).ending_act(certificate).await?;
    let by = match &act {
        Some(AuditRow { tenant: of, actor_user: Some(user), actor_kind, .. }) => {
            let scope = of.unwrap_or(tenant.id);
            let known = reader.tenant(scope).user(*user).await?;
            Some(known.map_or_else(|| actor_kind.clone(), |user| user.login_name.to_string()))
        }
        Some(row) => Some(row.actor_kind.clone()),
        None => None,
    };
    Ok(line(services, tenant, row)
        .with_text("issuer_id", certificate.key.issuer)
        .with_text("application_id", certificate.application)
        .with_text("device_id", certificate.device)
        .with("device_type", certificate.device_type.name())
        .with_text("not_before", certificate.not_before)
        .with_optional("ends_at", certificate.ends_at)
        .with_optional("picked_up_at", certificate.picked_up_at)
        .with_optional("proved_at", certificate.proved_at)
        .with_optional("revoked_at", revocation.map(|revocation| revocation.at))
        .with_optional("reason_code", revocation.map(|revocation| revocation.reason.code()))
        .with_optional("reason", revocation.and_then(|revocation| reason_name(revocation.reason)))
        .with_optional("revoked_by", by)
        .with_optional("revoked_act", act.map(|row| row.act)))
}

fn standing(services: &Services, tenant: &Tenant, row: &NamedCertificate) -> serde_json::Value {
    let (authority, now) = (&services.authority, services.authority.now());
    let shut_out = tenant.shut_out(authority.service().contract_grace_days, now);
    let standing = row.certificate.standing(Access::of(row.user_state, shut_out), now);
    serde_json::to_value(standing).unwrap_or_default()
}
