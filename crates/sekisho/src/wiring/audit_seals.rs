//! Seals the audit log, half a second behind it, and tells its signed heads: into the file outside the
//! database and into the log, from where a log shipper takes them further away.

use crate::audit_heads_file::{AuditHeadsFile, AuditHeadsFileError};
use authority::{
    Authority, Unavailable,
    audit_heads::{HEADS_APART_MIN, SignedHead},
};
use domain::time::Timestamp;
use std::time::Duration;
use store::StoreError;
use tokio::{
    sync::Mutex,
    time::{sleep, timeout},
};

/// How often the log is looked at for rows to seal.
const SEAL_INTERVAL: Duration = Duration::from_millis(500);
/// How long the end of the process waits for the last seals and the last head.
const END_TIMEOUT: Duration = Duration::from_secs(5);
/// Letters that tell this process from others that could seal.
const HOLDER_LETTERS: usize = 12;

/// The worker's state.
pub(super) struct AuditSeals {
    authority: Authority,
    file: AuditHeadsFile,
    holder: String,
    told: Mutex<Told>,
}

struct Told {
    /// The newest head in the file.
    last: Option<SignedHead>,
    /// When the file took no head, for a pause until the next attempt.
    failed_at: Option<Timestamp>,
}

/// Why sealing cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginSealsError {
    /// The file of the heads.
    #[error(transparent)]
    File(#[from] AuditHeadsFileError),
    /// The database.
    #[error("database: {0}")]
    Store(#[from] StoreError),
}

impl AuditSeals {
    /// Continues where the file ends; makes it if there is none.
    pub(super) async fn continuing(
        authority: &Authority,
        file: AuditHeadsFile,
    ) -> Result<Self, BeginSealsError> {
        let written = file.read()?;
        if written.is_none() && authority.store().read().await?.audit_head().await?.is_some() {
            let path = file.path().display();
            tracing::warn!(%path, "the heads of the audit log are gone; a new file begins");
        }
        file.ensure()?;
        let last = written.and_then(|mut written| written.heads.pop());
        let holder = domain::password::random_letters(HOLDER_LETTERS, &mut *authority.rng());
        let told = Mutex::new(Told { last, failed_at: None });
        Ok(Self { authority: authority.clone(), file, holder, told })
    }

    /// Seals and tells, on and on.
    pub(super) async fn run(&self) -> Result<(), Unavailable> {
        loop {
            self.authority.seal_audit_log(&self.holder).await?;
            let mut told = self.told.lock().await;
            if !self.pauses(&told)
                && let Some(head) = self.authority.due_audit_head(told.last.as_ref()).await?
            {
                self.tell(&mut told, head).await?;
            }
            drop(told);
            sleep(SEAL_INTERVAL).await;
        }
    }

    /// Seals what is left, tells the last head, and leaves the sealing to others.
    pub(super) async fn end(&self) {
        match timeout(END_TIMEOUT, self.seal_the_rest()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "the audit log's end is not sealed");
            }
            Err(_) => tracing::warn!("the audit log's end is not sealed: the database does not answer"),
        }
    }

    async fn seal_the_rest(&self) -> Result<(), Unavailable> {
        self.authority.seal_audit_log(&self.holder).await?;
        self.authority.leave_sealing(&self.holder).await?;
        let mut told = self.told.lock().await;
        if let Some(head) = self.authority.last_audit_head(told.last.as_ref()).await? {
            self.tell(&mut told, head).await?;
        }
        Ok(())
    }

    fn pauses(&self, told: &Told) -> bool {
        told.failed_at.is_some_and(|at| self.authority.now().duration_since(at).abs() < HEADS_APART_MIN)
    }

    async fn tell(&self, told: &mut Told, head: SignedHead) -> Result<(), Unavailable> {
        if let Some(last) = told.last.as_ref().filter(|last| last.seq > head.seq) {
            tracing::error!(
                row = head.seq,
                signed_row = last.seq,
                "the audit log ends before a row whose head was signed; run \"sekisho audit verify\""
            );
        }
        let line = head.to_line()?;
        tracing::info!(head = line, "audit head");
        let file = self.file.clone();
        let added = tokio::task::spawn_blocking(move || file.add(&line)).await;
        let failure = match added {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        if let Some(reason) = failure {
            tracing::error!(reason, "the audit log's head is not kept; will be tried again");
            told.failed_at = Some(self.authority.now());
            return Ok(());
        }
        *told = Told { last: Some(head), failed_at: None };
        Ok(())
    }
}
