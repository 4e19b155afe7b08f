//! `sekisho site …`

use super::{
    CommandError, Services,
    lookup::{none_such, slugs},
};
use crate::output::{Output, Record};
use clap::Subcommand;
use domain::{
    host_name::HostName,
    id::TenantId,
    site::{Site, Upstream},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Lists of host names at the gate.
#[derive(Debug, Clone, Subcommand, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SiteCommand {
    /// List all host names at the gate
    List,
    /// Show one
    Show {
        /// The host name
        host: String,
    },
}

pub(super) async fn execute(services: &Services, command: SiteCommand) -> Result<Output, CommandError> {
    let mut reader = services.read().await?;
    let (sites, slugs) = (reader.every_site().await?, slugs(&mut reader).await?);
    drop(reader);
    match command {
        SiteCommand::List => Ok(Output::Records(sites.iter().map(|site| line(site, &slugs)).collect())),
        SiteCommand::Show { host } => {
            let none = || none_such("site", &host, "site list");
            let name = HostName::parse(&host).map_err(|_| none())?;
            let site = sites.iter().find(|site| site.host == name).ok_or_else(none)?;
            let headers = site.upstream.iter().flat_map(|upstream| &upstream.headers);
            let headers = serde_json::to_value(headers.collect::<Vec<_>>()).map_err(CommandError::failed)?;
            let record = line(site, &slugs).with_text("id", site.id).with("headers", headers);
            Ok(Output::Record(match &site.upstream {
                Some(upstream) => with_conduct(record, upstream),
                None => record,
            }))
        }
    }
}

fn with_conduct(record: Record, upstream: &Upstream) -> Record {
    let conduct = &upstream.conduct;
    record
        .with("removed_headers", upstream.removed.clone())
        .with("answer_wait_seconds", conduct.answer_wait_seconds)
        .with("encoded_slashes", conduct.encoded_slashes)
        .with("own_connections", conduct.own_connections)
        .with("apple_401", conduct.apple_401)
        .with("requests_max", conduct.requests_max)
        .with("websockets_max", conduct.tunnels_max)
}

fn line(site: &Site, slugs: &HashMap<TenantId, String>) -> Record {
    Record::new()
        .with("host", site.host.as_str())
        .with("kind", site.kind.name())
        .with("tenant", slugs.get(&site.tenant).map(String::as_str))
        .with_text("tenant_id", site.tenant)
        .with_optional("upstream", site.upstream.as_ref().map(|upstream| &upstream.address))
}
