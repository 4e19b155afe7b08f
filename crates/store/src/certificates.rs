//! Certificates through their life. Only [`crate::Recorded`] creates them.

pub(crate) mod listing;

pub use listing::CertificateFilter;

use crate::{
    Reader, StoreError, TenantReader, TenantTransaction,
    backend::{
        statements,
        table::{insert, table},
        values,
    },
};
use domain::{
    certificate::{CertificateRecord, CertificateState, LeafTag},
    id::{ApplicationId, CertificateId, DeviceId, TenantId},
    revocation::Revocation,
    time::Timestamp,
};

/// A certificate that was recorded and never signed.
#[derive(Debug, Clone, Copy)]
pub struct UnsignedCertificate {
    pub id: CertificateId,
    pub tenant: TenantId,
    /// The application whose pickup was interrupted.
    pub application: ApplicationId,
}

table! {
    "certificate" holds CertificateRecord as certificate, read by certificate_from, inserted with at: Timestamp;
    key { tenant (tenant_id), id }
    changed {}
    fixed {
        user (user_id),
        application (application_id),
        device (device_id),
        key (issuer_id, serial),
        device_type,
        device_name,
        not_before,
        not_after,
    } beside {
        state: CertificateState::Recorded.name(),
        recorded_at: at,
    }
    seen {
        state,
        revocation (revoked_at, revocation_reason),
        picked_up_at,
        proved_at,
        ends_at,
    }
}

macro_rules! select {
    ($more:expr, $rest:literal) => {
        concat!("SELECT ", $crate::certificates::columns!(), $more, " FROM certificate ", $rest)
    };
    ($rest:literal) => {
        $crate::certificates::select!("", $rest)
    };
}
pub(crate) use columns;
pub(crate) use select;

statements! {
    BY_ID = shared(select!("WHERE tenant_id = $1 AND id = $2"));
    LOCK = per_backend(
        select!("WHERE tenant_id = $1 AND id = $2"),
        select!("WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE"),
    );
    LOCK_LINE = per_backend(
        select!("WHERE tenant_id = $1 AND device_id = $2 ORDER BY id"),
        select!("WHERE tenant_id = $1 AND device_id = $2 ORDER BY id FOR NO KEY UPDATE"),
    );
    OF_DEVICE = shared(select!("WHERE tenant_id = $1 AND device_id = $2 ORDER BY id"));
    SUPERSEDED = shared(
        "SELECT id, tenant_id FROM certificate
         WHERE ends_at <= $1 AND ends_at < not_after AND state IN ('valid', 'on-hold') ORDER BY ends_at LIMIT $2"
    );
    OF_APPLICATION = shared(select!("WHERE tenant_id = $1 AND application_id = $2 ORDER BY id"));
    DER = shared(
        "SELECT d.certificate_der FROM certificate c JOIN certificate_document d ON d.certificate_id = c.id
         WHERE c.tenant_id = $1 AND c.id = $2"
    );
    UNSIGNED = shared(
        "SELECT id, tenant_id, application_id FROM certificate
         WHERE state = 'recorded' AND recorded_at < $1 ORDER BY recorded_at LIMIT $2"
    );
    // A device has one seat, however many certificates its line has. An application that waits for its pickup holds
    // one as long as its PIN opens it.
    SEATS_USED = shared(
        "SELECT COUNT(*) AS count FROM (
             SELECT device_id FROM certificate
             WHERE tenant_id = $1 AND state IN ('valid', 'on-hold', 'recorded') AND not_after >= $2
             UNION
             SELECT device_id FROM application
             WHERE tenant_id = $1 AND state = 'approved' AND pin_expires_at > $2
         ) AS seated"
    );
    HOLDS_SEAT = shared(
        "SELECT CAST(CASE WHEN EXISTS (
             SELECT 1 FROM certificate WHERE tenant_id = $1 AND device_id = $3
                 AND state IN ('valid', 'on-hold', 'recorded') AND not_after >= $2
         ) OR EXISTS (
             SELECT 1 FROM application WHERE tenant_id = $1 AND device_id = $3 AND state = 'approved'
                 AND pin_expires_at > $2
         ) THEN 1 ELSE 0 END AS BIGINT) AS count"
    );
    DESK_KEYS = shared(
        "SELECT DISTINCT c.device_id FROM certificate c JOIN user_account u ON u.tenant_id = c.tenant_id AND u.id = c.user_id
         WHERE c.tenant_id = $1 AND u.role = 'administrator' AND u.state = 'active' AND c.state = 'valid'
             AND c.not_before <= $2 AND c.not_after >= $2
         LIMIT $3"
    );
    INSERT = shared(insert!(""));
    SIGN = shared(
        "UPDATE certificate SET state = 'valid', picked_up_at = $3, leaf_tag = $4
         WHERE tenant_id = $1 AND id = $2 AND state = 'recorded'"
    );
    KEEP_DER = shared(
        "UPDATE certificate_document SET certificate_der = $3, tbs_der = NULL
         WHERE certificate_id = (SELECT id FROM certificate WHERE tenant_id = $1 AND id = $2)"
    );
    SET_STATE = shared(
        "UPDATE certificate SET state = $4, revoked_at = $5, revocation_reason = $6
         WHERE tenant_id = $1 AND id = $2 AND state = $3"
    );
    SUPERSEDE = shared(
        "UPDATE certificate SET ends_at = not_after
         WHERE tenant_id = $1 AND device_id = (SELECT device_id FROM certificate WHERE tenant_id = $1 AND id = $2)
             AND id <> $2 AND state IN ('valid', 'on-hold') AND ends_at IS NULL"
    );
    END_EARLY = shared(
        "UPDATE certificate SET ends_at = $3
         WHERE tenant_id = $1 AND ends_at > $3 AND state IN ('valid', 'on-hold') AND device_id = (
             SELECT device_id FROM certificate WHERE tenant_id = $1 AND id = $2 AND ends_at IS NULL)"
    );
    PROVE = shared("UPDATE certificate SET proved_at = $3 WHERE tenant_id = $1 AND id = $2 AND proved_at IS NULL");
}

impl Reader {
    /// Superseded certificates whose grace is over at `now` and that are still in force.
    pub async fn superseded_certificates(
        &mut self,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<(TenantId, CertificateId)>, StoreError> {
        let rows = self.connection.rows(&SUPERSEDED, values![now, rows_max]).await?;
        rows.iter().map(|row| Ok((row.id("tenant_id")?, row.id("id")?))).collect()
    }

    /// Certificates recorded before a moment and still unsigned after a crash; the reconciler revokes them.
    pub async fn unsigned_certificates(
        &mut self,
        recorded_before: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<UnsignedCertificate>, StoreError> {
        let rows = self.connection.rows(&UNSIGNED, values![recorded_before, rows_max]).await?;
        rows.iter()
            .map(|row| {
                Ok(UnsignedCertificate {
                    id: row.id("id")?,
                    tenant: row.id("tenant_id")?,
                    application: row.id("application_id")?,
                })
            })
            .collect()
    }
}

impl TenantReader<'_> {
    pub async fn certificate(&mut self, id: CertificateId) -> Result<Option<CertificateRecord>, StoreError> {
        let row = self.connection.row(&BY_ID, values![self.tenant, id]).await?;
        row.as_ref().map(certificate_from).transpose()
    }

    /// A certificate's bytes; `None` while it is unsigned.
    pub async fn certificate_der(&mut self, id: CertificateId) -> Result<Option<Vec<u8>>, StoreError> {
        let row = self.connection.row(&DER, values![self.tenant, id]).await?;
        Ok(row.map(|row| row.optional_bytes("certificate_der")).transpose()?.flatten())
    }

    /// All certificates made for an application, the first one first: more than one if a pickup was repeated.
    pub async fn certificates_of_application(
        &mut self,
        application: ApplicationId,
    ) -> Result<Vec<CertificateRecord>, StoreError> {
        let rows = self.connection.rows(&OF_APPLICATION, values![self.tenant, application]).await?;
        rows.iter().map(certificate_from).collect()
    }

    /// The certificates of a device, the first one first.
    pub async fn certificates_of_device(
        &mut self,
        device: DeviceId,
    ) -> Result<Vec<CertificateRecord>, StoreError> {
        let rows = self.connection.rows(&OF_DEVICE, values![self.tenant, device]).await?;
        rows.iter().map(certificate_from).collect()
    }

    /// How many seats are taken at `now`: devices with a certificate that is valid, on hold or being made, and those
    /// with an approved application that waits for its pickup. Device names do not matter.
    ///
    /// A caller that decides by this number first calls [`TenantTransaction::lock`].
    pub async fn seats_used(&mut self, now: Timestamp) -> Result<u32, StoreError> {
        let seats = self.connection.count(&SEATS_USED, values![self.tenant, now]).await?;
        Ok(u32::try_from(seats).unwrap_or(u32::MAX))
    }

    /// Whether a device is among those that [`TenantReader::seats_used`] counts.
    pub async fn holds_seat(&mut self, device: DeviceId, now: Timestamp) -> Result<bool, StoreError> {
        Ok(self.connection.count(&HOLDS_SEAT, values![self.tenant, now, device]).await? > 0)
    }

    /// Devices with which active administrators can open the desk at `now`, at most `rows_max`, in no order.
    pub async fn desk_keys(&mut self, now: Timestamp, rows_max: u32) -> Result<Vec<DeviceId>, StoreError> {
        let rows = self.connection.rows(&DESK_KEYS, values![self.tenant, now, rows_max]).await?;
        rows.iter().map(|row| row.id("device_id")).collect()
    }
}

impl TenantTransaction<'_> {
    /// The row of a certificate that is not signed yet.
    pub(crate) async fn insert_certificate(
        &mut self,
        certificate: &CertificateRecord,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let values = inserted_values(values![self.tenant, certificate.id], certificate, at)?;
        self.connection.execute(&INSERT, values).await?;
        Ok(())
    }

    /// One certificate, locked until the transaction ends.
    pub async fn lock_certificate(
        &mut self,
        id: CertificateId,
    ) -> Result<Option<CertificateRecord>, StoreError> {
        let values = values![self.tenant, id];
        let row = self.connection.row(&LOCK, values).await?;
        row.as_ref().map(certificate_from).transpose()
    }

    /// The certificates of a device, the first one first, locked until the transaction ends.
    pub async fn lock_line(&mut self, device: DeviceId) -> Result<Vec<CertificateRecord>, StoreError> {
        let values = values![self.tenant, device];
        let rows = self.connection.rows(&LOCK_LINE, values).await?;
        rows.iter().map(certificate_from).collect()
    }

    /// Notes that this certificate supersedes the others of its device that are in force: they last until their own
    /// end. Returns how many.
    pub async fn supersede_by(&mut self, newest: CertificateId, at: Timestamp) -> Result<u64, StoreError> {
        let values = values![self.tenant, newest];
        let superseded = self.connection.execute(&SUPERSEDE, values).await?;
        if superseded > 0 {
            self.keep_progress_of_certificate(newest, at).await?;
        }
        Ok(superseded)
    }

    /// Lets the certificates that this one has superseded end at `ends_at`, unless they end earlier; returns how many.
    pub async fn end_superseded_by(
        &mut self,
        newest: CertificateId,
        ends_at: Timestamp,
    ) -> Result<u64, StoreError> {
        let values = values![self.tenant, newest, ends_at];
        self.connection.execute(&END_EARLY, values).await
    }

    /// Recorded → valid: keeps the signed certificate, its tag, and the time of the pickup. `false`, with
    /// nothing written, if the reconciler has revoked the certificate meanwhile.
    pub async fn keep_signed_certificate(
        &mut self,
        id: CertificateId,
        certificate_der: &[u8],
        tag: LeafTag,
        picked_up_at: Timestamp,
    ) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, picked_up_at, tag];
        if !self.connection.applied(&SIGN, values).await? {
            return Ok(false);
        }
        self.keep_progress_of_certificate(id, picked_up_at).await?;
        let values = values![self.tenant, id, certificate_der];
        self.connection.applied(&KEEP_DER, values).await
    }

    /// Writes the result of [`domain::revocation::decide`] at `now`; `false` if the certificate is not in `expected`.
    pub async fn set_certificate_state(
        &mut self,
        id: CertificateId,
        expected: CertificateState,
        next: CertificateState,
        revocation: Option<Revocation>,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let at = revocation.map(|revocation| revocation.at);
        let reason = revocation.map(|revocation| u32::from(revocation.reason.code()));
        let values = values![self.tenant, id, expected.name(), next.name(), at, reason];
        let applied = self.connection.applied(&SET_STATE, values).await?;
        if applied {
            self.keep_progress_of_certificate(id, now).await?;
        }
        Ok(applied)
    }

    /// Notes when the gate first saw the certificate; `false` if that time is on record already.
    pub async fn prove_certificate(&mut self, id: CertificateId, at: Timestamp) -> Result<bool, StoreError> {
        let values = values![self.tenant, id, at];
        let applied = self.connection.applied(&PROVE, values).await?;
        if applied {
            self.keep_progress_of_certificate(id, at).await?;
        }
        Ok(applied)
    }
}
