//! The installation's certificate authorities: root → installation CA → one issuer per tenant.

use crate::id::{IssuerId, TenantId};

/// The tier of an issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum IssuerKind {
    /// Self-signed trust anchor of the installation; may be kept offline.
    Root,
    /// Below the root; issues the tenants' issuers.
    Installation,
    /// Issues a tenant's personal certificates (the operators' issuer is that of their own tenant).
    Tenant,
}

impl IssuerKind {
    /// All tiers, for reading stored values.
    pub const ALL: [Self; 3] = [Self::Root, Self::Installation, Self::Tenant];

    /// The stable name in the store and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Installation => "installation",
            Self::Tenant => "tenant",
        }
    }
}

/// An issuer's record, without its key.
#[derive(Debug, Clone)]
pub struct Issuer {
    /// Identity; also in its public addresses (`/ca/{id}.crt`, `/crl/{id}.crl`).
    pub id: IssuerId,
    /// Tier.
    pub kind: IssuerKind,
    /// The tenant whose people it certifies; `None` above the tenants.
    pub tenant: Option<TenantId>,
    /// The issuer above; `None` for the root.
    pub parent: Option<IssuerId>,
    /// 1 at first, and one more at each rotation; a rotated issuer has a new name and key.
    pub generation: u32,
    /// Its certificate, DER.
    pub certificate_der: Vec<u8>,
}
