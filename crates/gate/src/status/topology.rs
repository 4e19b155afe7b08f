//! Tenants, sites and issuers: few, read by every request, changed seldom; copied as a whole on change.

use super::{
    record::{IssuerRecord, TenantRecord},
    site::LiveSite,
};
use crate::applications::SiteApplication;
use domain::{
    host_name::HostName,
    id::{IssuerId, SiteId, TenantId},
    permit::TenantFacts,
    site::{Site, SiteKind},
    tenant::TenantState,
    time::Timestamp,
};
use rustls::DistinguishedName;
use std::{collections::HashMap, sync::Arc};

/// A tenant as requests need it.
#[derive(Debug)]
pub(crate) struct ServedTenant {
    pub(crate) facts: Arc<TenantFacts>,
    pub(crate) support_contact: String,
    /// Since when an act has shut the tenant out.
    pub(crate) since: Option<Timestamp>,
}

/// An issuer with its parsed key.
#[derive(Debug)]
pub(crate) struct TrustedIssuer {
    pub(crate) id: IssuerId,
    pub(crate) tenant: TenantId,
    pub(crate) certificate: pki::Certificate,
    pub(crate) fingerprint: [u8; 32],
}

/// The names in a tenant's CertificateRequest. It is a new `Arc` whenever they change, so that a
/// configuration built from an old one is recognised.
#[derive(Debug, Default)]
pub(crate) struct TenantIssuers {
    pub(crate) names: Vec<DistinguishedName>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Topology {
    tenants: HashMap<TenantId, Arc<ServedTenant>>,
    slugs: HashMap<String, TenantId>,
    sites: HashMap<HostName, Arc<LiveSite>>,
    hosts: HashMap<SiteId, HostName>,
    fronts: HashMap<TenantId, HostName>,
    issuers: HashMap<IssuerId, Arc<TrustedIssuer>>,
    issuers_by_name: HashMap<Vec<u8>, Vec<Arc<TrustedIssuer>>>,
    issuers_by_tenant: HashMap<TenantId, Arc<TenantIssuers>>,
}

impl Topology {
    pub(crate) fn tenant(&self, id: TenantId) -> Option<&Arc<ServedTenant>> {
        self.tenants.get(&id)
    }

    pub(crate) fn tenant_by_slug(&self, slug: &str) -> Option<&Arc<ServedTenant>> {
        self.tenant(*self.slugs.get(slug)?)
    }

    pub(crate) fn site(&self, host: &HostName) -> Option<&Arc<LiveSite>> {
        self.sites.get(host)
    }

    /// The entrance for a tenant's people: its application or portal; the console for operators.
    pub(crate) fn front(&self, tenant: TenantId) -> Option<&Arc<LiveSite>> {
        self.site(self.fronts.get(&tenant)?)
    }

    /// Every issuer with this subject, DER. Two issuers may share a name; their keys distinguish them.
    pub(crate) fn issuers_named(&self, name_der: &[u8]) -> &[Arc<TrustedIssuer>] {
        self.issuers_by_name.get(name_der).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn issuers_of(&self, tenant: TenantId) -> Arc<TenantIssuers> {
        self.issuers_by_tenant.get(&tenant).cloned().unwrap_or_default()
    }

    fn site_by_id(&self, id: SiteId) -> Option<&Arc<LiveSite>> {
        self.site(self.hosts.get(&id)?)
    }

    /// Every application that a site leads to.
    pub(crate) fn applications(&self) -> impl Iterator<Item = &Arc<SiteApplication>> {
        self.sites.values().filter_map(|site| site.application())
    }

    /// Closes the connections to applications of `before` that no site leads to any more.
    pub(super) fn retire_applications_of(&self, before: &Self) {
        for (id, old) in
            before.hosts.keys().filter_map(|id| Some((id, before.site_by_id(*id)?.application()?)))
        {
            let now = self.site_by_id(*id).and_then(|site| site.application());
            if !now.is_some_and(|now| Arc::ptr_eq(now, old)) {
                old.retire();
            }
        }
    }

    fn has_ended(&self, tenant: TenantId) -> bool {
        self.tenant(tenant).is_some_and(|tenant| tenant.facts.state == TenantState::Ended)
    }

    pub(super) fn put_tenant(&mut self, record: TenantRecord) {
        let id = record.facts.id;
        let had_ended = self.has_ended(id);
        if let Some(old) = self.tenants.get(&id) {
            self.slugs.remove(old.facts.slug.as_str());
        }
        self.slugs.insert(record.facts.slug.to_string(), id);
        let TenantRecord { facts, support_contact, since } = record;
        let tenant = ServedTenant { facts: Arc::new(facts), support_contact, since };
        self.tenants.insert(id, Arc::new(tenant));
        let ended = self.has_ended(id);
        if ended != had_ended {
            for site in self.sites.values_mut().filter(|site| site.record.tenant == id) {
                *site = Arc::new(LiveSite::new(site.record.clone(), ended, Some(site)));
            }
        }
    }

    /// `before` is the former topology: a site that leads to the same application keeps its connections.
    pub(super) fn put_site(&mut self, site: Site, before: &Self) {
        if let Some(old) = self.hosts.insert(site.id, site.host.clone()) {
            self.sites.remove(&old);
        }
        if site.kind != SiteKind::Desk {
            self.fronts.insert(site.tenant, site.host.clone());
        }
        let before = before.site_by_id(site.id).map(|site| &**site);
        let ended = self.has_ended(site.tenant);
        let site = LiveSite::new(site, ended, before);
        self.sites.insert(site.record.host.clone(), Arc::new(site));
    }

    /// An unreadable certificate is left out: certificates that it signed then lead to no known issuer.
    pub(super) fn put_issuer(&mut self, record: &IssuerRecord) {
        let certificate = match pki::Certificate::from_der(&record.certificate_der) {
            Ok(certificate) => certificate,
            Err(error) => {
                tracing::error!(issuer = %record.id, %error, "issuer certificate cannot be read; its certificates will be refused");
                return;
            }
        };
        let fingerprint = certificate.fingerprint_sha256();
        let issuer =
            Arc::new(TrustedIssuer { id: record.id, tenant: record.tenant, certificate, fingerprint });
        let old = self.issuers.insert(record.id, Arc::clone(&issuer));
        if let Some(old) = &old {
            let name = old.certificate.subject().as_der();
            if let Some(same_name) = self.issuers_by_name.get_mut(name) {
                same_name.retain(|other| other.id != old.id);
            }
        }
        let name = issuer.certificate.subject().as_der().to_vec();
        self.issuers_by_name.entry(name).or_default().push(issuer);
        self.rename_issuers_of(record.tenant);
    }

    fn rename_issuers_of(&mut self, tenant: TenantId) {
        let mut names: Vec<Vec<u8>> = self
            .issuers
            .values()
            .filter(|issuer| issuer.tenant == tenant)
            .map(|issuer| issuer.certificate.subject().as_der().to_vec())
            .collect();
        names.sort_unstable();
        names.dedup();
        let names = names.into_iter().map(DistinguishedName::from).collect();
        self.issuers_by_tenant.insert(tenant, Arc::new(TenantIssuers { names }));
    }
}
