//! The acts: registration, issuing, delivery, revocation, mail. Each loads, lets `domain` decide, and
//! saves the decision with its audit row, its effects and its status changes in one transaction.
//!
//! **Invariant:** *record, then sign.* The signer takes only what the store has on record; what a crash
//! leaves in between is revoked by the reconciler.
//!
//! **Invariant:** CA keys are opened in one module, [`ca`]'s signer, and leave it never.
//!
//! **Invariant:** an act that changes who may pass returns only when the gates of this machine have
//! applied it ([`Gates`]).
//!
//! **Invariant:** where acts of people may meet, rows that decide are read under their locks (a tenant's
//! before its user's, a user's before its application's), and no answer of the store whether a guarded write
//! applied is dropped unread (`unused_results`).
//!
//! Read next: [`ra`] (an application comes in), [`ca`] (a certificate is prepared and signed), [`delivery`] (PIN to PKCS#12), [`revocation`], then
//! [`duties`] (what runs in the background).
#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod addresses;
pub mod audit_heads;
pub mod audit_log;
#[warn(unused_results)]
pub mod ca;
pub mod crl_issuer;
#[warn(unused_results)]
pub mod delivery;
pub mod duties;
#[warn(unused_results)]
pub mod email_proof;
#[warn(unused_results)]
pub mod import;
pub mod installation;
mod installation_key;
#[warn(unused_results)]
pub mod invitation;
pub mod leaf_tags;
pub mod letter;
pub mod mail;
pub mod outbox;
mod password_hash;
pub mod pickup_notice;
pub mod portal;
#[warn(unused_results)]
pub mod portal_page;
pub mod proof;
pub mod publication;
#[warn(unused_results)]
pub mod ra;
pub mod reading;
pub mod reconciler;
#[warn(unused_results)]
pub mod resend;
#[warn(unused_results)]
pub mod revocation;
pub mod revocation_token;
pub mod runner;
mod seal;
#[warn(unused_results)]
pub mod self_service;
mod sharing;
pub mod sheet;
#[warn(unused_results)]
pub mod tenants;
mod tries;
mod unavailable;
#[warn(unused_results)]
pub mod users;
pub mod work;

pub use addresses::Addresses;
pub use seal::{KEY_OCTETS, LeafTagKey, Seal, SealedKind};
pub use unavailable::Unavailable;
pub use work::Gates;

use domain::{
    bounds::TenantBounds,
    email::EmailAddress,
    locale::Locale,
    time::{Clock, Entropy, Timestamp},
};
use mail::{MailTransport, Sender};
use password_hash::PasswordHasher;
use rand_core::CryptoRng;
use std::sync::{Arc, atomic::AtomicBool};
use store::{Lane, Store};
use tokio::sync::{Mutex, Notify, Semaphore};

/// What pages and mails say about the service itself.
#[derive(Debug, Clone)]
pub struct ServiceProfile {
    /// Name in Japanese.
    pub name_ja: String,
    /// Name in English.
    pub name_en: String,
    /// Display name of our mails' sender.
    pub sender_name: String,
    /// The same of English mails.
    pub sender_name_en: String,
    /// Address of our mails' sender.
    pub sender_address: EmailAddress,
    /// Whom to ask, where a tenant has no contact of its own.
    pub support_contact: String,
    /// The zone in which dates are told and contracts end.
    pub time_zone: jiff::tz::TimeZone,
    /// Days from a contract's end until its tenant is suspended.
    pub contract_grace_days: u32,
    /// How much one tenant may have of what all share.
    pub bounds: TenantBounds,
}

impl ServiceProfile {
    /// The service's name in a language.
    pub fn name(&self, locale: Locale) -> &str {
        match locale {
            Locale::Ja => &self.name_ja,
            Locale::En => &self.name_en,
        }
    }
}

/// Letters of a process's name.
const PROCESS_LETTERS: usize = 12;

/// What an authority is made of; handed over by the binary's wiring.
pub struct Parts {
    /// The database.
    pub store: Store,
    /// The key-encryption key.
    pub seal: Seal,
    /// Where "now" comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// Every absolute address.
    pub addresses: Addresses,
    /// The service.
    pub service: ServiceProfile,
    /// How mail leaves.
    pub mail: Arc<dyn MailTransport>,
    /// The gates that must have applied a change before its act answers.
    pub gates: Arc<dyn Gates>,
}

/// All acts. Cheap to clone.
#[derive(Clone)]
pub struct Authority {
    inner: Arc<Inner>,
    store: Store,
}

struct Inner {
    parts: Parts,
    hasher: PasswordHasher,
    /// A place for each file in the making.
    makings: Arc<Semaphore>,
    signer: ca::Signer,
    /// At the start, too: a crash may have come between erasing and emptying the log.
    log_keeps_erased: AtomicBool,
    posted: Notify,
    revoked: Notify,
    imports: Notify,
    proofs: duties::ProofQueue,
    turns: outbox::Turns,
    standings: duties::Standings,
    /// Tells this process from others of the installation.
    process: String,
    judging: Mutex<()>,
    publications: publication::Publications,
}

impl Authority {
    /// Puts an authority together.
    pub fn new(parts: Parts) -> Result<Self, Unavailable> {
        let hasher = PasswordHasher::new(&mut *parts.entropy.rng())?;
        let (posted, revoked, imports) = Default::default();
        let (signer, turns) = Default::default();
        let makings = Arc::new(Semaphore::new(delivery::MAKINGS_MAX));
        let (proofs, standings, judging, publications) = Default::default();
        let process = domain::password::random_letters(PROCESS_LETTERS, &mut *parts.entropy.rng());
        let store = parts.store.clone();
        let log_keeps_erased = AtomicBool::new(true);
        let inner = Inner {
            parts,
            hasher,
            makings,
            signer,
            log_keeps_erased,
            posted,
            revoked,
            imports,
            proofs,
            turns,
            standings,
            process,
            judging,
            publications,
        };
        Ok(Self { inner: Arc::new(inner), store })
    }

    /// The same acts over the database's connections of another lane.
    #[must_use]
    pub fn on(&self, lane: Lane) -> Self {
        Self { inner: Arc::clone(&self.inner), store: self.store.on(lane) }
    }

    /// The present moment, to the millisecond that the store keeps.
    pub fn now(&self) -> Timestamp {
        let now = self.inner.parts.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// The name by which this process holds duties.
    pub fn process(&self) -> &str {
        &self.inner.process
    }

    /// A generator for one act.
    pub fn rng(&self) -> Box<dyn CryptoRng + Send> {
        self.inner.parts.entropy.rng()
    }

    /// Every absolute address.
    pub fn addresses(&self) -> &Addresses {
        &self.inner.parts.addresses
    }

    /// The service's names and contacts.
    pub fn service(&self) -> &ServiceProfile {
        &self.inner.parts.service
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    pub(crate) fn seal(&self) -> &Seal {
        &self.inner.parts.seal
    }

    /// How many passwords and phrases were hashed since the start: the slow part of what visitors can ask for.
    pub fn slow_hashes(&self) -> u64 {
        self.hasher().computed()
    }

    pub(crate) fn hasher(&self) -> &PasswordHasher {
        &self.inner.hasher
    }

    pub(crate) fn sender(&self, english: bool) -> Sender {
        let service = self.service();
        let name = if english { &service.sender_name_en } else { &service.sender_name };
        Sender { name: name.clone(), address: service.sender_address.clone() }
    }
}
