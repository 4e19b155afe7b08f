//! The key-encryption key, restricted to the uses of one context.
//!
//! **Invariant:** the holder of a [`Sealer`] or a [`Keyed`] can use the key for its one kind of value and for
//! no other.

use crate::seal::{HashedKind, Seal, SealError, SealedKind};
use std::sync::Arc;
use zeroize::Zeroizing;

/// Seals and opens values of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Sealer {
    seal: Arc<Seal>,
    kind: SealedKind,
}

impl Sealer {
    pub(crate) fn new(seal: &Arc<Seal>, kind: SealedKind) -> Self {
        Self { seal: Arc::clone(seal), kind }
    }

    /// See [`Seal::seal`].
    pub(crate) fn seal(&self, record: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.seal.seal(self.kind, record, plain)
    }

    /// See [`Seal::open`].
    pub(crate) fn open(&self, record: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.seal.open(self.kind, record, sealed)
    }

    /// See [`Seal::seal_with`].
    pub(crate) fn seal_with(&self, secret: &str, record: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
        self.seal.seal_with(self.kind, secret, record, plain)
    }

    /// See [`Seal::open_with`].
    pub(crate) fn open_with(
        &self,
        secret: &str,
        record: &[u8],
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        self.seal.open_with(self.kind, secret, record, sealed)
    }
}

/// Hashes secrets of one kind.
#[derive(Debug, Clone)]
pub(crate) struct Keyed {
    seal: Arc<Seal>,
    kind: HashedKind,
}

impl Keyed {
    pub(crate) fn new(seal: &Arc<Seal>, kind: HashedKind) -> Self {
        Self { seal: Arc::clone(seal), kind }
    }

    /// See [`Seal::hash`].
    pub(crate) fn hash(&self, scope: &[u8], secret: &str) -> Result<[u8; 32], SealError> {
        self.seal.hash(self.kind, scope, secret)
    }
}
