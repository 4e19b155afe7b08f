//! Revocation lists: what goes into them, and the newest one of each issuer.
//!
//! **Invariant:** a change made while a list is being signed is not lost: each list records how many changes
//! it covers, and is out of date if there were more.

use crate::{
    Reader, StoreError, Transaction,
    backend::{Row, column::InColumns, row::corrupt, statements, values},
    clock_steps::CLOCKS_DIFFER_MAX,
};
use domain::{id::IssuerId, revocation::Revocation, time::Timestamp};
use pki::{crl::RevocationReason, serial::Serial};

/// An issuer's newest revocation list.
#[derive(Debug, Clone)]
pub struct PublishedCrl {
    /// CRL number (RFC 5280 §5.2.3).
    pub number: u64,
    pub der: Vec<u8>,
    pub this_update: Timestamp,
    pub next_update: Timestamp,
}

/// A list that must be signed again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueCrl {
    pub issuer: IssuerId,
    /// The number of the newest list; 0 if there is no list.
    pub number: u64,
    /// The changes so far, which a list made from now on covers.
    pub changes: u64,
    /// The thisUpdate of the newest list, if it lies in the future because the clock was ahead at signing.
    pub begins_later: Option<Timestamp>,
}

/// An entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokedSerial {
    pub serial: Serial,
    /// Time and reason.
    pub revocation: Revocation,
}

statements! {
    FIND = shared(
        "SELECT number, der, this_update, next_update FROM crl WHERE issuer_id = $1 AND der IS NOT NULL"
    );
    NUMBER = shared("SELECT number FROM crl WHERE issuer_id = $1 AND der IS NOT NULL");
    // A list that was signed while the clock was ahead is not valid yet for its readers. A contract's days of
    // grace (of 86,400,000 ms) end without an act, so a list made before that end is due.
    DUE = shared(
        "SELECT c.issuer_id, c.number, c.changes, c.this_update FROM crl c JOIN issuer i ON i.id = c.issuer_id
         LEFT JOIN tenant t ON t.id = i.tenant_id
         WHERE i.certificate_der IS NOT NULL
           AND (c.changes > c.published_changes OR c.next_update IS NULL OR c.next_update <= $1
               OR c.this_update > $5
               OR (t.valid_until + $2 * 86400000 > c.this_update AND t.valid_until + $2 * 86400000 <= $3))
         ORDER BY c.issuer_id LIMIT $4"
    );
    REVOKED = shared(
        "SELECT serial, revoked_at, revocation_reason FROM certificate
         WHERE issuer_id = $1 AND state IN ('revoked', 'on-hold') AND not_after >= $2 AND serial > $3
         ORDER BY serial LIMIT $4"
    );
    // The certificates of people who are shut out are valid in themselves. They are listed as on hold since
    // the user's own suspension began, or since $3, when all people of the tenant were shut out.
    SUSPENDED = shared(
        "SELECT c.serial, CASE WHEN u.state <> 'active' THEN u.state_since ELSE $3 END AS revoked_at
         FROM user_account u
         JOIN certificate c ON c.tenant_id = u.tenant_id AND c.user_id = u.id
         WHERE (u.state <> 'active' OR $3 IS NOT NULL)
           AND u.tenant_id = (SELECT tenant_id FROM issuer WHERE id = $1)
           AND c.issuer_id = $1 AND c.state = 'valid' AND c.not_after >= $2 AND c.serial > $4
         ORDER BY c.serial LIMIT $5"
    );
    CHANGED = shared("UPDATE crl SET changes = changes + 1 WHERE issuer_id = $1");
    PUBLISH = shared(
        "UPDATE crl SET number = $3, der = $4, this_update = $5, next_update = $6, published_changes = $7
         WHERE issuer_id = $1 AND number = $2"
    );
}

/// The first thisUpdate that lies in the future on every node's clock.
fn not_begun_from(now: Timestamp) -> Timestamp {
    now.checked_add(CLOCKS_DIFFER_MAX).unwrap_or(now)
}

fn serial_from(row: &Row) -> Result<Serial, StoreError> {
    Serial::from_bytes(&row.bytes("serial")?).map_err(|error| corrupt("serial", error))
}

fn signed(number: u64, column: &'static str) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| corrupt(column, "the number is out of range"))
}

impl Reader {
    /// An issuer's newest list; its id is public.
    pub async fn crl(&mut self, issuer: IssuerId) -> Result<Option<PublishedCrl>, StoreError> {
        let row = self.connection.row(&FIND, values![issuer]).await?;
        row.map(|row| {
            Ok(PublishedCrl {
                number: row.unsigned("number")?,
                der: row.bytes("der")?,
                this_update: row.time("this_update")?,
                next_update: row.time("next_update")?,
            })
        })
        .transpose()
    }

    /// The number of an issuer's newest list.
    pub async fn crl_number(&mut self, issuer: IssuerId) -> Result<Option<u64>, StoreError> {
        let row = self.connection.row(&NUMBER, values![issuer]).await?;
        row.map(|row| row.unsigned("number")).transpose()
    }

    /// Lists that must be signed again: lists that lack a change, lists whose nextUpdate is not after
    /// `next_update_by`, lists that begin after `now`, and lists made before their tenant's contract and days
    /// of grace ended, if that end is before `now`.
    pub async fn due_crls(
        &mut self,
        next_update_by: Timestamp,
        contract_grace_days: u32,
        now: Timestamp,
        rows_max: u32,
    ) -> Result<Vec<DueCrl>, StoreError> {
        let values = values![next_update_by, contract_grace_days, now, rows_max, not_begun_from(now)];
        let rows = self.connection.rows(&DUE, values).await?;
        rows.iter()
            .map(|row| {
                Ok(DueCrl {
                    issuer: row.id("issuer_id")?,
                    number: row.unsigned("number")?,
                    changes: row.unsigned("changes")?,
                    begins_later: row
                        .optional_time("this_update")?
                        .filter(|begin| *begin > not_begun_from(now)),
                })
            })
            .collect()
    }

    /// An issuer's certificates that are revoked or on hold and not expired at `now`, in the order of the
    /// serials' octets, after the serial `after`.
    pub async fn revoked_serials(
        &mut self,
        issuer: IssuerId,
        now: Timestamp,
        after: Option<Serial>,
        rows_max: u32,
    ) -> Result<Vec<RevokedSerial>, StoreError> {
        let after = after.as_ref().map_or(&[][..], Serial::as_bytes);
        let rows = self.connection.rows(&REVOKED, values![issuer, now, after, rows_max]).await?;
        rows.iter()
            .map(|row| {
                let revocation = InColumns::read(row, ["revoked_at", "revocation_reason"])?;
                Ok(RevokedSerial { serial: serial_from(row)?, revocation })
            })
            .collect()
    }

    /// An issuer's valid certificates whose user is suspended, as entries on hold; all of its tenant's
    /// certificates if the tenant is shut out since `tenant_since`. The order is that of
    /// [`Reader::revoked_serials`], and no serial is in both.
    pub async fn suspended_serials(
        &mut self,
        issuer: IssuerId,
        now: Timestamp,
        tenant_since: Option<Timestamp>,
        after: Option<Serial>,
        rows_max: u32,
    ) -> Result<Vec<RevokedSerial>, StoreError> {
        let after = after.as_ref().map_or(&[][..], Serial::as_bytes);
        let values = values![issuer, now, tenant_since, after, rows_max];
        let rows = self.connection.rows(&SUSPENDED, values).await?;
        rows.iter()
            .map(|row| {
                let revocation =
                    Revocation { at: row.time("revoked_at")?, reason: RevocationReason::CertificateHold };
                Ok(RevokedSerial { serial: serial_from(row)?, revocation })
            })
            .collect()
    }
}

impl Transaction {
    /// Marks an issuer's list as out of date, in the transaction of the change.
    pub async fn crl_changed(&mut self, issuer: IssuerId) -> Result<(), StoreError> {
        self.connection.execute(&CHANGED, values![issuer]).await?;
        Ok(())
    }

    /// Replaces the list that `due` names; `false` if another process was first.
    pub async fn publish_crl(&mut self, due: &DueCrl, crl: &PublishedCrl) -> Result<bool, StoreError> {
        let values = values![
            due.issuer,
            signed(due.number, "number")?,
            signed(crl.number, "number")?,
            crl.der.as_slice(),
            crl.this_update,
            crl.next_update,
            signed(due.changes, "changes")?,
        ];
        self.connection.applied(&PUBLISH, values).await
    }
}
