//! The gate's [`gate::LeafTags`] over the installation's key.

use authority::LeafTagKey;
use domain::certificate::LeafTag;

/// Tags leaves in the same way as the authority at signing.
pub(super) struct KeyedTags(pub(super) LeafTagKey);

impl gate::LeafTags for KeyedTags {
    fn tag(&self, leaf_der: &[u8]) -> LeafTag {
        self.0.tag(leaf_der)
    }
}
