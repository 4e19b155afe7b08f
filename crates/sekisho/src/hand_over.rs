//! Files that are handed over once: contract sheets, `data_entry.txt`, slips.
//!
//! **Invariant:** they are readable by their owner alone, and nothing of them is shown or logged.
//! **Invariant:** one command at a time hands over into a folder ([`PreparedPlace`]), so that the files of two commands
//! are never mixed, and what lies there is of the command that acted last.
//! **Invariant:** an error says whether the act was done, and if it was, how to get what was to be handed over.

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

/// How long a command waits for others that hand over into the same folder.
const WAIT_MAX: Duration = Duration::from_mins(1);
/// How often it looks whether they have ended.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);
/// Room that a folder must have before an act, in bytes: more than any sheet needs.
const ROOM_BYTES: usize = 256 * 1024;

/// The highest number behind the name of a file that made room for another one.
const ASIDE_MAX: usize = 99_999;

/// Why a file was not kept.
#[derive(Debug, thiserror::Error)]
pub enum HandOverError {
    /// Told before the act.
    #[error(
        "{path}: {source}; nothing was done: make the folder writable, with room in it, or name another one with \
         --sheet-dir"
    )]
    NoPlace {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Told before the act.
    #[error("{path}: another command hands over into this folder; nothing was done: try again")]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The act is done.
    #[error("{done}, but {problem}; make it anew with \"sekisho {again}\" once the folder is writable")]
    NotKept {
        /// What was done.
        done: String,
        /// Which file is where, and which is not.
        problem: WriteError,
        /// The command that makes everything anew.
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

/// Where handed-over files are kept.
#[derive(Debug, Clone)]
pub enum HandOverPlace {
    /// In a folder of their own below this one, where they replace the former ones of the same tenant: the data
    /// folder of `sekisho up`.
    Below(PathBuf),
    /// Right here: what was named on the command line. What lies there is kept under another name.
    Here(PathBuf),
}

impl HandOverPlace {
    fn path(&self) -> &Path {
        match self {
            Self::Below(path) | Self::Here(path) => path,
        }
    }

    /// Makes sure that files can be written there, and keeps other commands from handing over there meanwhile.
    /// Asked before an act whose secrets would be lost otherwise.
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
                // Some network file systems lock no folders: nothing keeps commands apart there.
                Ok(()) | Err(TryLockError::Error(_)) => break,
            }
        }
        // Without a name: it meets no other file, and goes away with this process.
        let probe = tempfile::tempfile_in(&path);
        probe.and_then(|mut probe| probe.write_all(&vec![0; ROOM_BYTES])).map_err(refused)?;
        Ok(PreparedPlace { place: self, _lock: folder })
    }
}

/// A place where files can be written, kept for one command until this is dropped.
#[derive(Debug)]
pub struct PreparedPlace {
    place: HandOverPlace,
    _lock: File,
}

/// What was written.
#[derive(Debug, Default)]
pub struct KeptFiles {
    /// The files.
    pub written: Vec<PathBuf>,
    /// Where that is now which lay in their places.
    pub moved: Vec<PathBuf>,
}

impl PreparedPlace {
    /// Writes what an output hands over, if anything.
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

/// Names come from a server that may be another version: never out of the folder.
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

/// Moves what lies in the files' places to other names, all of it under the same number: a sheet that was not handed
/// on yet is nowhere else.
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

/// Writes files into a folder, which is made if there is none; the paths written. Unless all of them can be written
/// to disk, none takes its place.
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
