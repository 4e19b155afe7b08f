//! The gate's decision: facts in, [`Permit`] or [`Denial`] out.
//!
//! **Invariant:** [`decide`] is the only way to a [`Permit`], and a request without a permit is neither
//! forwarded nor shown a page. The gate decides every request, not every connection.
//!
//! **Invariant:** the unknown is not permitted; each unknown fact has its own [`Denial`].

use crate::{
    certificate::Status,
    denial::Denial,
    id::{CertificateId, TenantId, UserId},
    site::SiteKind,
    slug::TenantSlug,
    tenant::TenantState,
    time::Timestamp,
    user::{Role, UserState},
};
use std::sync::Arc;

/// What the handshake proved.
#[derive(Debug, Clone)]
pub enum Presented {
    /// The client sent no certificate.
    Nothing,
    /// The chain leads to no known issuer.
    UnknownIssuer,
    /// Possession of the key of a leaf of a known issuer.
    Leaf(PresentedLeaf),
}

/// A leaf whose chain to a known issuer was verified and whose key the client holds.
#[derive(Debug, Clone)]
pub struct PresentedLeaf {
    /// The tenant of its issuer.
    pub tenant: TenantId,
    /// Whether the extended key usage names clientAuth itself (absent or anyExtendedKeyUsage is not enough).
    pub client_auth: bool,
    /// Start of validity, from the certificate.
    pub not_before: Timestamp,
    /// End of validity, from the certificate.
    pub not_after: Timestamp,
}

/// The gate's record of the site's tenant.
#[derive(Debug, Clone)]
pub struct TenantFacts {
    /// Identity.
    pub id: TenantId,
    /// Slug, for `Sekisho-Tenant`.
    pub slug: TenantSlug,
    /// Whether the tenant is in service.
    pub state: TenantState,
    /// When the tenant's suspension begins because its contract and days of grace have ended.
    pub suspended_from: Timestamp,
}

/// The gate's record of a user.
#[derive(Debug, Clone)]
pub struct UserFacts {
    /// Identity.
    pub id: UserId,
    /// Whether this person may pass.
    pub state: UserState,
    /// This person's role.
    pub role: Role,
    /// For `Sekisho-User`.
    pub login_name: String,
    /// For `Sekisho-Email`: an address that was proved to reach this person; `None` if there is none yet.
    pub email: Option<String>,
    /// For `Sekisho-Groups`.
    pub groups: Vec<String>,
    /// Name as people write it.
    pub display_name: String,
}

/// The gate's record of the presented certificate (looked up by its tag).
#[derive(Debug, Clone)]
pub struct CertificateFacts {
    /// Identity.
    pub id: CertificateId,
    /// Whether the certificate is in force.
    pub status: Status,
    /// Its user.
    pub user: Arc<UserFacts>,
}

/// The facts of one decision.
#[derive(Debug)]
pub struct Facts<'a> {
    /// What the handshake proved.
    pub presented: &'a Presented,
    /// The tenant of the requested site.
    pub tenant: &'a Arc<TenantFacts>,
    /// The kind of site.
    pub site: SiteKind,
    /// The record of the presented leaf, if the store has one.
    pub record: Option<&'a CertificateFacts>,
    /// Whether the view is complete and within the staleness limit.
    pub view_fresh: bool,
}

/// Permits one request, as this person with this certificate. It carries actor and reason into the logs.
#[derive(Debug, Clone)]
pub struct Permit {
    tenant: Arc<TenantFacts>,
    user: Arc<UserFacts>,
    certificate: CertificateId,
    not_after: Timestamp,
}

impl Permit {
    /// The tenant of site and certificate.
    pub fn tenant(&self) -> &TenantFacts {
        &self.tenant
    }

    /// The person.
    pub fn user(&self) -> &UserFacts {
        &self.user
    }

    /// The person's name in the whole installation: `login@slug`.
    pub fn user_at_tenant(&self) -> String {
        format!("{}@{}", self.user.login_name, self.tenant.slug)
    }

    /// The certificate presented.
    pub fn certificate(&self) -> CertificateId {
        self.certificate
    }

    /// When the certificate's validity ends.
    pub fn not_after(&self) -> Timestamp {
        self.not_after
    }
}

/// Decides one request. The first matching denial in order of precedence is the answer.
pub fn decide(facts: &Facts<'_>, now: Timestamp) -> Result<Permit, Denial> {
    let leaf = match facts.presented {
        Presented::Nothing => return Err(Denial::NoCertificate),
        Presented::UnknownIssuer => return Err(Denial::UnknownIssuer),
        Presented::Leaf(leaf) => leaf,
    };
    if leaf.tenant != facts.tenant.id {
        return Err(Denial::OtherTenant);
    }
    if !leaf.client_auth {
        return Err(Denial::WrongUsage);
    }
    if !facts.view_fresh {
        return Err(Denial::StatusStale);
    }
    let record = facts.record.ok_or(Denial::Unregistered)?;
    if facts.tenant.state.shut_out(facts.tenant.suspended_from, now).is_some() {
        return Err(Denial::TenantSuspended);
    }
    if record.user.state != UserState::Active {
        return Err(Denial::UserSuspended);
    }
    match record.status {
        Status::Good => {}
        Status::OnHold => return Err(Denial::OnHold),
        Status::Revoked => return Err(Denial::Revoked),
        Status::Unknown => return Err(Denial::Unregistered),
    }
    if now < leaf.not_before {
        return Err(Denial::NotYetValid);
    }
    if now > leaf.not_after {
        return Err(Denial::Expired);
    }
    if facts.site == SiteKind::Console && record.user.role != Role::Operator {
        return Err(Denial::RouteDenied);
    }
    Ok(Permit {
        tenant: Arc::clone(facts.tenant),
        user: Arc::clone(&record.user),
        certificate: record.id,
        not_after: leaf.not_after,
    })
}

#[cfg(test)]
mod tests;
