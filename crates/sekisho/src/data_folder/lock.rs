//! One process at a time in a data folder.

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

/// A lock file that root made must not keep the service's own account out.
fn give_to_owner_of(folder: &Path, file: &File) {
    let (Ok(folder), Ok(own)) = (folder.metadata(), file.metadata()) else { return };
    if folder.uid() != own.uid()
        && let Err(error) = fchown(file, Some(folder.uid()), Some(folder.gid()))
    {
        tracing::debug!(%error, "lock file");
    }
}

impl FolderLock {
    /// Takes the lock of the folder, without waiting.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let refused = |source| LockError::Refused { path: folder.to_owned(), source };
        let open =
            OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(folder.join("lock"));
        let file = open.map_err(refused)?;
        give_to_owner_of(folder, &file);
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(LockError::Held { path: folder.to_owned() }),
            Err(TryLockError::Error(source)) => Err(refused(source)),
        }
    }
}
