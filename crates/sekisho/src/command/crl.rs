//! `sekisho crl …`

use super::{
    CommandError, Services,
    lookup::{none_such, parsed, slugs},
};
use crate::output::{Output, Record};
use authority::crl_issuer::PublishCrlsError;
use clap::Subcommand;
use domain::{
    grant::ManageTenants,
    id::{IssuerId, TenantId},
    issuer::Issuer,
    refusal::Problem,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use store::crls::PublishedCrl;

/// Acts and lists of revocation lists.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CrlCommand {
    /// Show the newest list of each certificate authority, or of one
    Show {
        /// The certificate authority's id
        #[arg(long)]
        issuer: Option<String>,
    },
    /// Make new lists now, for each certificate authority or for one
    Publish {
        /// The certificate authority's id
        #[arg(long)]
        issuer: Option<String>,
    },
}

pub(super) async fn execute(services: &Services, command: CrlCommand) -> Result<Output, CommandError> {
    match command {
        CrlCommand::Show { issuer } => {
            let mut records = Vec::new();
            let slugs = slugs(&mut services.read().await?).await?;
            for issuer in meant(services, issuer).await? {
                let crl = services.read().await?.crl(issuer.id).await?;
                records.push(line(&issuer, &slugs, crl.as_ref()));
            }
            Ok(Output::Records(records))
        }
        CrlCommand::Publish { issuer } => {
            let id = issuer.as_deref().map(|text| parsed("issuer", text, Problem::BadRequest)).transpose()?;
            let grant = services.grant::<ManageTenants>();
            let published = services.authority.crl_issuer().publish_crls(&grant, id).await;
            let published = published.map_err(|error| match (error, issuer) {
                (PublishCrlsError::NotFound, Some(text)) => none_such("issuer", &text, "issuer list"),
                (error, _) => error.into(),
            })?;
            Ok(Output::Done(format!("revocation lists published: {published}")))
        }
    }
}

async fn meant(services: &Services, id: Option<String>) -> Result<Vec<Issuer>, CommandError> {
    let mut reader = services.read().await?;
    let Some(text) = id else { return Ok(reader.every_issuer().await?) };
    let id: IssuerId = parsed("issuer", &text, Problem::BadRequest)?;
    let issuer = reader.issuer(id).await?.ok_or_else(|| none_such("issuer", &text, "issuer list"))?;
    Ok(vec![issuer])
}

fn line(issuer: &Issuer, slugs: &HashMap<TenantId, String>, crl: Option<&PublishedCrl>) -> Record {
    Record::new()
        .with_text("issuer_id", issuer.id)
        .with("kind", issuer.kind.name())
        .with("tenant", issuer.tenant.and_then(|tenant| slugs.get(&tenant)).map(String::as_str))
        .with("number", crl.map(|crl| crl.number))
        .with_optional("this_update", crl.map(|crl| crl.this_update))
        .with_optional("next_update", crl.map(|crl| crl.next_update))
        .with("bytes", crl.map(|crl| crl.der.len()))
}
