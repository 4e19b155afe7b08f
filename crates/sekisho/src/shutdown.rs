//! The request to end: Ctrl-C or the service manager's SIGTERM.

use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Listens from now on; the first request cancels the token. A second request ends the process at once,
/// drained or not.
///
/// Listen before any other step: a start that is half done when the request comes is finished first.
pub fn listen() -> io::Result<CancellationToken> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let wished = CancellationToken::new();
    tokio::spawn({
        let wished = wished.clone();
        async move {
            either(&mut terminate, &mut interrupt).await;
            wished.cancel();
            either(&mut terminate, &mut interrupt).await;
            std::process::exit(EXIT_AT_ONCE);
        }
    });
    Ok(wished)
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Exit code of a process that got two requests to end.
const EXIT_AT_ONCE: i32 = 130;
