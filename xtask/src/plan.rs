//! The steps of `cargo xtask test`, their order, and the table at the end.
//!
//! **Invariant:** steps that fail fast come first; the first failure ends the run, and its name is the last
//! line printed.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::failure::Failure;
use crate::{browser, dependencies, packages, python, rust};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Packages,
    Format,
    Python,
    Licences,
    Dependencies,
    Clippy,
    Test,
    Docs,
    Tour,
    Browser,
}

impl Step {
    pub(crate) const ALL: [Self; 10] = [
        Self::Packages,
        Self::Format,
        Self::Python,
        Self::Licences,
        Self::Dependencies,
        Self::Clippy,
        Self::Test,
        Self::Docs,
        Self::Tour,
        Self::Browser,
    ];

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.name() == name)
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Packages => "packages",
            Self::Format => "format",
            Self::Python => "python",
            Self::Licences => "licences",
            Self::Dependencies => "dependencies",
            Self::Clippy => "clippy",
            Self::Test => "test",
            Self::Docs => "docs",
            Self::Tour => "tour",
            Self::Browser => "e2e",
        }
    }

    pub(crate) const fn purpose(self) -> &'static str {
        match self {
            Self::Packages => "install missing Debian packages (as root), else name them and stop",
            Self::Format => "cargo fmt --all --check",
            Self::Python => {
                "a virtual environment under target/ with the readers and servers that tests talk to"
            }
            Self::Licences => "cargo deny check licenses bans sources",
            Self::Dependencies => "cargo shear: each dependency is used where it is declared",
            Self::Clippy => "cargo clippy on every target, warnings are errors",
            Self::Test => "cargo test --workspace, beside a throw-away PostgreSQL",
            Self::Docs => "cargo doc, warnings are errors; the manual has its pictures",
            Self::Tour => "sekisho tour: the whole story over HTTP, SMTP and TLS",
            Self::Browser => "the story in a real Chromium, with the certificate in its own NSS store",
        }
    }

    fn run(self) -> Result<(), Failure> {
        match self {
            Self::Packages => packages::install_missing()?,
            Self::Format => rust::check_format()?,
            Self::Python => {
                python::Environment::prepare()?;
            }
            Self::Licences => dependencies::check_licences()?,
            Self::Dependencies => dependencies::check_use()?,
            Self::Clippy => rust::clippy()?,
            Self::Test => rust::test()?,
            Self::Docs => rust::docs()?,
            Self::Tour => rust::tour()?,
            Self::Browser => browser::walk_the_story()?,
        }
        Ok(())
    }
}

/// Runs `steps` in order, stops at the first failure, and prints where the time went.
pub(crate) fn run(steps: &[Step]) -> ExitCode {
    let mut finished: Vec<(Step, Duration)> = Vec::new();
    let mut failure: Option<(Step, Failure)> = None;
    for &step in steps {
        println!("\n==> {}: {}", step.name(), step.purpose());
        let started = Instant::now();
        let outcome = step.run();
        finished.push((step, started.elapsed()));
        if let Err(reason) = outcome {
            failure = Some((step, reason));
            break;
        }
    }

    println!("\n==> times");
    for (step, took) in &finished {
        println!("  {:<12} {:>7.1} s", step.name(), took.as_secs_f64());
    }
    let total: Duration = finished.iter().map(|(_, took)| *took).sum();
    println!("  {:<12} {:>7.1} s", "total", total.as_secs_f64());

    match failure {
        None => {
            println!("\ncargo xtask test: all {} steps held", finished.len());
            ExitCode::SUCCESS
        }
        Some((step, reason)) => {
            println!("\ncargo xtask test: {} failed: {reason}", step.name());
            ExitCode::FAILURE
        }
    }
}
