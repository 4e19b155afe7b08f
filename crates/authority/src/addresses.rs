//! Every absolute address in mails, sheets and certificates.
//!
//! **Invariant:** addresses come from the configuration, never from a request's `Host`.

use domain::{
    host_name::{HostName, HostNameError},
    id::IssuerId,
    slug::TenantSlug,
};
use ground::HostPort;

/// The addresses of the installation.
#[derive(Debug, Clone)]
pub struct Addresses {
    /// The public site, without a trailing slash: `https://certificates.example.jp`.
    pub public_url: String,
    /// The start of the addresses of certificates and revocation lists over plain HTTP, without a trailing slash.
    pub publication_url: String,
    /// The domain of tenants' names: `example.jp` for `{tenant}.example.jp`.
    pub site_suffix: HostName,
    /// Port of the gate as browsers see it; left out of addresses when it is 443.
    pub gate_port: u16,
}

impl Addresses {
    fn on(&self, host: &str, path: &str) -> String {
        match self.gate_port {
            443 => format!("https://{host}{path}"),
            port => format!("https://{host}:{port}{path}"),
        }
    }

    /// An address on a site under its own name.
    pub fn site(&self, host: &HostName, path: &str) -> String {
        self.on(host.as_str(), path)
    }

    /// An address on the public site; `path` begins with a slash.
    pub fn public(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// An address on the tenant's site.
    pub fn application(&self, slug: &TenantSlug, path: &str) -> String {
        self.on(&format!("{slug}.{}", self.site_suffix), path)
    }

    /// An address on the tenant's desk.
    pub fn desk(&self, slug: &TenantSlug, path: &str) -> String {
        self.on(&format!("{slug}.desk.{}", self.site_suffix), path)
    }

    /// An address on the operators' console.
    pub fn console(&self, path: &str) -> String {
        self.on(&format!("console.{}", self.site_suffix), path)
    }

    /// An address on a fresh name at which a browser asks for a certificate again.
    pub fn retry(&self, slug: &TenantSlug, nonce: &str, path: &str) -> String {
        self.on(&format!("{slug}-{nonce}.retry.{}", self.site_suffix), path)
    }

    /// CRL distribution point of an issuer (RFC 5280 §4.2.1.13: plain HTTP).
    pub fn crl(&self, issuer: IssuerId) -> String {
        format!("{}/crl/{issuer}.crl", self.publication_url)
    }

    /// caIssuers of an issuer (RFC 5280 §4.2.2.1).
    pub fn issuer_certificate(&self, issuer: IssuerId) -> String {
        format!("{}/ca/{issuer}.crt", self.publication_url)
    }

    /// The host name of a tenant's site.
    pub fn application_host(&self, slug: &TenantSlug) -> Result<HostName, HostNameError> {
        HostName::parse(&format!("{slug}.{}", self.site_suffix))
    }

    /// The host name of a tenant's desk.
    pub fn desk_host(&self, slug: &TenantSlug) -> Result<HostName, HostNameError> {
        HostName::parse(&format!("{slug}.desk.{}", self.site_suffix))
    }

    /// The host of the public site.
    pub fn public_host(&self) -> &str {
        let authority = self.public_url.split_once("://").map_or("", |(_, authority)| authority);
        HostPort::parse(authority).map_or("", |public| public.host())
    }

    /// Whether this is the public site's own host name.
    pub fn is_public_host(&self, host: &HostName) -> bool {
        HostName::parse(self.public_host()).as_ref() == Ok(host)
    }

    /// The host name of the console.
    pub fn console_host(&self) -> Result<HostName, HostNameError> {
        HostName::parse(&format!("console.{}", self.site_suffix))
    }
}
