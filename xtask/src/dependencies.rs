//! The tree's dependencies: permitted licences, crates and sources (`cargo deny`, `deny.toml`), and whether
//! each dependency is used where it is declared (`cargo shear`).
//!
//! Both tools come as ready binaries from PyPI; building them here would cost more than the rest of this
//! run's checks.

use std::process::Command;

use crate::command::run;
use crate::failure::Failure;
use crate::{python, workspace};

pub(crate) fn check_licences() -> Result<(), Failure> {
    run(ready("cargo-deny")?.args(["--locked", "check", "licenses", "bans", "sources"]))
}

pub(crate) fn check_use() -> Result<(), Failure> {
    run(ready("cargo-shear")?.args(["--locked", "--deny-warnings"]))
}

fn ready(name: &str) -> Result<Command, Failure> {
    let environment = python::Environment::prepare()?;
    let mut command = Command::new(environment.program(name));
    command.current_dir(workspace::root());
    Ok(command)
}
