//! The key-encryption key: a file of 32 random bytes that only its owner can read.

use super::write_private;
use rand_core::CryptoRng;
use std::{
    fs, io,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};
use zeroize::Zeroizing;

/// The length of the key.
pub const KEY_ENCRYPTION_KEY_BYTES: usize = 32;

/// Why the key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// The system refused access.
    #[error(
        "key-encryption key {path}: {source}; restore it from its copy: the database cannot be read without it"
    )]
    Unreadable { path: PathBuf, source: io::Error },
    /// Other accounts may read it.
    #[error("key-encryption key {path}: others can read it (mode {mode:04o}); run \"chmod 600 {path}\"")]
    Open { path: PathBuf, mode: u32 },
    /// The file is not a key.
    #[error(
        "key-encryption key {path}: has {bytes} bytes where {KEY_ENCRYPTION_KEY_BYTES} are needed; restore it from its copy"
    )]
    Length {
        path: PathBuf,
        /// Bytes found.
        bytes: usize,
    },
}

/// Draws a new key and writes it to `path`.
pub fn create_key(path: &Path, rng: &mut dyn CryptoRng) -> io::Result<()> {
    let mut key = Zeroizing::new([0; KEY_ENCRYPTION_KEY_BYTES]);
    rng.fill_bytes(key.as_mut_slice());
    write_private(path, key.as_slice())
}

/// Reads the key; refuses a file that others can read.
pub fn read_key(path: &Path) -> Result<Zeroizing<[u8; KEY_ENCRYPTION_KEY_BYTES]>, KeyFileError> {
    let unreadable = |source| KeyFileError::Unreadable { path: path.to_owned(), source };
    let mode = fs::metadata(path).map_err(unreadable)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Open { path: path.to_owned(), mode });
    }
    let bytes = Zeroizing::new(fs::read(path).map_err(unreadable)?);
    let key = <[u8; KEY_ENCRYPTION_KEY_BYTES]>::try_from(bytes.as_slice());
    key.map(Zeroizing::new).map_err(|_| KeyFileError::Length { path: path.to_owned(), bytes: bytes.len() })
}
