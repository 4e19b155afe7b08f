//! The command line's end of the control socket.

use super::{ANSWER_TIMEOUT, Answer, COMMAND_TIMEOUT, SOCKET_NAME, receive, send};
use crate::{
    command::{Command, CommandError},
    output::Output,
};
use std::{
    io,
    path::{Path, PathBuf},
};
use tokio::{net::UnixStream, time::timeout};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// No server listens on the socket.
    #[error("no server listens at {path}")]
    NobodyThere { path: PathBuf },
    /// The server refused the command.
    #[error(transparent)]
    Refused(CommandError),
    /// The server ended before it answered.
    #[error(
        "the server at {path} went away before it answered; whether the act was done, \"sekisho audit list\" tells; an \
         import goes on when a server starts again"
    )]
    WentAway { path: PathBuf },
    /// The server is still working, and takes too long.
    #[error(
        "the server at {path} did not finish in time; whether the act was done, \"sekisho audit list\" tells, and why it \
         takes so long, the server's log"
    )]
    Slow { path: PathBuf },
    /// The connection broke.
    #[error(
        "control socket {path}: {source}; run this as the account that runs the server, or look at the server's log"
    )]
    Broken { path: PathBuf, source: io::Error },
}

/// Whether a server listens in a data folder.
pub async fn is_served(folder: &Path) -> bool {
    UnixStream::connect(folder.join(SOCKET_NAME)).await.is_ok()
}

/// Asks the server of a data folder.
pub async fn ask(folder: &Path, command: &Command) -> Result<Output, AskError> {
    let path = folder.join(SOCKET_NAME);
    let mut stream = match UnixStream::connect(&path).await {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            return Err(AskError::NobodyThere { path });
        }
        Err(source) => return Err(AskError::Broken { path, source }),
    };
    let answered = async {
        timeout(COMMAND_TIMEOUT, send(&mut stream, command)).await??;
        timeout(ANSWER_TIMEOUT + COMMAND_TIMEOUT, receive::<Answer>(&mut stream)).await?
    };
    match answered.await {
        Ok(Answer::Output(output)) => Ok(output),
        Ok(Answer::Refused(error)) => Err(AskError::Refused(error)),
        Err(source) if source.kind() == io::ErrorKind::TimedOut => Err(AskError::Slow { path }),
        Err(source) if is_end(source.kind()) => Err(AskError::WentAway { path }),
        Err(source) => Err(AskError::Broken { path, source }),
    }
}

fn is_end(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(kind, UnexpectedEof | ConnectionReset | BrokenPipe)
}
