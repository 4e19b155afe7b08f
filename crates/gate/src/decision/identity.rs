//! The identity in a presented certificate chain.
//!
//! **Invariant:** a [`Presented::Leaf`] is [`is_checkable`], so the handshake has proved possession of its
//! key; and its signature was verified with the key of an issuer on record. Each request checks status and
//! validity, not this module.

use crate::{
    ports::LeafTags,
    status::{Topology, TrustedIssuer},
};
use domain::{
    certificate::LeafTag,
    permit::{Presented, PresentedLeaf},
    time::Timestamp,
};
use pki::{Certificate, KeyPurpose};
use rustls_pki_types::CertificateDer;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// The most certificates that a client may send.
const CHAIN_CERTIFICATES_MAX: usize = 4;

/// The most bytes of the whole chain.
const CHAIN_BYTES_MAX: usize = 16 * 1024;

/// The client that opened a connection, as the handshake shows it.
#[derive(Debug)]
pub(crate) struct Peer {
    pub(crate) presented: Presented,
    /// The tag to look up; `None` unless the client presented a leaf of an issuer on record.
    pub(crate) tag: Option<LeafTag>,
    /// The leaf as sent; `None` unless an issuer on record signed it.
    pub(crate) leaf_der: Option<Arc<[u8]>>,
}

impl Peer {
    pub(crate) fn nobody() -> Self {
        Self { presented: Presented::Nothing, tag: None, leaf_der: None }
    }

    fn stranger() -> Self {
        Self { presented: Presented::UnknownIssuer, tag: None, leaf_der: None }
    }

    /// Classifies the chain that a client presented, leaf first.
    pub(crate) fn identify(
        chain: &[CertificateDer<'_>],
        topology: &Topology,
        verified: &VerifiedLeaves,
        tags: &dyn LeafTags,
    ) -> Self {
        let Some(leaf_der) = chain.first() else { return Self::nobody() };
        let bytes: usize = chain.iter().map(|certificate| certificate.len()).sum();
        if chain.len() > CHAIN_CERTIFICATES_MAX || bytes > CHAIN_BYTES_MAX || !is_checkable(leaf_der) {
            return Self::stranger();
        }
        Self::of_leaf(leaf_der, topology, verified, tags).unwrap_or_else(Self::stranger)
    }

    fn of_leaf(
        leaf_der: &[u8],
        topology: &Topology,
        verified: &VerifiedLeaves,
        tags: &dyn LeafTags,
    ) -> Option<Self> {
        let leaf = Certificate::from_der(leaf_der).ok()?;
        let named = topology.issuers_named(leaf.issuer().as_der());
        let issuer = named.iter().find(|issuer| verified.is_signed_by(&leaf, issuer))?;
        let validity = leaf.validity();
        let presented = PresentedLeaf {
            tenant: issuer.tenant,
            client_auth: leaf
                .extended_key_usage()
                .is_some_and(|purposes| purposes.contains(&KeyPurpose::ClientAuth)),
            not_before: Timestamp::from_second(validity.not_before).ok()?,
            not_after: Timestamp::from_second(validity.not_after).ok()?,
        };
        Some(Self {
            presented: Presented::Leaf(presented),
            tag: Some(tags.tag(leaf_der)),
            leaf_der: Some(Arc::from(leaf_der)),
        })
    }
}

/// Whether a handshake can check possession of this certificate's key. No issuer of Sekisho certifies other
/// keys and shapes: such a certificate belongs to a stranger in any case.
pub(crate) fn is_checkable(der: &CertificateDer<'_>) -> bool {
    rustls::server::ParsedCertificate::try_from(der).is_ok() && Certificate::from_der(der).is_ok()
}

/// Facts of the form "this leaf (SHA-256) was signed by this issuer (SHA-256)", which save a signature check
/// on the next handshake. Bounded: when the newer half is full, the older half is dropped.
#[derive(Default)]
pub(crate) struct VerifiedLeaves {
    halves: Mutex<Halves>,
}

#[derive(Default)]
struct Halves {
    newer: HashMap<[u8; 32], [u8; 32]>,
    older: HashMap<[u8; 32], [u8; 32]>,
}

/// Leaves in one half; 64 bytes each.
const VERIFIED_LEAVES_PER_HALF: usize = 32_768;

impl VerifiedLeaves {
    fn is_signed_by(&self, leaf: &Certificate, issuer: &TrustedIssuer) -> bool {
        let fingerprint = leaf.fingerprint_sha256();
        if self.find(&fingerprint) == Some(issuer.fingerprint) {
            return true;
        }
        if leaf.verify_signature(issuer.certificate.public_key()).is_err() {
            return false;
        }
        self.insert(fingerprint, issuer.fingerprint);
        true
    }

    fn find(&self, leaf: &[u8; 32]) -> Option<[u8; 32]> {
        let halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        halves.newer.get(leaf).or_else(|| halves.older.get(leaf)).copied()
    }

    fn insert(&self, leaf: [u8; 32], issuer: [u8; 32]) {
        let mut halves = self.halves.lock().unwrap_or_else(PoisonError::into_inner);
        if halves.newer.len() >= VERIFIED_LEAVES_PER_HALF {
            halves.older = std::mem::take(&mut halves.newer);
        }
        halves.newer.insert(leaf, issuer);
    }
}
