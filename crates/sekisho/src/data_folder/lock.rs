//! One process at a time in a data folder.

use crate::control::is_served;
use rustix::fs::OFlags;
use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{MetadataExt, OpenOptionsExt, fchown},
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How long a server waits at its start for commands that work in the folder.
const COMMAND_WAIT_MAX: Duration = Duration::from_secs(20);
/// How often the server checks whether they have ended.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// The folder's lock, held until dropped; the system releases it if the process dies.
#[derive(Debug)]
pub struct FolderLock(#[allow(dead_code, reason = "holding the open file is the lock")] File);

/// Why the lock could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error(
        "data folder {path}: another sekisho is working in it; stop that one first, or name another folder with --data or data_folder"
    )]
    Held { path: PathBuf },
    /// The lock file could not be opened.
    #[error(
        "data folder {path}: {source}; make it writable for this account, or name another one with --data"
    )]
    Refused { path: PathBuf, source: io::Error },
}

/// Opens the lock file, or creates it. A link is not followed, and only a file created here changes its
/// owner: the folder's owner may be another account, and must not get a file of this account through a link.
fn open(folder: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600).custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
    let path = folder.join("lock");
    match options.clone().create_new(true).open(&path) {
        Ok(made) => {
            give_to_owner_of(folder, &made);
            Ok(made)
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(&path),
        Err(error) => Err(error),
    }
}

/// Gives a lock file that root created to the folder's owner, so that it does not keep the service's own account out.
fn give_to_owner_of(folder: &Path, made: &File) {
    let (Ok(folder), Ok(own)) = (folder.metadata(), made.metadata()) else { return };
    if folder.uid() != own.uid()
        && let Err(error) = fchown(made, Some(folder.uid()), Some(folder.gid()))
    {
        tracing::debug!(%error, "lock file");
    }
}

impl FolderLock {
    /// Takes the lock of the folder, without waiting.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let refused = |source| LockError::Refused { path: folder.to_owned(), source };
        let file = open(folder).map_err(refused)?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(LockError::Held { path: folder.to_owned() }),
            Err(TryLockError::Error(source)) => Err(refused(source)),
        }
    }

    /// Like `take`, for a server, which waits for commands that work in the folder because they end soon.
    /// Another server does not end, so the call then fails at once.
    pub async fn take_after_commands(folder: &Path) -> Result<Self, LockError> {
        after_commands(folder, || Self::take(folder)).await
    }
}

/// Tries to take the folder's lock with `take` until no command holds it.
pub(super) async fn after_commands<T, E: LockHeld>(
    folder: &Path,
    take: impl Fn() -> Result<T, E>,
) -> Result<T, E> {
    let end = Instant::now() + COMMAND_WAIT_MAX;
    loop {
        match take() {
            Err(error) if error.is_held() && Instant::now() < end && !is_served(folder).await => {
                sleep(LOOK_INTERVAL).await;
            }
            taken => return taken,
        }
    }
}

/// Whether an error means that another process holds the lock.
pub(super) trait LockHeld {
    fn is_held(&self) -> bool;
}

impl LockHeld for LockError {
    fn is_held(&self) -> bool {
        matches!(self, Self::Held { .. })
    }
}
