//! The name that a connection was opened for.

use crate::{config::GateConfig, status::Topology};
use domain::{host_name::HostName, id::TenantId};

/// The ClientHello's server name, looked up once for the connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// A site, whose handshake asks for a certificate of its tenant.
    Site(HostName),
    /// A fresh name at which a browser asks for its certificate again.
    Retry { host: HostName, tenant: TenantId },
    /// The public site, whose handshake asks for no certificate.
    Public(HostName),
    /// No name, or an unknown one, which belongs to no tenant.
    Nowhere,
}

impl Place {
    /// Looks up the name that a client asks for.
    pub(crate) fn find(asked: Option<HostName>, config: &GateConfig, topology: &Topology) -> Self {
        let Some(host) = asked else { return Self::Nowhere };
        if topology.site(&host).is_some() {
            return Self::Site(host);
        }
        if config.public_hosts.contains(&host) {
            return Self::Public(host);
        }
        let retry = config.retry.as_ref().and_then(|names| names.slug_of(&host));
        match retry.and_then(|slug| topology.tenant_by_slug(slug)) {
            Some(tenant) => Self::Retry { tenant: tenant.facts.id, host },
            None => Self::Nowhere,
        }
    }

    pub(crate) fn host(&self) -> Option<&HostName> {
        match self {
            Self::Site(host) | Self::Retry { host, .. } | Self::Public(host) => Some(host),
            Self::Nowhere => None,
        }
    }
}
