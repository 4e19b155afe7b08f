//! Notices of a certificate's end: which ones its person has had, and which ones stood in the administrators' list.
//!
//! **Invariant:** a row says that a notice was sent; it is written in the transaction that posts the mail. The days of
//! the last notice beside the certificate (`noticed_days`) only find certificates whose next notice is due. Where they
//! find one too many, the rows say that nothing is to be sent.

use crate::{
    Reader, StoreError, TenantReader, TenantTransaction, Transaction,
    backend::{Row, statements, values},
};
use domain::{
    end_notice::DueSpan,
    id::{CertificateId, TenantId, UserId},
    time::Timestamp,
};

/// A certificate with a notice that is not in the administrators' list yet.
#[derive(Debug, Clone)]
pub struct UnlistedEnd {
    /// The person.
    pub user: UserId,
    pub user_name: String,
    /// The person's name for the device.
    pub device_name: String,
    /// End of validity.
    pub not_after: Timestamp,
}

statements! {
    // Whom no notice may reach now is left out here, so that a suspended company's thousands hold up nobody else.
    DUE = shared(
        "SELECT c.tenant_id, c.id FROM certificate c
         JOIN user_account u ON u.tenant_id = c.tenant_id AND u.id = c.user_id
         JOIN tenant t ON t.id = c.tenant_id
         WHERE c.state = 'valid' AND c.noticed_days = $1 AND c.not_after >= $2 AND c.not_after <= $3
             AND c.ends_at IS NULL AND u.state = 'active' AND t.state = 'active' AND t.valid_until > $2
         ORDER BY c.not_after, c.id LIMIT $4"
    );
    SENT = shared("SELECT days FROM certificate_notice WHERE tenant_id = $1 AND certificate_id = $2");
    INSERT = shared(
        "INSERT INTO certificate_notice (tenant_id, certificate_id, days, not_after, sent_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"
    );
    MARK = shared("UPDATE certificate SET noticed_days = $3 WHERE tenant_id = $1 AND id = $2");
    TENANTS_UNLISTED = shared(
        "SELECT DISTINCT n.tenant_id FROM certificate_notice n
         WHERE n.listed_at IS NULL AND NOT EXISTS (
             SELECT 1 FROM certificate_notice l
             WHERE l.tenant_id = n.tenant_id AND l.listed_at > $1 AND l.listed_at <= $2
         )
         ORDER BY n.tenant_id LIMIT $3"
    );
    UNLISTED = shared(
        "SELECT DISTINCT n.not_after, n.certificate_id, c.user_id, u.display_name, c.device_name
         FROM certificate_notice n
         JOIN certificate c ON c.tenant_id = n.tenant_id AND c.id = n.certificate_id
         JOIN user_account u ON u.tenant_id = c.tenant_id AND u.id = c.user_id
         WHERE n.tenant_id = $1 AND n.listed_at IS NULL ORDER BY n.not_after, n.certificate_id LIMIT $2"
    );
    COUNT_UNLISTED = shared(
        "SELECT COUNT(DISTINCT certificate_id) AS count FROM certificate_notice
         WHERE tenant_id = $1 AND listed_at IS NULL"
    );
    LIST = shared(
        "UPDATE certificate_notice SET listed_at = $2 WHERE tenant_id = $1 AND listed_at IS NULL"
    );
    AGAIN = shared(
        "UPDATE certificate SET noticed_again_at = $3 WHERE tenant_id = $1 AND id = $2
             AND (noticed_again_at IS NULL OR noticed_again_at <= $4 OR noticed_again_at > $3)"
    );
    NEWEST = shared(
        "SELECT MAX(noticed_at) AS noticed_at FROM (
             SELECT n.sent_at AS noticed_at FROM certificate_notice n
             JOIN certificate c ON c.tenant_id = n.tenant_id AND c.id = n.certificate_id
             WHERE c.tenant_id = $1 AND c.user_id = $2
             UNION ALL SELECT noticed_again_at FROM certificate WHERE tenant_id = $1 AND user_id = $2
         ) AS noticed"
    );
    ERASE = shared("DELETE FROM certificate_notice WHERE not_after < $1");
}

fn unlisted_from(row: &Row) -> Result<UnlistedEnd, StoreError> {
    Ok(UnlistedEnd {
        user: row.id("user_id")?,
        user_name: row.text("display_name")?,
        device_name: row.text("device_name")?,
        not_after: row.time("not_after")?,
    })
}

impl Reader {
    /// Certificates in force and not superseded that had a certain notice last, end within the span, and whose people may
    /// pass; those that end first come first, at most `rows_max`.
    pub async fn certificates_to_notice(
        &mut self,
        span: DueSpan,
        rows_max: u32,
    ) -> Result<Vec<(TenantId, CertificateId)>, StoreError> {
        let DueSpan { last, from, until } = span;
        let rows = self.connection.rows(&DUE, values![last, from, until, rows_max]).await?;
        rows.iter().map(|row| Ok((row.id("tenant_id")?, row.id("id")?))).collect()
    }

    /// Tenants with notices that are not in their administrators' list, and without a list between the two moments.
    pub async fn tenants_with_unlisted_ends(
        &mut self,
        unlisted_since: Timestamp,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<TenantId>, StoreError> {
        let rows = self.connection.rows(&TENANTS_UNLISTED, values![unlisted_since, now, rows_max]).await?;
        rows.iter().map(|row| row.id("tenant_id")).collect()
    }
}

impl TenantReader<'_> {
    /// The days of the notices that a certificate's person has had.
    pub async fn notices_sent(&mut self, certificate: CertificateId) -> Result<Vec<u32>, StoreError> {
        let rows = self.connection.rows(&SENT, values![self.tenant, certificate]).await?;
        rows.iter().map(|row| row.unsigned("days")).collect()
    }

    /// When a person had the newest notice of a certificate's end, if any.
    pub async fn newest_notice_to(&mut self, user: UserId) -> Result<Option<Timestamp>, StoreError> {
        let row = self.connection.row(&NEWEST, values![self.tenant, user]).await?;
        Ok(row.map(|row| row.optional_time("noticed_at")).transpose()?.flatten())
    }

    /// Certificates with a notice that is not in the administrators' list, those that end first at the beginning, at
    /// most `rows_max`.
    pub async fn unlisted_ends(&mut self, rows_max: u32) -> Result<Vec<UnlistedEnd>, StoreError> {
        let rows = self.connection.rows(&UNLISTED, values![self.tenant, rows_max]).await?;
        rows.iter().map(unlisted_from).collect()
    }

    /// How many there are of them.
    pub async fn unlisted_end_count(&mut self) -> Result<u64, StoreError> {
        self.connection.count(&COUNT_UNLISTED, values![self.tenant]).await
    }
}

impl TenantTransaction<'_> {
    /// Notes that a notice was sent; `false`, with nothing noted, if it had been before. Lock the tenant before.
    pub async fn note_notice(
        &mut self,
        certificate: CertificateId,
        days: u32,
        not_after: Timestamp,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, certificate, days, not_after, at];
        let noted = self.connection.applied(&INSERT, values).await?;
        self.mark_noticed(certificate, days).await?;
        Ok(noted)
    }

    /// Notes the days of the last notice beside the certificate.
    pub async fn mark_noticed(&mut self, certificate: CertificateId, days: u32) -> Result<(), StoreError> {
        let values = values![self.tenant, certificate, days];
        self.connection.execute(&MARK, values).await.map(drop)
    }

    /// Notes that a notice was sent again; `false` if this was done after `since` already.
    pub async fn note_notice_again(
        &mut self,
        certificate: CertificateId,
        at: Timestamp,
        since: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, certificate, at, since];
        self.connection.applied(&AGAIN, values).await
    }

    /// Notes that all notices stood in the administrators' list. Lock the tenant before.
    pub async fn list_ends(&mut self, at: Timestamp) -> Result<u64, StoreError> {
        let values = values![self.tenant, at];
        self.connection.execute(&LIST, values).await
    }
}

impl Transaction {
    /// Erases the notices of certificates that ended before a moment; returns how many.
    pub async fn erase_notices(&mut self, ended_before: Timestamp) -> Result<u64, StoreError> {
        self.connection.execute(&ERASE, values![ended_before]).await
    }
}
