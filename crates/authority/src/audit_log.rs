//! Sealing and verifying the audit log.
//!
//! **Invariant:** each seal covers its row and the seal before it; a changed, missing or re-ordered
//! row breaks the chain from there on.

use crate::{Authority, Unavailable};
use domain::audit::AuditRow;

/// Rows sealed in one transaction.
const ROWS_AT_ONCE: u32 = 500;

/// What a check of the log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerdict {
    /// Rows whose seals hold.
    pub sealed: u64,
    /// Rows at the end that are not sealed yet.
    pub unsealed: u64,
    /// The first row whose seal does not hold, or that is missing.
    pub broken_at: Option<i64>,
}

fn seal_of(row: &AuditRow, previous: &[u8; 32]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &row.sealed_bytes(previous));
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

impl Authority {
    /// Seals what is not sealed yet; the number of rows sealed.
    pub async fn seal_audit_log(&self) -> Result<usize, Unavailable> {
        let mut sealed = 0;
        loop {
            let mut transaction = self.store().begin("seal_audit").await?;
            let rows = transaction.unsealed_audit_rows(ROWS_AT_ONCE).await?;
            if rows.is_empty() {
                return Ok(sealed);
            }
            let mut previous = transaction.audit_head().await?.map_or([0; 32], |head| head.hash);
            for row in &rows {
                previous = seal_of(row, &previous);
                transaction.seal_audit_row(row.seq, &previous).await?;
                sealed += 1;
            }
            transaction.commit().await?;
        }
    }

    /// Checks every row of the log, from the first one on.
    pub async fn verify_audit_log(&self) -> Result<AuditVerdict, Unavailable> {
        let mut verdict = AuditVerdict { sealed: 0, unsealed: 0, broken_at: None };
        let (mut expected_seq, mut previous) = (1, [0; 32]);
        let mut reader = self.store().snapshot().await?;
        loop {
            let rows = reader.audit_rows_from(expected_seq, ROWS_AT_ONCE).await?;
            if rows.is_empty() {
                return Ok(verdict);
            }
            for row in &rows {
                let hash = seal_of(row, &previous);
                let holds = row.seq == expected_seq && row.hash.is_none_or(|sealed| sealed == hash);
                // After an unsealed row there can be no sealed one.
                if !holds || (row.hash.is_some() && verdict.unsealed > 0) {
                    return Ok(AuditVerdict { broken_at: Some(expected_seq), ..verdict });
                }
                match row.hash {
                    Some(_) => verdict.sealed += 1,
                    None => verdict.unsealed += 1,
                }
                previous = hash;
                expected_seq = row.seq + 1;
            }
        }
    }
}
