//! The gate's knowledge: records in memory, how they arrive, and how fresh they are.
//!
//! **Invariant:** a decision reads memory only. **Invariant:** changes are applied in the order of their
//! generations, by one task (`feed.rs`). **Invariant:** the parts of a site that requests need are prepared
//! when the site's record arrives, once for all requests.
//!
//! Read next: [`View`], [`topology`], [`site`].

mod certificates;
mod record;
mod site;
mod topology;
mod users;
mod view;

pub use record::{
    IssuerRecord, RecordChange, RecordChanges, Snapshot, TaggedCertificate, TenantRecord, UserRecord,
};
pub(crate) use site::{Behind, LiveSite, NoApplication};
pub(crate) use topology::{TenantIssuers, Topology, TrustedIssuer};
pub(crate) use view::Touched;
pub use view::{STALENESS_LIMIT, View};
