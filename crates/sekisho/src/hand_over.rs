//! Files that are handed over once: contract sheets, `data_entry.txt`, slips.
//!
//! **Invariant:** they are readable by their owner alone, and nothing of them is shown or logged.

use crate::{
    data_folder::write_private,
    output::{HandOverFile, Output},
};
use std::{
    fs::DirBuilder,
    io,
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
};

/// Why a file was not kept. The act has happened all the same.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}; what was to be handed over is lost, so make it anew once the folder is writable")]
pub struct HandOverError {
    path: PathBuf,
    source: io::Error,
}

/// Where handed-over files are kept.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a folder of their own below this one: the data folder of `sekisho up`.
    Below(PathBuf),
    /// Right here: what was named on the command line.
    Here(PathBuf),
}

impl Place {
    fn path(&self) -> &Path {
        match self {
            Self::Below(path) | Self::Here(path) => path,
        }
    }
}

/// Writes what an output hands over, if anything; the paths written.
pub fn keep(output: &Output, place: &Place) -> Result<Vec<PathBuf>, HandOverError> {
    match (output, place) {
        (Output::HandOver { folder, files, .. }, Place::Below(sheets)) => write(files, &sheets.join(folder)),
        (Output::HandOver { files, .. }, Place::Here(folder)) => write(files, folder),
        _ => Ok(Vec::new()),
    }
}

/// Can files be written there? Asked before an act whose secrets would be lost otherwise.
pub fn prepare(place: &Place) -> Result<(), HandOverError> {
    let folder = place.path();
    let failed = |source| HandOverError { path: folder.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let probe = folder.join(".probe");
    write_private(&probe, b"").map_err(failed)?;
    std::fs::remove_file(&probe).map_err(failed)
}

/// Writes files into a folder, which is made if there is none; the paths written.
pub fn write(files: &[HandOverFile], folder: &Path) -> Result<Vec<PathBuf>, HandOverError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| HandOverError { path, source }
    };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed(folder))?;
    let mut written = Vec::new();
    for file in files {
        // Names come from a server that may be another version: never out of the folder.
        let Some(name) = Path::new(&file.name).file_name() else { continue };
        let path = folder.join(name);
        write_private(&path, file.contents.as_bytes()).map_err(failed(&path))?;
        written.push(path);
    }
    Ok(written)
}
