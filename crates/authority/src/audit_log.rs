//! The seals of the audit log, and its verification. A duty seals ([`crate::duties`]).
//!
//! **Invariant:** each seal covers its row and the seal before it; a changed, missing or re-ordered row
//! breaks the chain from there on. A chain that was rewritten from some row on, or cut at its end,
//! contradicts an earlier signed head ([`crate::audit_heads`]).

use crate::{
    Unavailable,
    audit_heads::{HeadSigner, SignedHead},
    core::Core,
};
use domain::{audit::AuditRow, time::Timestamp};
use store::Lane;

/// Rows read at a time.
const ROWS_AT_ONCE: u32 = 500;

/// The result of a check of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerdict {
    /// Rows whose seals hold.
    pub sealed: u64,
    /// Rows at the end that are not sealed yet.
    pub unsealed: u64,
    /// The newest row whose head was signed and agrees; later rows could still be cut off unnoticed.
    pub covered_to: Option<i64>,
    /// The flaws: the first of each kind.
    pub flaws: Vec<AuditFlaw>,
}

/// A flaw that only a change past the service can cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuditFlaw {
    /// A row's seal does not hold, or the row is missing. Later rows were not checked.
    #[error("row {seq} was changed, removed or moved")]
    Row {
        /// The row.
        seq: i64,
    },
    /// The chain is consistent, but it is not the signed one.
    #[error("rows {from} to {to} are not all as they were when the head of row {to} was signed at {at}")]
    Rewritten {
        /// The first row that may have been changed.
        from: i64,
        /// The row of the head.
        to: i64,
        /// When the head was signed.
        at: Timestamp,
    },
    /// The log ends before a row whose head was signed.
    #[error("rows {from} to {to} are missing; the head of row {to} was signed at {at}")]
    TailMissing {
        /// The first missing row.
        from: i64,
        /// The row of the newest head.
        to: i64,
        /// When the head was signed.
        at: Timestamp,
    },
    /// A head that this installation did not sign.
    #[error("the head of row {seq} was not signed by this installation")]
    ForgedHead {
        /// The row that it names.
        seq: i64,
    },
}

pub(crate) fn seal_of(row: &AuditRow, previous: &[u8; 32]) -> [u8; 32] {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &row.sealed_bytes(previous));
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

/// Reads the log and checks that it is complete.
#[derive(Clone)]
pub struct AuditLog {
    core: Core,
    heads: HeadSigner,
}

impl AuditLog {
    pub(crate) fn new(core: &Core, heads: &HeadSigner) -> Self {
        Self { core: core.clone(), heads: heads.clone() }
    }

    /// Whether any row is sealed.
    pub async fn is_sealed(&self) -> Result<bool, Unavailable> {
        Ok(self.core.read().await?.audit_head().await?.is_some())
    }

    /// Checks every row of the log from the first one, and compares the log with `heads`, which were read
    /// before: rows sealed during the comparison are newer than all of them.
    pub async fn verify(&self, heads: Vec<SignedHead>) -> Result<AuditVerdict, Unavailable> {
        let (heads, forged) = self.heads.judge_audit_heads(heads).await?;
        let mut check = Check::of(&heads);
        // A long walk, on connections that no act waits for.
        let mut reader = self.core.store().on(Lane::Duties).snapshot().await?;
        loop {
            let rows = reader.audit_rows_from(check.next_seq, ROWS_AT_ONCE).await?;
            if rows.is_empty() || !rows.iter().all(|row| check.holds(row)) {
                break;
            }
        }
        let mut verdict = check.verdict();
        verdict.flaws.extend(forged.map(|head| AuditFlaw::ForgedHead { seq: head.seq }));
        Ok(verdict)
    }
}

/// A walk along the log, beside the heads in order.
struct Check<'a> {
    heads: std::iter::Peekable<std::slice::Iter<'a, SignedHead>>,
    next_seq: i64,
    previous: [u8; 32],
    sealed: u64,
    unsealed: u64,
    covered_to: Option<i64>,
    broken: Option<AuditFlaw>,
    rewritten: Option<AuditFlaw>,
}

impl<'a> Check<'a> {
    fn of(heads: &'a [SignedHead]) -> Self {
        Self {
            heads: heads.iter().peekable(),
            next_seq: 1,
            previous: [0; 32],
            sealed: 0,
            unsealed: 0,
            covered_to: None,
            broken: None,
            rewritten: None,
        }
    }

    /// Checks the next row; `false` ends the check, since later rows cannot be judged.
    fn holds(&mut self, row: &AuditRow) -> bool {
        let hash = seal_of(row, &self.previous);
        let holds = row.seq == self.next_seq && row.hash.is_none_or(|sealed| sealed == hash);
        // No sealed row can follow an unsealed one.
        if !holds || (row.hash.is_some() && self.unsealed > 0) {
            self.broken = Some(AuditFlaw::Row { seq: self.next_seq });
            return false;
        }
        match row.hash {
            Some(_) => self.sealed += 1,
            None => self.unsealed += 1,
        }
        // A row that lost its seal is compared as well: its head names the seal.
        while let Some(head) = self.heads.next_if(|head| head.seq <= row.seq) {
            self.compare(head, row.seq, &hash);
        }
        self.previous = hash;
        self.next_seq = row.seq + 1;
        true
    }

    fn compare(&mut self, head: &SignedHead, seq: i64, hash: &[u8; 32]) {
        if self.rewritten.is_some() {
            return;
        }
        if head.seq == seq && head.hash == *hash {
            self.covered_to = Some(seq);
            return;
        }
        let from = self.covered_to.map_or(1, |covered| covered + 1).min(head.seq);
        self.rewritten = Some(AuditFlaw::Rewritten { from, to: head.seq, at: head.at });
    }

    fn verdict(self) -> AuditVerdict {
        let Self { heads, next_seq, sealed, unsealed, covered_to, broken, rewritten, .. } = self;
        let beyond = heads.last().filter(|_| broken.is_none());
        let cut = beyond.map(|head| AuditFlaw::TailMissing { from: next_seq, to: head.seq, at: head.at });
        let flaws = [broken, rewritten, cut].into_iter().flatten().collect();
        AuditVerdict { sealed, unsealed, covered_to, flaws }
    }
}
