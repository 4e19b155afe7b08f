//! Rows ↔ nouns, on SQLite and PostgreSQL: the one place with SQL.
//!
//! This crate decides nothing, sends nothing and signs nothing. A method loads or saves what its caller has
//! decided. Where two callers could decide at once, the update names the expected state and returns whether
//! it applied.
//!
//! **Invariant:** an act is one [`Transaction`]: its changes, its audit row, its effects and its status
//! changes are committed together or not at all.
//!
//! **Invariant:** a tenant's records are reached through [`Reader::tenant`] and [`Transaction::tenant`] only,
//! whose every statement carries the tenant; composite foreign keys refuse a record that names one of another
//! tenant. A record looked up by an unguessable public name (reference, token) or for the installation's own
//! duties names its tenant.
//!
//! **Invariant:** only this crate makes a [`Recorded`], and only after the commit: the bytes that a CA key
//! signs are on record before the signature.
//!
//! Read next: [`Store`] (the ways in), `backend` (where the two databases meet), `migrations/` (the schema),
//! then a noun: [`applications`], [`certificates`], [`effects`], [`status_changes`].
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod backend;
mod commit_order;
mod constraint;
mod error;
mod lane;
mod migration;
mod page;
mod progress;
mod recorded;
mod registry;
mod spellings;
mod store;
mod url;

pub mod announcements;
pub mod applications;
pub mod attempts;
pub mod audit;
pub mod certificate_notices;
pub mod certificates;
pub mod clock_steps;
pub mod contract_notices;
pub mod crls;
mod device_names;
pub mod duty_leases;
pub mod duty_runs;
pub mod effects;
pub mod email_proofs;
pub mod imports;
pub mod installation;
pub mod invitations;
pub mod issuers;
pub mod leaf_tags;
pub mod mails;
pub mod named;
pub mod pickup_makings;
pub mod pickup_notices;
pub mod pickups;
pub mod pin_sheets;
pub mod portal;
pub mod portal_codes;
pub mod portal_links;
pub mod profile_signers;
pub mod sites;
pub mod status_changes;
pub mod status_view;
pub mod tenants;
pub mod users;

pub use constraint::Constraint;
pub use error::StoreError;
pub use lane::Lane;
pub use page::{ListPage, PAGE_ROWS_MAX, PageRequest};
pub use recorded::{Recorded, ToBeSigned, ToRecord};
pub use store::{
    Committed, OpenTransaction, Outcome, Plain, RUNS_MAX, Reader, Store, TenantReader, TenantTransaction,
    Transaction, Written,
};
pub use url::{StoreUrl, StoreUrlError};
