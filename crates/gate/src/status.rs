//! What the gate knows: records in memory, how they arrive, and how fresh they are.
//!
//! **Invariant:** a decision reads memory only. **Invariant:** changes are applied in the order of their
//! generations, by one task. **Invariant:** when [`StatusFeed::applied`] answers, no request that the applied
//! changes shut out is forwarded any more.
//!
//! Read next: [`View`], [`StatusFeed`].

mod certificates;
mod feed;
mod record;
mod sweep;
mod topology;
mod users;
mod view;

pub use feed::StatusFeed;
pub use record::{
    CertificateRecord, Changes, IssuerRecord, RecordChange, Snapshot, TenantRecord, UserRecord,
};
pub(crate) use topology::{Issuer, TenantIssuers, Topology};
pub(crate) use view::Touched;
pub use view::{STALENESS_LIMIT, View};
