//! The binary's entry: reads the command line, runs what was asked for, ends with 0, with 2 (bad usage) or as
//! [`sekisho::exit::Exit`] says.

use rustix::fs::Mode;
use sekisho::cli::Cli;
use std::process::ExitCode;

/// Gives memory back to the system after a flood, which the C library's allocator does not; its settings stand in
/// `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::read(&std::env::args_os().collect::<Vec<_>>()).unwrap_or_else(|wrong| wrong.exit());
    // The database and captured mails are made by libraries: whatever this process makes is its account's alone.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    match sekisho::run::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.shown());
            error.exit().into()
        }
    }
}
