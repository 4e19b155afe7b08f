//! The transport of mail, and captured mail for `/outbox`.

use crate::{config::MailTransportKeys as Way, letter::ReadMail};
use async_trait::async_trait;
use authority::mail::{
    MailTransport,
    capture::CaptureTransport,
    smtp::{SmtpSettings, SmtpSettingsError, SmtpTransport},
};
use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};
use web::captured_mail::{CapturedHead, CapturedMail, CapturedMailError, CapturedText};

/// The transport of a configuration.
pub(super) fn transport(way: &Way) -> Result<Arc<dyn MailTransport>, SmtpSettingsError> {
    Ok(match way {
        Way::Folder(folder) => Arc::new(CaptureTransport::new(folder.clone())),
        Way::Smtp(smtp) => Arc::new(SmtpTransport::new(SmtpSettings {
            host: smtp.host.clone(),
            port: smtp.port,
            security: smtp.security,
            credentials: smtp.username.clone().zip(smtp.password.clone()),
            extra_ca_pem: None,
            hello_name: smtp.hello_name.clone(),
            connections: smtp.connections,
        })?),
    })
}

/// Mail captured into a folder. The names of the files sort by the time of writing.
pub(super) struct CapturedFolder(PathBuf);

impl CapturedFolder {
    /// The captured mail of this folder.
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let is_mail = path.extension().is_some_and(|extension| extension == "eml");
            if is_mail && !path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b".")) {
                files.push(path);
            }
        }
        files.sort();
        Ok(files)
    }

    fn letter(path: &Path, index: usize) -> io::Result<CapturedText> {
        let letter = ReadMail::read(&std::fs::read(path)?);
        let written = std::fs::metadata(path)?.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let head = CapturedHead {
            number: u32::try_from(index + 1).unwrap_or(u32::MAX),
            to: letter.to,
            subject: letter.subject,
            at: written.try_into().unwrap_or(jiff::Timestamp::UNIX_EPOCH),
        };
        Ok(CapturedText { head, from: letter.from, text: letter.text })
    }
}

/// Runs file work on a separate thread.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, CapturedMailError> {
    let done = tokio::task::spawn_blocking(work).await;
    let done = done.unwrap_or_else(|panicked| Err(io::Error::other(panicked)));
    done.map_err(|error| CapturedMailError(error.into()))
}

#[async_trait]
impl CapturedMail for CapturedFolder {
    async fn newest(&self, count_max: u32) -> Result<Vec<CapturedHead>, CapturedMailError> {
        let folder = self.0.clone();
        aside(move || {
            let files = Self::files(&folder)?;
            let newest = files.iter().enumerate().rev().take(count_max as usize);
            newest.map(|(index, path)| Self::letter(path, index).map(|mail| mail.head)).collect()
        })
        .await
    }

    async fn read(&self, number: u32) -> Result<Option<CapturedText>, CapturedMailError> {
        let folder = self.0.clone();
        aside(move || {
            let Some(index) = (number as usize).checked_sub(1) else { return Ok(None) };
            let files = Self::files(&folder)?;
            files.get(index).map(|path| Self::letter(path, index)).transpose()
        })
        .await
    }
}
