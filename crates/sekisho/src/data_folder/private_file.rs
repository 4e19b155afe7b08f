//! Files for their owner alone, never seen half-written.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};
use tempfile::{Builder, NamedTempFile};

/// The suffix of a file that is not complete yet.
pub(crate) const UNFINISHED_SUFFIX: &str = ".new";

/// Writes a file of mode 0600. The file is first written beside its place under a separate name, then moved
/// there, so that a crash leaves either the old or the new contents. The contents are on disk when this
/// returns.
pub fn write_private(path: &Path, contents: &[u8]) -> io::Result<()> {
    Unfinished::write(path, contents)?.finish()
}

/// A file that is written and not yet in its place; it is removed when dropped.
pub(crate) struct Unfinished<'a> {
    file: NamedTempFile,
    path: &'a Path,
}

impl<'a> Unfinished<'a> {
    /// Writes the file beside its place, to disk.
    pub(crate) fn write(path: &'a Path, contents: &[u8]) -> io::Result<Self> {
        let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let mut prefix = name.to_owned();
        prefix.push(".");
        let mode = fs::Permissions::from_mode(0o600);
        let mut builder = Builder::new();
        builder.prefix(&prefix).suffix(UNFINISHED_SUFFIX).permissions(mode);
        let mut file = builder.tempfile_in(folder_of(path))?;
        file.write_all(contents)?;
        file.as_file().sync_all()?;
        Ok(Self { file, path })
    }

    /// Moves the file to its place.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.file.persist(self.path).map_err(|refused| refused.error)?;
        fs::File::open(folder_of(self.path))?.sync_all()
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The accounts that may read a file with a secret.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Readers {
    /// Its owner alone.
    Owner,
    /// Its group, too: keys of root are often given to a service in this way.
    OwnerAndGroup,
}

impl Readers {
    /// Why the file's mode is refused, and the way out.
    pub(crate) fn refuse(self, path: &Path) -> Option<String> {
        // A missing or unreadable file is reported by its reader.
        let mode = fs::metadata(path).ok()?.permissions().mode() & 0o777;
        let (too_much, cure) = match self {
            Self::Owner => (mode & 0o077, "600"),
            Self::OwnerAndGroup => (mode & 0o037, if mode & 0o040 == 0 { "600" } else { "640" }),
        };
        let shown = path.display();
        (too_much != 0).then(|| {
            format!("{shown}: holds a secret, and others may read or write it (mode {mode:04o}); run \"chmod {cure} {shown}\"")
        })
    }
}
