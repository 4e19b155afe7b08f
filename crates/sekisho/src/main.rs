//! The binary's entry: reads the command line, runs its noun, ends with 0, with 2 (bad usage) or as
//! [`sekisho::exit::Exit`] defines.

use rustix::fs::Mode;
use sekisho::cli::Cli;
use std::process::ExitCode;

/// Returns memory to the system after a flood, which the C library's allocator does not do; its settings are
/// in `.cargo/config.toml`.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::read(&std::env::args_os().collect::<Vec<_>>()).unwrap_or_else(|wrong| wrong.exit());
    // Libraries create the database and captured mails, so the umask makes every file of this process private.
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    match sekisho::run::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}", error.shown());
            error.exit().into()
        }
    }
}
