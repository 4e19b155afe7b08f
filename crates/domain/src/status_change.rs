//! What the gate must learn when an act changes who may pass.
//!
//! Written in the act's own transaction under a growing number, so that every gate can apply all
//! changes in the order in which they were committed, and an act can wait until its own is applied.

use crate::id::{CertificateId, IssuerId, SiteId, TenantId, UserId};

/// The number of a change; grows without gaps that matter: a later commit has a larger one.
pub type Generation = i64;

/// What changed. The gate reads the record's present state anew; the change only names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusChange {
    /// A certificate was handed out, held, released or revoked.
    Certificate(CertificateId),
    /// A user was added, suspended, resumed or renamed.
    User(UserId),
    /// A tenant was added, suspended or resumed, or its contract changed.
    Tenant(TenantId),
    /// An issuer was added.
    Issuer(IssuerId),
    /// A site was added or its upstream changed.
    Site(SiteId),
}
