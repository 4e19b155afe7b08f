//! Signed heads of the audit log: they leave the database, so that an attacker with access to it can neither
//! cut the log's end off nor rewrite the log unnoticed.
//!
//! A head names a sealed row and its seal, which covers every row before it. It is kept outside the reach of
//! the database's writers; [`AuditLog::verify`](crate::audit_log::AuditLog::verify) compares.
//!
//! **Invariant:** a line that this installation's key did not sign proves nothing and is reported.

use crate::{Unavailable, core::Core, installation_key::KeptKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use domain::time::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use store::audit::AuditHead;

/// The least time between two heads of one process; the head at the process's end comes at once.
pub const HEADS_APART_MIN: SignedDuration = SignedDuration::from_mins(1);

/// A sealed row, its seal, and the installation's signature over both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHead {
    /// The row's position in the log.
    pub seq: i64,
    /// Its seal.
    pub hash: [u8; 32],
    /// When the head was signed.
    pub at: Timestamp,
    signature: Vec<u8>,
}

/// A head as one line of JSON; octets in base64.
#[derive(Serialize, Deserialize)]
struct HeadLine {
    row: i64,
    hash: String,
    at: Timestamp,
    signature: String,
}

impl SignedHead {
    /// The head as one line of JSON, without a line break.
    pub fn to_line(&self) -> Result<String, Unavailable> {
        Ok(serde_json::to_string(&HeadLine {
            row: self.seq,
            hash: STANDARD.encode(self.hash),
            at: self.at,
            signature: STANDARD.encode(&self.signature),
        })?)
    }

    /// Reads a line with the form of a head; its signature is not checked yet.
    pub fn from_line(line: &str) -> Option<Self> {
        let HeadLine { row, hash, at, signature } = serde_json::from_str(line).ok()?;
        let hash = STANDARD.decode(hash).ok()?.try_into().ok()?;
        Some(Self { seq: row, hash, at, signature: STANDARD.decode(signature).ok()? })
    }

    /// Whether the head contradicts this sealed row.
    fn differs_from(&self, head: &AuditHead) -> bool {
        (self.seq, self.hash) != (head.seq, head.hash)
    }
}

/// The bytes that are signed: no two heads give the same bytes, and no other signed value looks like them.
fn signed_text(seq: i64, hash: &[u8; 32], at: Timestamp) -> String {
    format!("sekisho audit head\nrow={seq}\nhash={}\nat={at}\n", STANDARD.encode(hash))
}

/// Lines from the place where heads are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WrittenHeads {
    /// Lines with the form of a head.
    pub heads: Vec<SignedHead>,
    /// The number of other lines, such as one that a power failure cut off.
    pub unreadable: u64,
}

impl WrittenHeads {
    /// Reads lines; empty lines are skipped.
    pub fn parse(text: &str) -> Self {
        let mut written = Self::default();
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            match SignedHead::from_line(line) {
                Some(head) => written.heads.push(head),
                None => written.unreadable += 1,
            }
        }
        written
    }
}

/// Whether a new head is due after the `last` one.
fn is_due(last: Option<&SignedHead>, head: &AuditHead, now: Timestamp) -> bool {
    last.is_none_or(|last| {
        // A clock that was set back must not silence the log until the old time comes again.
        let apart = now.duration_since(last.at).abs() >= HEADS_APART_MIN;
        apart && last.differs_from(head)
    })
}

/// Signs heads, and checks its own signatures.
#[derive(Clone)]
pub struct HeadSigner {
    core: Core,
    key: KeptKey,
}

impl HeadSigner {
    /// `key` signs heads.
    pub(crate) fn new(core: &Core, key: KeptKey) -> Self {
        Self { core: core.clone(), key }
    }

    /// The log's newest head, signed, if one is due after the `last` written one.
    pub async fn due_audit_head(&self, last: Option<&SignedHead>) -> Result<Option<SignedHead>, Unavailable> {
        let head = self.core.read().await?.audit_head().await?;
        match head.filter(|head| is_due(last, head, self.core.now())) {
            Some(head) => Ok(Some(self.sign_audit_head(&head).await?)),
            None => Ok(None),
        }
    }

    /// The log's newest head, signed, for the end of a process; `None` if the `last` head names the same row.
    pub async fn last_audit_head(
        &self,
        last: Option<&SignedHead>,
    ) -> Result<Option<SignedHead>, Unavailable> {
        let head = self.core.read().await?.audit_head().await?;
        match head.filter(|head| last.is_none_or(|last| last.differs_from(head))) {
            Some(head) => Ok(Some(self.sign_audit_head(&head).await?)),
            None => Ok(None),
        }
    }

    async fn sign_audit_head(&self, head: &AuditHead) -> Result<SignedHead, Unavailable> {
        let (seq, hash, at) = (head.seq, head.hash, self.core.now());
        let key = self.key.open().await?;
        let signature = key.sign(signed_text(seq, &hash, at).as_bytes())?;
        Ok(SignedHead { seq, hash, at, signature })
    }

    /// The heads with this installation's signature, by row, and the first head without it.
    pub(crate) async fn judge_audit_heads(
        &self,
        heads: Vec<SignedHead>,
    ) -> Result<(Vec<SignedHead>, Option<SignedHead>), Unavailable> {
        let key = self.key.open().await?;
        let judged = tokio::task::spawn_blocking(move || {
            let (public, algorithm) = (key.public_key(), key.signature_algorithm());
            let (mut ours, others): (Vec<_>, Vec<_>) = heads.into_iter().partition(|head| {
                let text = signed_text(head.seq, &head.hash, head.at);
                public.verify(text.as_bytes(), &head.signature, algorithm).is_ok()
            });
            ours.sort_by_key(|head| head.seq);
            (ours, others.into_iter().next())
        });
        judged.await.map_err(Unavailable::because)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(seq: i64, at: Timestamp) -> SignedHead {
        SignedHead { seq, hash: [7; 32], at, signature: vec![1, 2, 3] }
    }

    #[test]
    fn a_line_reads_back_and_a_torn_one_is_counted() {
        let head = head(5, Timestamp::UNIX_EPOCH);
        let line = head.to_line().unwrap();
        assert_eq!(SignedHead::from_line(&line), Some(head.clone()));
        let text = format!("{}\n{line}\n\n", &line[..line.len() / 2]);
        assert_eq!(WrittenHeads::parse(&text), WrittenHeads { heads: vec![head], unreadable: 1 });
    }

    #[test]
    fn a_head_is_told_when_there_is_news_and_not_more_often_than_its_pace() {
        let start = Timestamp::UNIX_EPOCH;
        let (same, news) = (AuditHead { seq: 5, hash: [7; 32] }, AuditHead { seq: 6, hash: [8; 32] });
        let last = head(5, start);
        assert!(is_due(None, &same, start));
        assert!(!is_due(Some(&last), &news, start + HEADS_APART_MIN - SignedDuration::from_millis(1)));
        assert!(is_due(Some(&last), &news, start + HEADS_APART_MIN));
        assert!(!is_due(Some(&last), &same, start + HEADS_APART_MIN * 100));
        assert!(is_due(Some(&last), &news, start - HEADS_APART_MIN), "the clock was set back");
    }
}
