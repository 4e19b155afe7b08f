//! The gate: the relying party in front of every site.
//!
//! It ends TLS, learns what certificate the visitor holds, and decides **each request** on memory: a
//! [`domain::permit::Permit`] goes to the application or to a page of ours, a
//! [`domain::denial::Denial`] becomes a page that says what is wrong and what to do.
//!
//! **Invariant:** the handshake proves possession, each request proves permission; open connections get no
//! exception.
//! **Invariant:** the handshake does not fail because a certificate is bad, so that the person gets a page. One request
//! of the retry page's, and nothing else, is answered by an alert (`choice.rs`).
//! **Invariant:** nothing of a refused request reaches an upstream, and a refusal ends its connection.
//! **Invariant:** the name in the ClientHello, the name in the request and the certificate's issuer lead to one
//! and the same tenant, through the site table, or nothing passes.
//! **Invariant:** the gate knows the world only through [`ports`]: no store, no authority, no templates.
//!
//! Read next: [`gate`] (one request, from front to back), [`status`] (what is known, and how fresh it is),
//! `identity.rs` (what a certificate is taken for), `proxy.rs` (what an upstream gets to see), [`assertion`] (how we
//! vouch for a visitor), [`meters`] (what is counted).
#![warn(missing_docs)]
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod assertion;
pub mod body;
pub mod connections;
pub mod gate;
pub mod handshake_limit;
pub mod jwks;
pub mod meters;
pub mod patience;
pub mod ports;
pub mod status;

mod access_log;
mod alert;
mod allowance;
mod answer;
mod choice;
mod config;
mod identity;
mod lingering;
mod listener;
mod media_type;
mod movement;
mod page_policy;
mod place;
mod policy;
mod proofs;
mod proxy;
mod request_id;
mod retry;
mod room;
mod serving;
mod shared_page;
mod target;
mod tls;
mod user_agent;

pub use assertion::key::{AssertionKeyError, LocalAssertionKeys};
pub use body::{Body, BodyError};
pub use config::{GateConfig, RetryNames};
pub use connections::Connections;
pub use gate::Gate;
pub use handshake_limit::HandshakeRate;
pub use jwks::{JWKS_PATH, jwks_answer};
pub use page_policy::PagePolicy;
pub use patience::Patience;
pub use ports::{
    AssertionKey, AssertionKeys, AssertionSignError, ClientAddress, DenialPage, LeafTags, LocalPlace,
    LocalService, Notice, NoticePage, Pages, Ports, Proofs, PublicService, RequestId, RetryOutcome,
    RetryPage, ServerCertificates, SourceError, StatusSource,
};
pub use proxy::UpstreamBounds;
pub use room::RoomLimits;
pub use status::{
    CertificateRecord, Changes, IssuerRecord, RecordChange, Snapshot, StatusFeed, TenantRecord, UserRecord,
    View,
};
