//! The gate's [`gate::LeafTags`] over the installation's key.

use authority::LeafTagKey;
use domain::certificate::LeafTag;

/// Tags leaves as the authority has tagged them when it signed them.
pub(super) struct KeyedTags(pub(super) LeafTagKey);

impl gate::LeafTags for KeyedTags {
    fn tag(&self, leaf_der: &[u8]) -> LeafTag {
        self.0.tag(leaf_der)
    }
}
