//! The keys that gate and signer share: for certificates' tags, and for the retry page's tokens.

use crate::{LeafTagKey, Unavailable, seal::Seal};
use aws_lc_rs::hmac;

/// The keys for the gate.
#[derive(Clone)]
pub struct GateKeys {
    leaf_tag: LeafTagKey,
    choice: hmac::Key,
}

impl GateKeys {
    pub(crate) fn new(seal: &Seal) -> Result<Self, Unavailable> {
        Ok(Self { leaf_tag: seal.leaf_tag_key()?, choice: seal.choice_key()? })
    }

    /// The key of the gate's certificate tags.
    pub fn leaf_tag_key(&self) -> LeafTagKey {
        self.leaf_tag.clone()
    }

    /// The key of the tokens by which a retry page's request clears a choice; all processes of the
    /// installation share it.
    pub fn choice_key(&self) -> hmac::Key {
        self.choice.clone()
    }
}
