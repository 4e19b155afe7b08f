//! The keys that gate and signer share: of certificates' tags, and of the retry page's tokens.

use crate::{Authority, LeafTagKey, Unavailable};
use aws_lc_rs::hmac;

impl Authority {
    /// What the gate tags certificates under.
    pub fn leaf_tag_key(&self) -> Result<LeafTagKey, Unavailable> {
        Ok(self.seal().leaf_tag_key()?)
    }

    /// What vouches for a retry page's request to forget a choice; the same for all processes of the installation.
    pub fn choice_key(&self) -> Result<hmac::Key, Unavailable> {
        Ok(self.seal().choice_key()?)
    }
}
