//! Starts other programs: prints the command first, and turns its end into a `Failure` or nothing.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::process::{Command, Output, Stdio};

use crate::failure::Failure;

/// Runs `command` with its output going straight to the terminal.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    println!("$ {}", words(command));
    let status = command.status().map_err(|source| not_started(command, source))?;
    if status.success() { Ok(()) } else { Err(Failure::Ended { command: words(command), status }) }
}

/// Runs `command` quietly; its output is shown only if it failed.
pub(crate) fn run_quietly(command: &mut Command) -> Result<Output, Failure> {
    let output = command.stdin(Stdio::null()).output().map_err(|source| not_started(command, source))?;
    if output.status.success() {
        return Ok(output);
    }
    eprint!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    Err(Failure::Ended { command: words(command), status: output.status })
}

/// Whether `command` can be started and ends well; used to find out the tools of a machine.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The whole path of `program` as the shell would find it.
pub(crate) fn find(program: &str) -> Option<std::path::PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

fn not_started(command: &Command, source: std::io::Error) -> Failure {
    Failure::NotStarted { command: words(command), source }
}

fn words(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for word in command.get_args().map(OsStr::to_string_lossy) {
        let _ = write!(text, " {word}");
    }
    text
}
