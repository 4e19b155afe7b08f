//! The gate's part of an installation's configuration.

mod bounds;
mod page_policy;
mod patience;

pub use bounds::{HandshakeRate, RoomLimits, UpstreamBounds};
pub use page_policy::PagePolicy;
pub use patience::Patience;

use aws_lc_rs::hmac;
use domain::{host_name::HostName, refusal::Code};
use std::collections::HashSet;

/// The gate's configuration.
#[derive(Debug, Clone)]
pub struct GateConfig {
    /// Address of the public site, such as `https://id.example.jp`: the `iss` of assertions, and the site
    /// that explains refusals.
    pub public_url: String,
    /// Names of the public site on this listener.
    pub public_hosts: HashSet<HostName>,
    /// Names at which a browser asks for a certificate again; `None` if not offered.
    pub retry: Option<RetryNames>,
    /// The port in addresses of sites; 443 is left out.
    pub https_port: u16,
    /// Most connections at a time; further connections wait in the kernel's queue. One client network gets at
    /// most half of them, see [`ground::Slots`].
    pub connections_max: usize,
    /// Bounds on what is under way to applications.
    pub upstreams: UpstreamBounds,
    /// How long the gate waits for slow clients.
    pub patience: Patience,
    /// The handshake rate of one client network. Clients behind a balancer that hides their addresses count
    /// as one network.
    pub handshake_rate: HandshakeRate,
    /// How many requests may be under way.
    pub rooms: RoomLimits,
    /// The policy of the gate's own pages; it must allow the style sheet that [`crate::Pages`] uses.
    pub page_policy: PagePolicy,
    /// The key of the tokens by which a retry page's request clears a choice; nodes share it.
    pub choice_key: hmac::Key,
    /// The prefix of each request id; differs between nodes and restarts.
    pub request_id_prefix: String,
}

/// The form of retry names: `{slug}-{nonce}.{suffix}`.
#[derive(Debug, Clone)]
pub struct RetryNames {
    /// Such as `retry.localhost`.
    pub suffix: HostName,
}

impl RetryNames {
    pub(crate) fn slug_of<'a>(&self, host: &'a HostName) -> Option<&'a str> {
        let label = host.below(&self.suffix).filter(|label| !label.contains('.'))?;
        label.rsplit_once('-').map(|(slug, _nonce)| slug)
    }
}

impl GateConfig {
    /// A fresh retry address for a tenant; no two nonces are equal.
    pub(crate) fn retry_url(&self, slug: &str, nonce: &str, from: &HostName) -> Option<String> {
        let host = format!("{slug}-{nonce}.{}", self.retry.as_ref()?.suffix);
        HostName::parse(&host).ok().map(|host| format!("{}{from}", self.site_url(host.as_str())))
    }

    /// Where the public site explains a refusal (RFC 9457 §3.1.1).
    pub(crate) fn problem_url(&self, code: Code) -> String {
        format!("{}/problems/{}", self.public_url.trim_end_matches('/'), code.name())
    }

    pub(crate) fn site_url(&self, host: &str) -> String {
        match self.https_port {
            443 => format!("https://{host}/"),
            port => format!("https://{host}:{port}/"),
        }
    }
}
