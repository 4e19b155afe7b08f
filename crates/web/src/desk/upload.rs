//! A file on its way in: read after the grant, into a file of ours, few at a time.
//!
//! **Invariant:** of a file no more than a piece lies in memory while it comes; one file a tenant, two a process.
//! **Invariant:** the file has no name and is its owner's alone: it vanishes with its last reader, or with the process.

use super::{Desk, visit::Allowed};
use crate::{
    body_limit::{self, UPLOAD_FORM_BYTES_MAX},
    failure::Failure,
    form_fields::refusal,
};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Multipart, Request, multipart::MultipartError},
};
use domain::{grant::Permission, id::TenantId, refusal::Problem};
use ground::{Entered, InFlight};
use std::{
    env,
    fs::File,
    io::{self, Read, Seek},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt,
    time::{Instant, timeout_at},
};

/// Files on their way in at a time, altogether.
const UPLOADS_MAX: usize = 2;
/// Of one tenant.
const UPLOADS_OF_TENANT_MAX: usize = 1;
/// How long a file may take before its pace counts: an ordinary one is there by then.
const GRACE: Duration = Duration::from_mins(1);
/// What it must have brought by then for each second, in bytes: a slow line's (256 kbit/s). Others wait for the turn.
const BYTES_PER_SECOND_MIN: u64 = 32 * 1024;

/// Where files come in.
#[derive(Clone)]
pub(super) struct Uploads {
    under_way: Arc<InFlight<TenantId>>,
    folder: Arc<PathBuf>,
}

impl Default for Uploads {
    fn default() -> Self {
        Self::into(env::temp_dir())
    }
}

impl Uploads {
    /// Files rest in this folder while they are read.
    pub(super) fn into(folder: PathBuf) -> Self {
        let under_way = InFlight::new(UPLOADS_MAX, UPLOADS_OF_TENANT_MAX);
        Self { under_way: Arc::new(under_way), folder: Arc::new(folder) }
    }
}

/// A file that has come.
pub(super) struct ReceivedFile {
    /// The name it had on the visitor's machine; to be shown, never used as a path.
    pub(super) name: String,
    file: File,
}

impl ReceivedFile {
    /// The whole file, which is then in memory. The next file waits until its reader is done.
    pub(super) fn read(mut self) -> io::Result<Vec<u8>> {
        self.file.rewind()?;
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }
}

/// What a form with a file is to its handler: who sent it, by which grant, and the file of the field `file`, if one was
/// chosen.
pub(super) struct Upload<A: Permission> {
    pub(super) allowed: Allowed<A>,
    pub(super) file: Option<ReceivedFile>,
    /// The tenant's turn, kept while the file is worked on.
    pub(super) turn: Entered<TenantId>,
}

impl<A: Permission + Send> FromRequest<Desk> for Upload<A> {
    type Rejection = Failure;

    async fn from_request(request: Request, desk: &Desk) -> Result<Self, Failure> {
        let (mut head, body) = request.into_parts();
        let allowed = Allowed::<A>::from_request_parts(&mut head, desk).await?;
        let request = Request::from_parts(head, body);
        let Some(turn) = desk.uploads.under_way.enter(allowed.visit.tenant_id()) else {
            return Err(body_limit::refuse(request, Failure::from(Problem::Busy)).await);
        };
        let request = body_limit::check(request, UPLOAD_FORM_BYTES_MAX).await?;
        let file = match Multipart::from_request(request, desk).await {
            Ok(parts) => receive(parts, &desk.uploads.folder).await?,
            // The form in another encoding: without a file.
            Err(_) => None,
        };
        Ok(Self { allowed, file, turn })
    }
}

/// How fast a file comes.
struct Pace {
    begun: Instant,
    bytes: u64,
}

impl Pace {
    fn begin() -> Self {
        Self { begun: Instant::now(), bytes: 0 }
    }

    /// The next piece, if it comes in time.
    async fn keep(
        &mut self,
        next: impl Future<Output = Result<Option<Bytes>, MultipartError>>,
    ) -> Result<Option<Bytes>, Failure> {
        let due = self.begun + GRACE + Duration::from_secs(self.bytes / BYTES_PER_SECOND_MIN);
        let piece = timeout_at(due, next).await.map_err(|_| Problem::RequestTimeout)?;
        let piece = piece.map_err(|error| refusal(&error))?;
        self.bytes += piece.as_ref().map_or(0, |piece| piece.len() as u64);
        Ok(piece)
    }
}

/// The first file of the field `file`; all else is read past.
async fn receive(mut parts: Multipart, folder: &Path) -> Result<Option<ReceivedFile>, Failure> {
    let (mut received, mut pace) = (None, Pace::begin());
    while let Some(mut part) = parts.next_field().await.map_err(|error| refusal(&error))? {
        // A browser sends an empty nameless part where no file was chosen.
        let name = part.file_name().filter(|name| !name.is_empty()).map(str::to_owned);
        let Some(name) = name.filter(|_| received.is_none() && part.name() == Some("file")) else { continue };
        let file = tempfile::tempfile_in(folder).map_err(Failure::broken)?;
        let mut file = tokio::fs::File::from_std(file);
        while let Some(piece) = pace.keep(part.chunk()).await? {
            file.write_all(&piece).await.map_err(Failure::broken)?;
        }
        file.flush().await.map_err(Failure::broken)?;
        received = Some(ReceivedFile { name, file: file.into_std().await });
    }
    Ok(received)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};

    fn begun_before(age: Duration, bytes: u64) -> Pace {
        Pace { begun: Instant::now().checked_sub(age).unwrap(), bytes }
    }

    #[tokio::test]
    async fn a_file_that_stops_gives_its_turn_to_the_next_one() {
        let stopped = begun_before(GRACE * 2, 0).keep(pending()).await;
        assert_eq!(stopped.unwrap_err(), Failure::from(Problem::RequestTimeout));
    }

    #[tokio::test]
    async fn a_file_that_is_on_its_way_may_take_its_time() {
        let mut pace = begun_before(GRACE * 3, BYTES_PER_SECOND_MIN * GRACE.as_secs() * 3);
        let piece = Bytes::from_static(b"piece");
        assert_eq!(pace.keep(ready(Ok(Some(piece.clone())))).await.unwrap(), Some(piece));
        assert!(begun_before(Duration::ZERO, 0).keep(ready(Ok(None))).await.unwrap().is_none());
    }
}
