//! Records as the gate keeps them.

use domain::{
    certificate::{LeafTag, Status},
    id::{CertificateId, IssuerId, TenantId, UserId},
    permit::{TenantFacts, UserFacts},
    site::Site,
    status_change::Generation,
    time::Timestamp,
};

/// A tenant, as decisions and refusals need it.
#[derive(Debug, Clone)]
pub struct TenantRecord {
    /// The facts that decisions read.
    pub facts: TenantFacts,
    /// The contact for a refused visitor.
    pub support_contact: String,
    /// Since when an act has suspended or ended the tenant; `None` otherwise.
    pub since: Option<Timestamp>,
}

/// An issuer that certifies people (a tenant's, or the operators').
#[derive(Debug, Clone)]
pub struct IssuerRecord {
    /// Identity.
    pub id: IssuerId,
    /// The tenant whose people it certifies.
    pub tenant: TenantId,
    /// Its certificate, DER.
    pub certificate_der: Vec<u8>,
}

/// A person, as decisions need it.
#[derive(Debug, Clone)]
pub struct UserRecord {
    /// The facts that decisions read and upstreams receive; with the id.
    pub facts: UserFacts,
    /// Since when the person is suspended; `None` otherwise.
    pub since: Option<Timestamp>,
}

/// A certificate, as decisions need it.
#[derive(Debug, Clone)]
pub struct TaggedCertificate {
    /// The tag by which it is found.
    pub tag: LeafTag,
    /// Identity.
    pub id: CertificateId,
    /// The certificate's person.
    pub user: UserId,
    /// Whether the certificate is in force.
    pub status: Status,
    /// Since when it is not in force; `None` while it is, or if that is not on record.
    pub since: Option<Timestamp>,
}

/// All records.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// The records are at least as new as this.
    pub generation: Generation,
    /// All tenants.
    pub tenants: Vec<TenantRecord>,
    /// All issuers that certify people.
    pub issuers: Vec<IssuerRecord>,
    /// All sites.
    pub sites: Vec<Site>,
    /// All users.
    pub users: Vec<UserRecord>,
    /// All certificates.
    pub certificates: Vec<TaggedCertificate>,
}

/// The present state of one changed record.
#[derive(Debug, Clone)]
pub enum RecordChange {
    /// A certificate.
    Certificate(TaggedCertificate),
    /// A user.
    User(UserRecord),
    /// A tenant.
    Tenant(TenantRecord),
    /// An issuer.
    Issuer(IssuerRecord),
    /// A site.
    Site(Site),
}

/// The changes since some generation.
#[derive(Debug, Clone, Default)]
pub struct RecordChanges {
    /// No change up to here is missing from `records`.
    pub upto: Generation,
    /// Whether these are all changes. If not, a later change is on record but unknown here.
    pub is_complete: bool,
    /// The changed records, in the order of their changes.
    pub records: Vec<RecordChange>,
}
