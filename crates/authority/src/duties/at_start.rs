//! What a start puts right at once, before anything is served.

use super::{Duties, watch_clock::mend_moments};
use crate::{Unavailable, reconciler::left_at_start_before};

impl Duties {
    /// Takes back what a crash has left on its way, and revokes what it left unsigned; how many certificates were
    /// revoked.
    ///
    /// In a database of this process alone, whatever is recorded and unsigned was left by a crash, and so were
    /// mails on their way and duties that are held.
    pub async fn reconcile_at_start(&self) -> Result<u32, Unavailable> {
        let done = self.core.upkeep("take_back", |mut work| async move {
            let now = work.now;
            work.take_back_effects().await?;
            // Perhaps because the mail server's settings were mended.
            work.bring_effects_forward(now).await?;
            work.take_back_duties().await?;
            Ok::<_, Unavailable>(work.kept(()))
        });
        done.await?;
        mend_moments(&self.core).await?;
        self.revoke_unsigned().revoke(left_at_start_before(&self.core)).await
    }
}
