//! `sekisho issuer …`

use super::{
    CommandError, Services,
    lookup::{none_such, parsed, slugs},
};
use crate::output::{Output, Record};
use clap::Subcommand;
use domain::{id::TenantId, issuer::Issuer, refusal::Problem};
use pki::Certificate;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Lists of certificate authorities.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuerCommand {
    /// List all certificate authorities
    List,
    /// Show one, with its certificate
    Show {
        /// Its id
        id: String,
    },
}

pub(super) async fn execute(services: &Services, command: IssuerCommand) -> Result<Output, CommandError> {
    let mut reader = services.read().await?;
    match command {
        IssuerCommand::List => {
            let (issuers, slugs) = (reader.every_issuer().await?, slugs(&mut reader).await?);
            let lines = issuers.iter().map(|issuer| line(issuer, &slugs));
            Ok(Output::Records(lines.collect::<Result<_, _>>()?))
        }
        IssuerCommand::Show { id } => {
            let issuer = reader.issuer(parsed("issuer", &id, Problem::BadRequest)?).await?;
            let issuer = issuer.ok_or_else(|| none_such("issuer", &id, "issuer list"))?;
            let slugs = slugs(&mut reader).await?;
            let addresses = services.authority.addresses();
            let record = line(&issuer, &slugs)?
                .with_optional("parent", issuer.parent)
                .with("certificate_url", addresses.issuer_certificate(issuer.id))
                .with("crl_url", addresses.crl(issuer.id))
                .with("certificate", certificate(&issuer)?.to_pem());
            Ok(Output::Record(record))
        }
    }
}

fn certificate(issuer: &Issuer) -> Result<Certificate, CommandError> {
    Certificate::from_der(&issuer.certificate_der)
        .map_err(|error| CommandError::failed(format_args!("issuer {}: {error}", issuer.id)))
}

fn line(issuer: &Issuer, slugs: &HashMap<TenantId, String>) -> Result<Record, CommandError> {
    let certificate = certificate(issuer)?;
    let not_after =
        jiff::Timestamp::from_second(certificate.validity().not_after).map_err(CommandError::failed)?;
    Ok(Record::new()
        .with_text("id", issuer.id)
        .with("kind", issuer.kind.name())
        .with("generation", issuer.generation)
        .with_text("subject", certificate.subject())
        .with("tenant", issuer.tenant.and_then(|tenant| slugs.get(&tenant)).map(String::as_str))
        .with_optional("tenant_id", issuer.tenant)
        .with_text("not_after", not_after))
}
