//! The browser stories of `e2e/`: installs their requirements and runs them with Node's own test runner.

use std::path::PathBuf;
use std::process::Command;

use crate::command::run;
use crate::failure::Failure;
use crate::python::Environment;
use crate::{pictures, rust, workspace};

pub(crate) fn walk_the_story() -> Result<(), Failure> {
    let environment = Environment::prepare()?;
    rust::build()?;

    let folder = workspace::root().join("e2e");
    let path = environment.search_path();
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(&folder).env("PATH", &path))?;
    // Two stories at a time: each has an installation and browsers of its own, and waits for them in turn.
    run(Command::new("node")
        .args(["--test", "--test-concurrency=2", "--test-reporter=spec"])
        .args(stories(&folder.join("stories"))?)
        .current_dir(&folder)
        .env("PATH", &path)
        .env("SEKISHO_BINARY", workspace::binary())
        .env("SEKISHO_PYTHON", environment.program("python"))
        .env("SEKISHO_SCREENSHOTS", workspace::target().join("e2e")))?;
    pictures::check_taken()
}

/// Named one by one, because versions of Node disagree on what a folder means to `--test`.
fn stories(folder: &std::path::Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(Failure::file(folder))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    if files.is_empty() { Err(Failure::NoStories(folder.to_path_buf())) } else { Ok(files) }
}
