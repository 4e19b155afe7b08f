//! The file with the audit log's signed heads, outside the database: one line for each head.
//!
//! **Invariant:** lines are only added, so that the file can be made append-only and copied line by line.

use authority::audit_heads::WrittenHeads;
use domain::refusal::{Problem, Refusal, Refuses};
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// The file's name in a data folder.
pub const AUDIT_HEADS_NAME: &str = "audit-heads.jsonl";

/// Why heads could not be read or kept.
#[derive(Debug, thiserror::Error)]
#[error(
    "audit heads {path}: {source}; make room and the file writable for this account, or name another one with audit_heads_file"
)]
pub struct AuditHeadsFileError {
    path: PathBuf,
    source: io::Error,
}

impl Refuses for AuditHeadsFileError {
    fn refusals(&self) -> Vec<Refusal> {
        vec![Problem::Internal.into()]
    }
}

/// The file, which need not exist yet.
#[derive(Debug, Clone)]
pub struct AuditHeadsFile {
    path: PathBuf,
}

impl AuditHeadsFile {
    /// The file at this path.
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The written heads; `None` if there is no such file.
    pub fn read(&self) -> Result<Option<WrittenHeads>, AuditHeadsFileError> {
        match std::fs::read(&self.path) {
            Ok(bytes) => Ok(Some(WrittenHeads::parse(&String::from_utf8_lossy(&bytes)))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(self.failed(source)),
        }
    }

    /// Creates the file, for its owner alone, if it is missing; fails if no line could be added to it.
    pub fn ensure(&self) -> Result<(), AuditHeadsFileError> {
        self.opened().map(drop).map_err(|source| self.failed(source))
    }

    /// Adds a line, which is on disk when this returns.
    pub fn add(&self, line: &str) -> Result<(), AuditHeadsFileError> {
        self.added(line).map_err(|source| self.failed(source))
    }

    fn added(&self, line: &str) -> io::Result<()> {
        let mut file = self.opened()?;
        let begun = if ends_within_a_line(&mut file)? { "\n" } else { "" };
        file.write_all(format!("{begun}{line}\n").as_bytes())?;
        file.sync_data()
    }

    fn opened(&self) -> io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).mode(0o600);
        match options.open(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let file = options.create(true).open(&self.path)?;
                let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
                File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
                Ok(file)
            }
            opened => opened,
        }
    }

    fn failed(&self, source: io::Error) -> AuditHeadsFileError {
        AuditHeadsFileError { path: self.path.clone(), source }
    }
}

/// Whether a power failure or a full disk cut the last line off.
fn ends_within_a_line(file: &mut File) -> io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    #[test]
    fn lines_are_added_for_the_owner_alone_and_a_torn_one_spoils_no_other() {
        let folder = tempfile::tempdir().expect("folder");
        let file = AuditHeadsFile::at(folder.path().join(AUDIT_HEADS_NAME));
        assert!(file.read().expect("no file").is_none());
        file.ensure().expect("made");
        assert_eq!(file.read().expect("empty"), Some(WrittenHeads::default()));
        file.add("one").expect("added");
        fs::OpenOptions::new().append(true).open(file.path()).expect("open").write_all(b"to").expect("torn");
        file.add("three").expect("added");
        assert_eq!(fs::read_to_string(file.path()).expect("text"), "one\nto\nthree\n");
        assert_eq!(fs::metadata(file.path()).expect("metadata").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_place_where_no_file_can_be_is_refused_with_the_way_out() {
        let folder = tempfile::tempdir().expect("folder");
        let sentence = AuditHeadsFile::at(folder.path().join("gone/heads")).ensure().expect_err("gone");
        assert!(sentence.to_string().contains("audit_heads_file"), "{sentence}");
    }
}
