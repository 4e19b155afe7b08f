//! The repairs at a start, before anything is served.

use super::{Duties, watch_clock::mend_moments};
use crate::{Unavailable, reconciler::left_at_start_before};

impl Duties {
    /// Takes back mails and duties that a crash left claimed, and revokes certificates that it left unsigned;
    /// returns how many were revoked.
    ///
    /// In a database of this process alone, every recorded and unsigned certificate was left by a crash, and
    /// so was every claimed mail and every held duty.
    pub async fn reconcile_at_start(&self) -> Result<u32, Unavailable> {
        let done = self.core.upkeep("take_back", |mut work| async move {
            let now = work.now;
            work.take_back_effects().await?;
            // The mail server's settings may have been corrected.
            work.bring_effects_forward(now).await?;
            work.take_back_duties().await?;
            Ok::<_, Unavailable>(work.kept(()))
        });
        done.await?;
        mend_moments(&self.core).await?;
        self.revoke_unsigned().revoke(left_at_start_before(&self.core)).await
    }
}
