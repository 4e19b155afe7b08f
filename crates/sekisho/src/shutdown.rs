//! Waits for the wish to end: Ctrl-C or the service manager's SIGTERM.

use tokio::signal::unix::{SignalKind, signal};

/// Resolves at the first of them. A second one ends the process at once, drained or not.
pub async fn wished() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(EXIT_AT_ONCE);
    });
    Ok(())
}

/// Exit code of a process that was told twice.
const EXIT_AT_ONCE: i32 = 130;
