//! The acts: registration, issuing, delivery, revocation, mail. Each loads, lets `domain` decide, and saves
//! the decision with its audit row, its effects and its status changes in one transaction.
//!
//! **Invariant:** *record, then sign.* The signer takes only recorded values; the reconciler revokes
//! certificates that a crash leaves unsigned.
//!
//! **Invariant:** CA keys are opened in one module, [`ca`]'s signer, and never leave it.
//!
//! **Invariant:** an act that changes who may pass returns only when the gates of this machine have applied
//! it ([`Gates`]).
//!
//! **Invariant:** where acts of people may meet, rows that decide are read under their locks (a tenant's
//! before its user's, a user's before its application's), and no answer of the store whether a guarded write
//! applied is dropped unread (`unused_results`).
//!
//! **Invariant:** each context (`contexts.rs`) does its own acts and holds only what these need: people,
//! tenants and the portal hold no key of a CA, delivery changes no tenant, registration knows no PKCS#12.
//!
//! Read next: [`ra`] (an application arrives), [`ca`] (a certificate is prepared and signed), [`delivery`]
//! (PIN to PKCS#12), [`revocation`], then [`duties`] (background work).
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod addresses;
pub mod audit_heads;
pub mod audit_log;
#[warn(unused_results)]
pub mod ca;
mod consent;
mod contexts;
mod core;
pub mod crl_issuer;
#[warn(unused_results)]
pub mod delivery;
pub mod duties;
#[warn(unused_results)]
pub mod email_proof;
mod end_notice;
pub mod gate_keys;
#[warn(unused_results)]
pub mod import;
pub mod installation;
mod installation_key;
#[warn(unused_results)]
pub mod invitation;
mod key_pool;
pub mod letter;
pub mod mail;
mod one_per_device;
pub mod outbox;
mod password_hash;
mod phrases;
pub mod pickup_notice;
pub mod pin_sheet;
mod pins;
pub mod portal;
#[warn(unused_results)]
pub mod portal_page;
mod profile_signing;
pub mod proof;
pub mod publication;
#[warn(unused_results)]
pub mod ra;
pub mod reading;
pub mod reconciler;
#[warn(unused_results)]
pub mod renewal;
#[warn(unused_results)]
pub mod resend;
#[warn(unused_results)]
pub mod revocation;
pub mod revocation_token;
pub mod runner;
mod seal;
mod sealer;
#[warn(unused_results)]
pub mod self_service;
mod service;
mod sharing;
pub mod sheet;
#[warn(unused_results)]
pub mod tenants;
mod tries;
mod unavailable;
#[warn(unused_results)]
pub mod users;
pub mod work;

pub use self::core::Gates;
pub use addresses::Addresses;
pub use seal::{KEY_OCTETS, LeafTagKey, Seal, SealedKind};
pub use service::ServiceProfile;
pub use unavailable::Unavailable;

use contexts::{Contexts, Handles};
use domain::{
    id::InvitationId,
    time::{Clock, Entropy, Timestamp},
};
use mail::MailTransport;
use pki::KeyAlgorithm;
use rand_core::CryptoRng;
use std::sync::Arc;
use store::{Lane, Store};

/// The parts of an authority, from the binary's wiring.
pub struct Parts {
    pub store: Store,
    /// The key-encryption key.
    pub seal: Seal,
    /// The source of "now".
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Every absolute address.
    pub addresses: Addresses,
    pub service: ServiceProfile,
    /// The transport of mail.
    pub mail: Arc<dyn MailTransport>,
    /// The gates that must have applied a change before its act answers.
    pub gates: Arc<dyn Gates>,
}

/// The house: every context over one lane of the database. Cheap to clone.
///
/// A context does its own acts and no other's:
///
/// ```compile_fail,E0599
/// use authority::Authority;
/// use domain::{grant::{Grant, ManageTenants}, id::TenantId};
///
/// async fn a_person_ends_a_tenant(house: &Authority, grant: &Grant<ManageTenants>, tenant: TenantId) {
///     let _ = house.people().end_tenant(grant, tenant).await;
/// }
/// ```
///
/// Nobody outside reaches the CA, and no context says what it holds:
///
/// ```compile_fail,E0616
/// async fn a_signature(house: &authority::Authority) {
///     let _ = &house.delivery().signer;
/// }
/// ```
#[derive(Clone)]
pub struct Authority {
    handles: Arc<Handles>,
    contexts: Arc<Contexts>,
}

impl Authority {
    /// Makes an authority from its parts.
    pub fn new(parts: Parts) -> Result<Self, Unavailable> {
        let (core, handles) = Handles::of(parts)?;
        Ok(Self { contexts: Arc::new(Contexts::over(&core, &handles)), handles: Arc::new(handles) })
    }

    /// The same acts over the database's connections of another lane.
    #[must_use]
    pub fn on(&self, lane: Lane) -> Self {
        let contexts = Contexts::over(&self.contexts.core.on(lane), &self.handles);
        Self { handles: Arc::clone(&self.handles), contexts: Arc::new(contexts) }
    }

    /// The present moment, to the millisecond that the store keeps.
    pub fn now(&self) -> Timestamp {
        self.contexts.core.now()
    }

    /// A generator for one act.
    pub fn rng(&self) -> Box<dyn CryptoRng + Send> {
        self.contexts.core.rng()
    }

    /// The invitation id for a form that will be shown, or for an act without one.
    pub fn new_invitation_id(&self) -> InvitationId {
        self.contexts.core.new_invitation_id()
    }

    /// Every absolute address.
    pub fn addresses(&self) -> &Addresses {
        self.contexts.core.addresses()
    }

    /// The service's names and contacts.
    pub fn service(&self) -> &ServiceProfile {
        self.contexts.core.service()
    }

    /// How many passwords and phrases were hashed since the start, the slowest work that visitors can cause.
    pub fn slow_hashes(&self) -> u64 {
        self.handles.slow_hashes()
    }

    /// How many CA keys were opened since the start; there are many more signatures.
    pub fn ca_key_openings(&self) -> u64 {
        self.handles.ca_key_openings()
    }

    /// How many keys of people are ready, by their kind.
    pub fn ready_keys(&self) -> Vec<(KeyAlgorithm, usize)> {
        self.handles.ready_keys()
    }

    /// Ends all work with the database.
    pub async fn close(&self) {
        self.contexts.core.store().close().await;
    }
}
