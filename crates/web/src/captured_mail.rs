//! Captured mail, readable at `/outbox` on an installation for trials.

use async_trait::async_trait;
use domain::time::Timestamp;

/// One captured mail, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedHead {
    /// Its number, counting from 1 in the order of sending.
    pub number: u32,
    pub to: String,
    /// Subject, decoded.
    pub subject: String,
    /// When it was sent.
    pub at: Timestamp,
}

/// One captured mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedText {
    /// The entry in the list.
    pub head: CapturedHead,
    /// Sender, name and address.
    pub from: String,
    /// The text part, decoded.
    pub text: String,
}

/// Why captured mail cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("captured mail cannot be read")]
pub struct CapturedMailError(#[source] pub Box<dyn std::error::Error + Send + Sync>);

/// The source of captured mail; the binary wires it, and only under `up`.
#[async_trait]
pub trait CapturedMail: Send + Sync {
    /// The newest mails, newest first, at most `count_max`.
    async fn newest(&self, count_max: u32) -> Result<Vec<CapturedHead>, CapturedMailError>;

    /// The mail with that number; `None` if there is none.
    async fn read(&self, number: u32) -> Result<Option<CapturedText>, CapturedMailError>;
}
