//! The duty that writes the audit log's signed heads into the file outside the database and into the log,
//! from where a log shipper takes them further away.

use crate::audit_heads_file::{AuditHeadsFile, AuditHeadsFileError};
use authority::{
    Authority, Unavailable,
    audit_heads::{HeadSigner, SignedHead},
    duties::{By, Duty, Plan, Run},
};
use std::time::Duration;
use tokio::{sync::Mutex, time::timeout};

/// How long the end of the process waits for the last seals and the last head.
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// The duty, and its written heads.
pub(crate) struct AuditHeads {
    file: AuditHeadsFile,
    signer: HeadSigner,
    heads: Mutex<NewestHeads>,
}

/// Why the duty cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginHeadsError {
    #[error(transparent)]
    File(#[from] AuditHeadsFileError),
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

#[derive(Default)]
struct NewestHeads {
    /// The newest head in the file.
    last: Option<SignedHead>,
    /// A newer head that is in the log and not yet in the file.
    unkept: Option<SignedHead>,
}

impl NewestHeads {
    fn newest(&self) -> Option<&SignedHead> {
        self.unkept.as_ref().or(self.last.as_ref())
    }

    /// Writes a new head into the log, even if the file fails.
    fn log(&mut self, head: SignedHead) -> Result<(), Unavailable> {
        if let Some(newest) = self.newest().filter(|newest| newest.seq > head.seq) {
            tracing::error!(
                row = head.seq,
                signed_row = newest.seq,
                "the audit log ends before a row whose head was signed; run \"sekisho audit verify\""
            );
        }
        tracing::info!(head = head.to_line()?, "audit head");
        self.unkept = Some(head);
        Ok(())
    }
}

#[async_trait::async_trait]
impl Duty for AuditHeads {
    fn plan(&self) -> Plan {
        // Each process has a file of its own.
        let (period, gathers) = (Duration::from_secs(1), Duration::ZERO);
        Plan { name: "tell-audit-heads", period, gathers, by: By::EachProcess }
    }

    async fn run(&self) -> Result<Run, Unavailable> {
        let mut heads = self.heads.lock().await;
        if let Some(head) = self.signer.due_audit_head(heads.newest()).await? {
            heads.log(head)?;
        }
        self.keep(&mut heads).await
    }
}

impl AuditHeads {
    /// The duty for a file that is not read yet.
    pub(crate) fn over(file: AuditHeadsFile, signer: &HeadSigner) -> Self {
        Self { file, signer: signer.clone(), heads: Mutex::default() }
    }

    /// Continues after the last head of the file; creates a missing file.
    pub(super) async fn begin(&self, authority: &Authority) -> Result<(), BeginHeadsError> {
        let written = self.file.read()?;
        if written.is_none() && authority.audit_log().is_sealed().await? {
            let path = self.file.path().display();
            tracing::warn!(%path, "the heads of the audit log are gone; a new file begins");
        }
        self.file.ensure()?;
        self.heads.lock().await.last = written.and_then(|mut written| written.heads.pop());
        Ok(())
    }

    /// Seals the remaining rows, leaves the sealing to other processes, and writes the last head.
    pub(super) async fn end(&self, authority: &Authority) {
        match timeout(END_TIMEOUT, self.tell_the_last(authority)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the audit log's end is not sealed");
            }
            Err(_) => tracing::warn!("the audit log's end is not sealed: the database does not answer"),
        }
    }

    async fn tell_the_last(&self, authority: &Authority) -> Result<(), Unavailable> {
        let duties = authority.duties();
        duties.seal_audit_log(duties.process()).await?;
        duties.leave_sealing(duties.process()).await?;
        let mut heads = self.heads.lock().await;
        if let Some(head) = self.signer.last_audit_head(heads.newest()).await? {
            heads.log(head)?;
        }
        self.keep(&mut heads).await.map(|_| ())
    }

    async fn keep(&self, heads: &mut NewestHeads) -> Result<Run, Unavailable> {
        let Some(head) = &heads.unkept else { return Ok(Run::default()) };
        let (file, line) = (self.file.clone(), head.to_line()?);
        let added = tokio::task::spawn_blocking(move || file.add(&line)).await;
        added.map_err(Unavailable::because)?.map_err(Unavailable::because)?;
        heads.last = heads.unkept.take();
        Ok(Run::of(1_u64))
    }
}
