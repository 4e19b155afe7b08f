//! The binary's entry: reads the command line, runs what was asked for, ends with 0, 1 or (bad usage) 2.

use clap::Parser;
use sekisho::cli::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = Cli::parse();
    match sekisho::run::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("sekisho: {error}");
            ExitCode::FAILURE
        }
    }
}
