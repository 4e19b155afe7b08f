//! What a person's devices are called, for the rule that each has one certificate.

use crate::{
    StoreError, TenantReader,
    backend::{statements, values},
};
use domain::{
    id::{DeviceId, UserId},
    time::Timestamp,
};

/// The most devices of a person that are looked at.
const DEVICES_MAX: u32 = 1000;

statements! {
    // Those with a certificate that may be used again, and those with an application that may still become one.
    IN_FORCE = shared(
        "SELECT device_id, device_name FROM certificate
         WHERE tenant_id = $1 AND user_id = $2 AND state IN ('valid', 'on-hold', 'recorded') AND not_after >= $3
         UNION ALL
         SELECT device_id, device_name FROM application
         WHERE tenant_id = $1 AND user_id = $2
             AND (state = 'submitted'
                 OR (state = 'approved' AND (pin_expires_at IS NULL OR pin_expires_at > $3)))
         LIMIT $4"
    );
}

impl TenantReader<'_> {
    /// A person's devices with a certificate in force at `now`, or with an application under way, with their names; one
    /// may stand there more than once.
    pub async fn device_names(
        &mut self,
        user: UserId,
        now: Timestamp,
    ) -> Result<Vec<(DeviceId, String)>, StoreError> {
        let rows = self.connection.rows(&IN_FORCE, values![self.tenant, user, now, DEVICES_MAX]).await?;
        rows.iter().map(|row| Ok((row.id("device_id")?, row.text("device_name")?))).collect()
    }
}
