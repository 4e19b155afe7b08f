//! The changes that the gate must learn when an act changes who may pass.
//!
//! The act's own transaction writes each change with a growing number, so that every gate can apply all
//! changes in the order of their commits, and an act can wait until its own change is applied.

use crate::id::{CertificateId, IssuerId, SiteId, TenantId, UserId};

/// The number of a change; a later commit has a larger one.
pub type Generation = i64;

/// The changed record. The change only names it; the gate reads the record's present state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusChange {
    /// A certificate was delivered, held, released or revoked.
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
