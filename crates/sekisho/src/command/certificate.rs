//! `sekisho certificate …`

use super::{
    CommandError, Services,
    lookup::{Rows, none_such, parsed, tenant},
};
use crate::output::{Output, Record};
use clap::{Args, Subcommand, ValueEnum};
use domain::{
    certificate::Certificate,
    grant::{Grant, RevokeCertificate},
    id::{CertificateId, TenantId},
    revocation::Request,
};
use pki::RevocationReason;
use serde::{Deserialize, Serialize};
use store::certificates::CertificateFilter;

/// Acts and lists of certificates.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateCommand {
    /// List a customer's certificates, the newest first
    List {
        /// The customer's slug
        #[arg(long)]
        tenant: String,
    },
    /// Show one certificate
    Show(Which),
    /// Shut a certificate out for now
    Hold(Which),
    /// Let a certificate on hold in again
    Release(Which),
    /// End a certificate for good; returns when the next request with it is refused
    Revoke {
        /// Which one
        #[command(flatten)]
        which: Which,
        /// Why
        #[arg(long, value_enum, default_value_t = Reason::Unspecified)]
        reason: Reason,
    },
}

/// One certificate.
#[derive(Debug, Clone, Args, Serialize, Deserialize)]
pub struct Which {
    /// The certificate's id
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
    let authority = &services.authority;
    let grant = Grant::<RevokeCertificate>::operator_at_the_machine();
    match command {
        CertificateCommand::List { tenant: slug } => {
            let tenant = tenant(services, &slug).await?;
            let mut reader = authority.store().read().await?;
            let mut scope = reader.tenant(tenant.id);
            let mut certificates = Rows::by(|certificate: &Certificate| certificate.id);
            while let Some(page) = certificates.next_page() {
                certificates.take(scope.certificates(CertificateFilter::All, &page).await?);
            }
            Ok(Output::Records(
                certificates.into_rows().iter().map(|certificate| line(services, certificate)).collect(),
            ))
        }
        CertificateCommand::Show(which) => {
            let certificate = meant(services, &which).await?;
            Ok(Output::Record(show(services, &certificate)))
        }
        CertificateCommand::Hold(which) => {
            let certificate = meant(services, &which).await?;
            authority.decide_certificate(&grant, certificate.tenant, certificate.id, Request::Hold).await?;
            Ok(Output::Done(format!(
                "certificate {} on hold; the gate refuses it from now on",
                certificate.id
            )))
        }
        CertificateCommand::Release(which) => {
            let certificate = meant(services, &which).await?;
            authority
                .decide_certificate(&grant, certificate.tenant, certificate.id, Request::Release)
                .await?;
            Ok(Output::Done(format!("certificate {} released", certificate.id)))
        }
        CertificateCommand::Revoke { which, reason } => {
            let certificate = meant(services, &which).await?;
            let request = Request::Revoke(reason.into());
            authority.decide_certificate(&grant, certificate.tenant, certificate.id, request).await?;
            Ok(Output::Done(format!(
                "certificate {} revoked; the gate refuses it from now on",
                certificate.id
            )))
        }
    }
}

async fn meant(services: &Services, which: &Which) -> Result<Certificate, CommandError> {
    let id: CertificateId = parsed("certificate", &which.id)?;
    let tenants: Vec<TenantId> = match &which.tenant {
        Some(slug) => vec![tenant(services, slug).await?.id],
        None => services
            .authority
            .store()
            .read()
            .await?
            .every_tenant()
            .await?
            .iter()
            .map(|tenant| tenant.id)
            .collect(),
    };
    let mut reader = services.authority.store().read().await?;
    for tenant in tenants {
        if let Some(certificate) = reader.tenant(tenant).certificate(id).await? {
            return Ok(certificate);
        }
    }
    Err(none_such("certificate", &which.id, "certificate list --tenant SLUG"))
}

fn line(services: &Services, certificate: &Certificate) -> Record {
    Record::new()
        .with_text("id", certificate.id)
        .with("standing", standing(services, certificate))
        .with_text("user_id", certificate.user)
        .with("device", certificate.device_name.as_str())
        .with("serial", certificate.key.serial.to_hex())
        .with_text("not_after", certificate.not_after)
}

fn show(services: &Services, certificate: &Certificate) -> Record {
    let revocation = certificate.revocation;
    line(services, certificate)
        .with_text("issuer_id", certificate.key.issuer)
        .with_text("application_id", certificate.application)
        .with("device_type", certificate.device_type.name())
        .with_text("not_before", certificate.not_before)
        .with_optional("picked_up_at", certificate.picked_up_at)
        .with_optional("proved_at", certificate.proved_at)
        .with_optional("revoked_at", revocation.map(|revocation| revocation.at))
        .with_optional("reason_code", revocation.map(|revocation| revocation.reason.code()))
}

fn standing(services: &Services, certificate: &Certificate) -> serde_json::Value {
    serde_json::to_value(certificate.standing(services.authority.now())).unwrap_or_default()
}
