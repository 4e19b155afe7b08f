//! `cargo xtask`: the chores of this repository, written in Rust so that a fresh machine needs nothing else.
//!
//! `cargo xtask test` is the one command that decides whether the tree is good; `cargo xtask pictures` renews the manual's
//! pictures from its last run; `cargo xtask floods` measures what one hostile visitor can take, `cargo xtask lists` how long
//! lists and counts of a large company take, `cargo xtask bench issue` what it costs to issue.
//!
//! **Invariant:** a suite that could not run is a failure, never a skip.
//!
//! Read next: `plan` (the steps and their order), then the module named like the step.

mod browser;
mod command;
mod dependencies;
mod failure;
#[cfg(test)]
mod names;
mod packages;
mod pictures;
mod plan;
mod postgres;
mod python;
mod rust;
mod workspace;

use std::fmt::Write as _;
use std::process::ExitCode;

use failure::Failure;
use plan::Step;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let steps: Vec<Step> = match arguments.as_slice() {
        [] | ["--help" | "-h" | "help"] | ["test", "--help" | "-h"] => {
            print!("{}", help());
            return ExitCode::SUCCESS;
        }
        ["test"] => Step::ALL.to_vec(),
        ["test", "--only", name] => match Step::named(name) {
            Some(step) => vec![step],
            None => return refuse(&format!("there is no step \"{name}\"")),
        },
        ["pictures"] => return finish("pictures", pictures::keep()),
        ["floods"] => return finish("floods", rust::floods()),
        ["lists"] => return finish("lists", rust::lists()),
        ["bench", "issue", words @ ..] => return finish("bench issue", rust::bench_issue(words)),
        _ => return refuse(&format!("cannot read \"{}\"", arguments.join(" "))),
    };
    plan::run(&steps)
}

/// The end of a chore that is not a list of steps.
fn finish(chore: &str, outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("cargo xtask {chore}: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn refuse(reason: &str) -> ExitCode {
    eprintln!("cargo xtask: {reason}\n\n{}", help());
    ExitCode::from(2)
}

fn help() -> String {
    let mut text = String::from(
        "cargo xtask test               run every step, in this order\n\
         cargo xtask test --only STEP   run one step and what it needs to be ready\n\
         cargo xtask pictures           put the pictures that e2e took into the manual\n\
         cargo xtask floods             the flood suite with its exact bounds, and its figures\n\
         cargo xtask lists              lists and counts of 100,000 people and 1,000,000 certificates\n\
         cargo xtask bench issue        importing, applying, picking up, revoking; --program PATH: another build beside it\n\nSteps:\n",
    );
    for step in Step::ALL {
        let _ = writeln!(text, "  {:<10} {}", step.name(), step.purpose());
    }
    text
}
