//! A running `sekisho up` in a folder of its own.

use sekisho::{
    act::{RunActError, act},
    cli::ActArgs,
    command::Command,
    up::{PortNumbers, Up, UpError},
};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A data folder that goes away with the test.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("folder"))
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    /// Starts on free ports.
    pub(crate) async fn start(&self) -> Result<Up, UpError> {
        Up::start(&self.data(), PortNumbers::ANY).await
    }

    /// An act of the command line.
    pub(crate) async fn act(&self, command: Command) -> Result<String, RunActError> {
        act(command, &arguments(&self.data())).await
    }
}

/// Arguments for answers in JSON, which tests read.
pub(crate) fn arguments(data: &Path) -> ActArgs {
    ActArgs { data: data.to_owned(), config: None, json: true, sheet_dir: None }
}
