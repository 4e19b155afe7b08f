//! Pickups reported to a tenant's administrators, and the networks from which its people have picked up before.

use crate::{
    Reader, StoreError, TenantReader, TenantTransaction, Transaction,
    backend::{
        Row, statements,
        table::{insert, table},
        values,
    },
};
use domain::{
    id::{CertificateId, TenantId, UserId},
    time::Timestamp,
};

#[derive(Debug, Clone)]
pub struct PickupNotice {
    pub certificate: CertificateId,
    /// The person who picked it up.
    pub user: UserId,
    /// The person's name for the device.
    pub device_name: String,
    /// The IP address of the pickup.
    pub address: String,
    pub picked_up_at: Timestamp,
}

/// One pickup with the person's name.
#[derive(Debug, Clone)]
pub struct NamedPickup {
    pub notice: PickupNotice,
    pub user_name: String,
}

table! {
    "pickup_notice" holds PickupNotice as notice, read by notice_from, inserted with told_at: Option<Timestamp>;
    under { tenant_id }
    key { certificate (certificate_id) }
    changed {}
    fixed { user (user_id), device_name, address, picked_up_at } beside { told_at: told_at }
    seen {}
}

statements! {
    INSERT = shared(insert!(""));
    KNOWN_NETWORK = shared("SELECT 1 AS one FROM pickup_network WHERE tenant_id = $1 AND network = $2");
    INSERT_NETWORK = shared(
        "INSERT INTO pickup_network (tenant_id, network, first_seen) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
    );
    TOLD_AT_ONCE = shared(
        "SELECT COUNT(*) AS count FROM pickup_notice
         WHERE tenant_id = $1 AND told_at > $2 AND told_at = picked_up_at"
    );
    TENANTS_DUE = shared(
        "SELECT tenant_id FROM pickup_notice WHERE told_at IS NULL GROUP BY tenant_id
         HAVING MIN(picked_up_at) <= $1 ORDER BY tenant_id LIMIT $2"
    );
    UNTOLD = shared(concat!(
        "SELECT ",
        columns!(),
        ", display_name FROM pickup_notice JOIN user_account
             ON user_account.tenant_id = pickup_notice.tenant_id AND user_account.id = pickup_notice.user_id
         WHERE pickup_notice.tenant_id = $1 AND told_at IS NULL ORDER BY picked_up_at, certificate_id"
    ));
    TELL = shared("UPDATE pickup_notice SET told_at = $2 WHERE tenant_id = $1 AND told_at IS NULL");
    ERASE_TOLD = shared("DELETE FROM pickup_notice WHERE told_at < $1");
}

fn named_from(row: &Row) -> Result<NamedPickup, StoreError> {
    Ok(NamedPickup { notice: notice_from(row)?, user_name: row.text("display_name")? })
}

impl Reader {
    /// Tenants whose administrators have no report yet of a pickup at or before that moment, at most `rows_max`.
    pub async fn tenants_with_untold_pickups(
        &mut self,
        picked_up_until: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<TenantId>, StoreError> {
        let rows = self.connection.rows(&TENANTS_DUE, values![picked_up_until, rows_max]).await?;
        rows.iter().map(|row| row.id("tenant_id")).collect()
    }
}

impl TenantReader<'_> {
    /// Whether somebody of this tenant has picked up from the network.
    pub async fn knows_pickup_network(&mut self, network: &str) -> Result<bool, StoreError> {
        Ok(self.connection.row(&KNOWN_NETWORK, values![self.tenant, network]).await?.is_some())
    }

    /// All pickups not yet reported to the administrators, the oldest first.
    pub async fn untold_pickups(&mut self) -> Result<Vec<NamedPickup>, StoreError> {
        let rows = self.connection.rows(&UNTOLD, values![self.tenant]).await?;
        rows.iter().map(named_from).collect()
    }

    /// How many pickups since a moment were reported to the administrators at once.
    pub async fn pickups_told_at_once(&mut self, since: Timestamp) -> Result<u64, StoreError> {
        self.connection.count(&TOLD_AT_ONCE, values![self.tenant, since]).await
    }
}

impl TenantTransaction<'_> {
    /// Notes a pickup; `told_at` is the time of the report to the administrators, if there was one.
    pub async fn insert_pickup_notice(
        &mut self,
        notice: &PickupNotice,
        told_at: Option<Timestamp>,
    ) -> Result<(), StoreError> {
        let values = inserted_values(values![self.tenant, notice.certificate], notice, told_at)?;
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }

    /// Notes the network of a pickup; `true` if nobody of this tenant had picked up from there.
    pub async fn note_pickup_network(&mut self, network: &str, at: Timestamp) -> Result<bool, StoreError> {
        let values = values![self.tenant, network, at];
        self.connection.applied(&INSERT_NETWORK, values).await
    }

    /// Marks all pickups as reported to the administrators; returns how many were new. Lock the tenant before.
    pub async fn tell_pickups(&mut self, at: Timestamp) -> Result<u64, StoreError> {
        let values = values![self.tenant, at];
        self.connection.execute(&TELL, values).await
    }
}

impl Transaction {
    /// Erases pickups reported before a moment; returns how many.
    pub async fn erase_told_pickups(&mut self, told_before: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&ERASE_TOLD, values![told_before]).await
    }
}
