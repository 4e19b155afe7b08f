//! The keys that gate and signer share: of certificates' tags, and of the retry page's tokens.

use crate::{LeafTagKey, Unavailable, seal::Seal};
use aws_lc_rs::hmac;

/// The keys that the gate is given.
#[derive(Clone)]
pub struct GateKeys {
    leaf_tag: LeafTagKey,
    choice: hmac::Key,
}

impl GateKeys {
    pub(crate) fn new(seal: &Seal) -> Result<Self, Unavailable> {
        Ok(Self { leaf_tag: seal.leaf_tag_key()?, choice: seal.choice_key()? })
    }

    /// What the gate tags certificates under.
    pub fn leaf_tag_key(&self) -> LeafTagKey {
        self.leaf_tag.clone()
    }

    /// What vouches for a retry page's request to forget a choice; the same for all processes of the installation.
    pub fn choice_key(&self) -> hmac::Key {
        self.choice.clone()
    }
}
