//! Mail into files instead of to people: `up` and the tests read them.

use super::{MailTransport, SendError};
use lettre::Message;
use std::path::PathBuf;

/// Writes each message to `DIR/{message id}.eml`; a second sending overwrites it.
#[derive(Debug, Clone)]
pub struct CaptureTransport {
    folder: PathBuf,
}

impl CaptureTransport {
    /// A transport into this folder, which must exist.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

#[async_trait::async_trait]
impl MailTransport for CaptureTransport {
    async fn send(&self, message: Message) -> Result<(), SendError> {
        let id = message.headers().get_raw("Message-ID").unwrap_or("unnamed");
        let name: String =
            id.chars().take_while(|c| *c != '@').filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        let path = self.folder.join(format!("{name}.eml"));
        let unfinished = self.folder.join(format!(".{name}.tmp"));
        let temporary = |error: std::io::Error| SendError::Temporary(format!("{}: {error}", path.display()));
        tokio::fs::write(&unfinished, message.formatted()).await.map_err(temporary)?;
        tokio::fs::rename(&unfinished, &path).await.map_err(temporary)
    }

    fn leaves(&self) -> bool {
        false
    }
}
