//! The folder that holds an installation of `sekisho up`: created once, locked while in use.
//!
//! **Invariant:** `installation.json` is written last, by a rename, so a folder with this file was set up
//! completely; a folder with other files and without this one was not, and is never continued. **Invariant:**
//! a first start writes its mark before anything else, so an error calls a folder removable only if this
//! program filled it and has handed out nothing. A foreign folder is never written to. **Invariant:** one
//! process at a time works in a folder ([`FolderLock`]). **Invariant:** the folder is for its owner alone
//! (0700), and so is every file with a secret (0600).
//!
//! Read next: `key_file` (the key-encryption key), [`crate::up`] (the first start, which fills the folder).

mod key_file;
mod lock;
mod private_file;
#[cfg(test)]
mod tests;

pub use key_file::{KEY_ENCRYPTION_KEY_BYTES, KeyFileError, create_key, read_key};
pub use lock::{FolderLock, LockError};
pub use private_file::write_private;
pub(crate) use private_file::{Readers, UNFINISHED_SUFFIX, Unfinished};

use serde::{Deserialize, Serialize};
use std::{
    fs, io,
    os::unix::fs::{DirBuilderExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// The default data folder.
pub const DATA_FOLDER_DEFAULT: &str = "./sekisho-data";
/// The database in the data folder.
pub const DATABASE_NAME: &str = "sekisho.sqlite";
/// The key-encryption key in the data folder.
pub const KEY_NAME: &str = "key-encryption-key";
/// The first operator's certificate with its key (only under `up`).
pub const OPERATOR_FILE: &str = "operator.p12";
/// Marks a first start that has begun and not ended.
const FIRST_START_MARK: &str = "first-start-began";
/// The layout that this binary writes and understands.
const FORMAT: u32 = 1;
/// The most found names in a message.
const NAMES_TOLD_MAX: usize = 5;

/// The contents of `installation.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstallationFile {
    /// The folder's layout.
    pub format: u32,
    /// When the folder was set up.
    pub created_at: jiff::Timestamp,
    /// Port of the public site at the last start.
    pub public_port: u16,
    /// Port of the gate at the last start.
    pub gate_port: u16,
}

/// Why a folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// Its first start did not end.
    #[error(
        "data folder {path}: its first start was interrupted before anything was handed out; remove the folder \
         and start again, or name another one with --data"
    )]
    HalfMade { path: PathBuf },
    /// The folder holds an installation without its `installation.json`.
    #[error(
        "data folder {path}: holds an installation whose installation.json is missing; restore it from a copy of \
         the folder, or name another one with --data"
    )]
    NoMark { path: PathBuf },
    /// The folder holds files of other programs.
    #[error(
        "data folder {path}: is not empty ({found}) and holds no installation of sekisho; name an empty or a new \
         folder with --data"
    )]
    Foreign {
        path: PathBuf,
        /// The found names.
        found: String,
    },
    /// Another version made the folder.
    #[error(
        "data folder {path}: has layout {format}, this sekisho knows layout {FORMAT}; use the version that made it"
    )]
    OtherFormat { path: PathBuf, format: u32 },
    /// `installation.json` cannot be read.
    #[error(
        "data folder {path}: installation.json is damaged ({source}); restore it from a copy of the folder"
    )]
    Damaged { path: PathBuf, source: serde_json::Error },
    /// The folder was set up completely, and its database is missing.
    #[error(
        "data folder {path}: was set up on {created_at} and its {DATABASE_NAME} is missing; restore it from a \
         copy of the folder, or name another one with --data"
    )]
    NoDatabase {
        path: PathBuf,
        /// When it was set up.
        created_at: jiff::Timestamp,
    },
    /// The system refused access.
    #[error(
        "data folder {path}: {source}; make it writable for this account, or name another one with --data"
    )]
    Refused { path: PathBuf, source: io::Error },
    /// Another process works in the folder.
    #[error(transparent)]
    Lock(#[from] LockError),
}

impl lock::LockHeld for DataFolderError {
    fn is_held(&self) -> bool {
        matches!(self, Self::Lock(error) if error.is_held())
    }
}

/// The progress of the folder's first start.
#[derive(Debug, PartialEq, Eq)]
pub enum FolderState {
    /// The folder is empty.
    New,
    /// The folder is set up.
    Made(InstallationFile),
}

/// An open data folder, locked for this process.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    state: FolderState,
    _lock: FolderLock,
}

impl DataFolder {
    /// Opens the folder, creates it if it is missing, and takes its lock; a foreign folder is not even locked.
    pub fn open(path: &Path) -> Result<Self, DataFolderError> {
        let refused = |source| DataFolderError::Refused { path: path.to_owned(), source };
        if !path.exists() {
            fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(refused)?;
        }
        if let Err(foreign @ DataFolderError::Foreign { .. }) = state(path) {
            return Err(foreign);
        }
        let lock = FolderLock::take(path)?;
        let state = state(path)?;
        if state == FolderState::New {
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(refused)?;
        }
        // The process may have been started with a relative path and may later change its folder.
        let path = path.canonicalize().map_err(refused)?;
        Ok(Self { path, state, _lock: lock })
    }

    /// Like `open`, for a server, which waits for commands that work in the folder.
    pub async fn open_after_commands(path: &Path) -> Result<Self, DataFolderError> {
        lock::after_commands(path, || Self::open(path)).await
    }

    /// The progress of its first start.
    pub fn state(&self) -> &FolderState {
        &self.state
    }

    /// Its absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path of a name below it.
    pub fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Marks the beginning of a first start. The folder must be empty.
    pub fn begin_first_start(&self) -> Result<(), DataFolderError> {
        let refused = |source| DataFolderError::Refused { path: self.path.clone(), source };
        write_private(&self.join(FIRST_START_MARK), b"").map_err(refused)
    }

    /// Marks the first start as done, or notes the ports of a later start. All other files must be on disk by now.
    pub fn mark(
        &mut self,
        now: jiff::Timestamp,
        public_port: u16,
        gate_port: u16,
    ) -> Result<(), DataFolderError> {
        let created_at = match &self.state {
            FolderState::New => now,
            FolderState::Made(made) => made.created_at,
        };
        let installation = InstallationFile { format: FORMAT, created_at, public_port, gate_port };
        let refused = |source| DataFolderError::Refused { path: self.path.clone(), source };
        let text = serde_json::to_string_pretty(&installation).map_err(io::Error::from).map_err(refused)?;
        write_private(&self.join("installation.json"), text.as_bytes()).map_err(refused)?;
        match fs::remove_file(self.join(FIRST_START_MARK)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(refused(error)),
            _ => {}
        }
        self.state = FolderState::Made(installation);
        Ok(())
    }
}

/// Files that may exist before anything of value does.
const NOT_YET_ANYTHING: [&str; 2] = ["lock", "sekisho.sock"];
/// Each of these files shows that there is an installation, which is lost without them.
const SIGNS_OF_OURS: [&str; 2] = [DATABASE_NAME, KEY_NAME];

fn state(path: &Path) -> Result<FolderState, DataFolderError> {
    let refused = |source| DataFolderError::Refused { path: path.to_owned(), source };
    match fs::read(path.join("installation.json")) {
        Ok(bytes) => {
            let installation: InstallationFile = serde_json::from_slice(&bytes)
                .map_err(|source| DataFolderError::Damaged { path: path.to_owned(), source })?;
            if installation.format != FORMAT {
                return Err(DataFolderError::OtherFormat {
                    path: path.to_owned(),
                    format: installation.format,
                });
            }
            if !path.join(DATABASE_NAME).exists() {
                // An empty database would look like a new installation, whose certificates differ from the old ones.
                let created_at = installation.created_at;
                return Err(DataFolderError::NoDatabase { path: path.to_owned(), created_at });
            }
            return Ok(FolderState::Made(installation));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(refused(error)),
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(refused)? {
        let name = entry.map_err(refused)?.file_name().to_string_lossy().into_owned();
        if !NOT_YET_ANYTHING.contains(&name.as_str()) && !is_unfinished_mark(&name) {
            names.push(name);
        }
    }
    if names.is_empty() {
        return Ok(FolderState::New);
    }
    let has = |name: &str| names.iter().any(|found| found == name);
    let path = path.to_owned();
    Err(if has(FIRST_START_MARK) {
        DataFolderError::HalfMade { path }
    } else if SIGNS_OF_OURS.into_iter().any(has) {
        DataFolderError::NoMark { path }
    } else {
        DataFolderError::Foreign { path, found: listed(names) }
    })
}

/// Whether the name is that of a half-written mark of a first start: a separate name, or that of an earlier release.
fn is_unfinished_mark(name: &str) -> bool {
    name.strip_prefix(FIRST_START_MARK).is_some_and(|rest| rest.ends_with(UNFINISHED_SUFFIX))
}

fn listed(mut names: Vec<String>) -> String {
    names.sort();
    let more = names.len().saturating_sub(NAMES_TOLD_MAX);
    names.truncate(NAMES_TOLD_MAX);
    let names = names.join(", ");
    if more > 0 { format!("{names} and {more} more") } else { names }
}
