//! Files that are handed over once: contract sheets, `data_entry.txt`, slips.
//!
//! **Invariant:** they are readable by their owner alone, and their contents are neither shown nor logged.
//! **Invariant:** one command at a time hands over into a folder ([`PreparedPlace`]), so that the files of
//! two commands are never mixed, and the folder has the files of the last command. **Invariant:** an error
//! states whether the act was done and, if so, how to get the files anew.

use crate::{
    data_folder::Unfinished,
    output::{HandOverFile, Output},
};
use std::{
    fs::{self, DirBuilder, File, TryLockError},
    io::{self, Write},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    time::Duration,
};
use tokio::time::{Instant, sleep};

/// How long a command waits for other commands that write into the same folder.
const WAIT_MAX: Duration = Duration::from_mins(1);
/// How often the command checks whether they have ended.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);
/// Room that a folder must have before an act, in bytes: more than any sheet needs.
const ROOM_BYTES: usize = 256 * 1024;

/// The highest number in the name of a file that was set aside.
const ASIDE_MAX: usize = 99_999;

/// Why a file was not kept.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// Found before the act: nothing was done.
    #[error(
        "{path}: {source}; nothing was done: make the folder writable, with room in it, or name another one with \
         --sheet-dir"
    )]
    NoPlace { path: PathBuf, source: io::Error },
    /// Found before the act: another command writes into the folder.
    #[error("{path}: another command hands over into this folder; nothing was done: try again")]
    InUse { path: PathBuf },
    /// The act is done, and files are missing.
    #[error("{done}, but {problem}; make it anew with \"sekisho {again}\" once the folder is writable")]
    NotKept {
        /// The sentence about the act.
        done: String,
        /// The written files, and the missing one.
        problem: WriteError,
        /// The command that makes all files anew.
        again: String,
    },
}

/// Why not all of several files were written.
#[derive(Debug, thiserror::Error)]
#[error("{path} was not written: {source}{}", after(written))]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
    written: Vec<PathBuf>,
}

fn after(written: &[PathBuf]) -> String {
    let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    if names.is_empty() { String::new() } else { format!(" (written: {})", names.join(", ")) }
}

/// The folder of handed-over files.
#[derive(Debug, Clone)]
pub enum HandOverPlace {
    /// A separate folder for each tenant below this one, in which new files replace the former ones: the data
    /// folder of `sekisho up`.
    Below(PathBuf),
    /// Exactly this folder, named on the command line. Existing files there are kept under another name.
    Here(PathBuf),
}

impl HandOverPlace {
    fn path(&self) -> &Path {
        match self {
            Self::Below(path) | Self::Here(path) => path,
        }
    }

    /// Checks that files can be written there, and keeps other commands from writing there meanwhile. Called
    /// before an act whose secrets would be lost otherwise.
    pub async fn prepare(self) -> Result<PreparedPlace, HandOverError> {
        let path = self.path().to_owned();
        let refused = |source| HandOverError::NoPlace { path: path.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(refused)?;
        let folder = File::open(&path).map_err(refused)?;
        let end = Instant::now() + WAIT_MAX;
        loop {
            match folder.try_lock() {
                Err(TryLockError::WouldBlock) if Instant::now() < end => sleep(LOOK_INTERVAL).await,
                Err(TryLockError::WouldBlock) => return Err(HandOverError::InUse { path }),
                // Some network file systems lock no folders: there, commands are not kept apart.
                Ok(()) | Err(TryLockError::Error(_)) => break,
            }
        }
        // The probe has no name: it meets no other file, and disappears with this process.
        let probe = tempfile::tempfile_in(&path);
        probe.and_then(|mut probe| probe.write_all(&vec![0; ROOM_BYTES])).map_err(refused)?;
        Ok(PreparedPlace { place: self, _lock: folder })
    }
}

/// A folder in which files can be written, reserved for one command until this is dropped.
#[derive(Debug)]
pub struct PreparedPlace {
    place: HandOverPlace,
    _lock: File,
}

/// The written files.
#[derive(Debug, Default)]
pub struct KeptFiles {
    pub written: Vec<PathBuf>,
    /// The new paths of files that were set aside.
    pub moved: Vec<PathBuf>,
}

impl PreparedPlace {
    /// Writes the files of an output, if it has any.
    pub fn keep(&self, output: &Output) -> Result<KeptFiles, HandOverError> {
        let Output::HandOver { folder, files, sentence, again } = output else {
            return Ok(KeptFiles::default());
        };
        let kept = match &self.place {
            HandOverPlace::Below(sheets) => {
                write(files, &sheets.join(folder)).map(|written| KeptFiles { written, moved: Vec::new() })
            }
            HandOverPlace::Here(folder) => set_aside(files, folder)
                .and_then(|moved| write(files, folder).map(|written| KeptFiles { written, moved })),
        };
        kept.map_err(|problem| {
            let done = sentence.lines().next().unwrap_or_default().to_owned();
            HandOverError::NotKept { done, problem, again: again.clone() }
        })
    }
}

/// Names come from a server that may be another version: no name may lead out of the folder.
fn path_of(file: &HandOverFile, folder: &Path) -> Option<PathBuf> {
    Path::new(&file.name).file_name().map(|name| folder.join(name))
}

/// `sheet.html` → `sheet.1.html`
fn numbered(path: &Path, number: usize) -> PathBuf {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(format!(".{number}"));
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    path.with_file_name(name)
}

/// Moves existing files to other names, all with the same number: a sheet that was not passed on yet exists
/// nowhere else.
fn set_aside(files: &[HandOverFile], folder: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let places: Vec<PathBuf> =
        files.iter().filter_map(|file| path_of(file, folder)).filter(|path| path.is_file()).collect();
    let Some(first) = places.first().cloned() else { return Ok(Vec::new()) };
    let is_free = |number: &usize| !places.iter().any(|path| numbered(path, *number).exists());
    let number = (1..=ASIDE_MAX).find(is_free).ok_or_else(|| WriteError {
        path: first,
        source: io::ErrorKind::AlreadyExists.into(),
        written: Vec::new(),
    })?;
    let mut moved = Vec::new();
    for path in places {
        let aside = numbered(&path, number);
        fs::rename(&path, &aside).map_err(|source| WriteError { path, source, written: Vec::new() })?;
        moved.push(aside);
    }
    Ok(moved)
}

/// Writes files into a folder, which is created if it is missing; returns their paths. No file takes its
/// place unless all can be written to disk.
pub fn write(files: &[HandOverFile], folder: &Path) -> Result<Vec<PathBuf>, WriteError> {
    let failed = |path: &Path, source| WriteError { path: path.to_owned(), source, written: Vec::new() };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|source| failed(folder, source))?;
    let files: Vec<(PathBuf, &HandOverFile)> =
        files.iter().filter_map(|file| path_of(file, folder).map(|path| (path, file))).collect();
    let mut unfinished = Vec::new();
    for (path, file) in &files {
        let written = Unfinished::write(path, file.contents.as_bytes());
        unfinished.push((path, written.map_err(|source| failed(path, source))?));
    }
    let mut written = Vec::new();
    for (path, file) in unfinished {
        match file.finish() {
            Ok(()) => written.push(path.clone()),
            Err(source) => return Err(WriteError { path: path.clone(), source, written }),
        }
    }
    Ok(written)
}
