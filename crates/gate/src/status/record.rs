//! Records as the gate holds them.

use domain::{
    certificate::{LeafTag, Status},
    id::{CertificateId, IssuerId, TenantId, UserId},
    permit::{TenantFacts, UserFacts},
    site::Site,
    status_change::Generation,
    time::Timestamp,
};

/// A tenant.
#[derive(Debug, Clone)]
pub struct TenantRecord {
    /// What decisions look at.
    pub facts: TenantFacts,
    /// Whom a refused visitor may ask.
    pub support_contact: String,
    /// Since when it is suspended or ended by an act; `None` while it is not.
    pub since: Option<Timestamp>,
}

/// An issuer that certifies people (a tenant's, or the operators').
#[derive(Debug, Clone)]
pub struct IssuerRecord {
    /// Identity.
    pub id: IssuerId,
    /// Whose people it certifies.
    pub tenant: TenantId,
    /// Its certificate, DER.
    pub certificate_der: Vec<u8>,
}

/// A person.
#[derive(Debug, Clone)]
pub struct UserRecord {
    /// What decisions look at and upstreams are told; holds the id.
    pub facts: UserFacts,
    /// Since when the person is suspended; `None` while not.
    pub since: Option<Timestamp>,
}

/// A certificate.
#[derive(Debug, Clone)]
pub struct TaggedCertificate {
    /// Under which it is found.
    pub tag: LeafTag,
    /// Identity.
    pub id: CertificateId,
    /// The person.
    pub user: UserId,
    /// In force?
    pub status: Status,
    /// Since when it is not; `None` while it is, or if that is not on record.
    pub since: Option<Timestamp>,
}

/// All that is on record.
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

/// What changed since some generation.
#[derive(Debug, Clone, Default)]
pub struct RecordChanges {
    /// Nothing up to here is missing from `records`.
    pub upto: Generation,
    /// Is that all there was? If not, a change further on is on record but unknown here.
    pub is_complete: bool,
    /// In order of their changes.
    pub records: Vec<RecordChange>,
}
