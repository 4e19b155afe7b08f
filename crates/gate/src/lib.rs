//! The gate: the relying party in front of every site.
//!
//! It ends TLS, learns what certificate the visitor holds, and decides **each request** on memory: a
//! [`domain::permit::Permit`] goes to the application or to a page of Sekisho, a [`domain::denial::Denial`]
//! becomes a page that explains the problem and the next step.
//!
//! **Invariant:** the handshake proves possession, each request proves permission; open connections get no
//! exception. **Invariant:** the handshake does not fail because a certificate is bad, so that the person
//! gets a page. One request of the retry page's, and nothing else, is answered by an alert
//! (`pages/choice.rs`). **Invariant:** nothing of a refused request reaches an upstream, and a refusal ends
//! its connection. **Invariant:** the name in the ClientHello, the name in the request and the certificate's
//! issuer lead to one and the same tenant, through the site table, or nothing passes. **Invariant:** the gate
//! knows the world only through `ports`: no store, no authority, no templates.
//!
//! The rooms, in the order in which a request passes them: `listening` (from a socket to requests), `names`
//! (the name it asks for), `connection` (holds and cuts), `decision` (identity and permission), `gate` (one
//! request, from front to back), `proxy` over `applications`, or `pages` (the gate's own answers). Beside
//! them: `status` (the records in memory) and `feed` (how they arrive), `assertion` (the signed statement
//! about a visitor), `meters`.
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod access_log;
mod applications;
mod assertion;
mod body;
mod config;
mod connection;
mod decision;
mod feed;
mod gate;
mod listening;
mod meters;
mod names;
mod pages;
mod ports;
mod proxy;
mod request;
mod status;

pub use assertion::{
    jwks::{JWKS_PATH, jwks_answer},
    key::{AssertionKeyError, LocalAssertionKeys},
};
pub use body::{Body, BodyError};
pub use config::{GateConfig, HandshakeRate, PagePolicy, Patience, RetryNames, RoomLimits, UpstreamBounds};
pub use connection::Connections;
pub use feed::StatusFeed;
pub use gate::Gate;
pub use ports::{
    AssertionKey, AssertionKeys, AssertionSignError, ClientAddress, DenialContents, GateNotice, LeafTags,
    LocalPlace, LocalService, NoticeContents, Pages, Ports, Proofs, PublicService, RequestId, RetryContents,
    RetryOutcome, ServerCertificates, SourceError, StatusSource,
};
pub use status::{
    IssuerRecord, RecordChange, RecordChanges, STALENESS_LIMIT, Snapshot, TaggedCertificate, TenantRecord,
    UserRecord, View,
};
