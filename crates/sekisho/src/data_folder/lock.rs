//! One process at a time in a data folder.

use rustix::fs::OFlags;
use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    os::unix::fs::{MetadataExt, OpenOptionsExt, fchown},
    path::{Path, PathBuf},
};

/// The folder's lock, held until dropped; the system lets go of it if the process dies.
#[derive(Debug)]
pub struct FolderLock(#[allow(dead_code, reason = "holding the open file is the lock")] File);

/// Why the lock could not be had.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process holds it.
    #[error(
        "data folder {path}: another sekisho is working in it; stop that one first, or name another folder with --data or data_folder"
    )]
    Held {
        /// The folder.
        path: PathBuf,
    },
    /// The lock file could not be opened.
    #[error(
        "data folder {path}: {source}; make it writable for this account, or name another one with --data"
    )]
    Refused {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Opens the lock file, or makes it. A link is not followed and only a file made here changes hands: the
/// folder's owner may be another account than ours, and must not get a file of ours that it points at.
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

/// A lock file that root made must not keep the service's own account out.
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
}
