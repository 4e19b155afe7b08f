//! The server's end of the control socket.

use super::{ANSWER_TIMEOUT, Answer, COMMAND_TIMEOUT, CONNECTIONS_MAX, SOCKET_NAME, receive, send};
use crate::{
    command::{Command, CommandError},
    output::Output,
};
use async_trait::async_trait;
use ground::{DRAIN_MAX, Door, door::Arrival};
use std::{
    fs, io,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    net::{UnixListener, UnixStream},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

/// The answer to a client whose command took longer than [`ANSWER_TIMEOUT`].
const LATE: &str = "the server did not finish in time; whether the act was done, \"sekisho audit list\" tells, and why it \
                    took so long, the server's log";

/// Carries commands out.
#[async_trait]
pub trait Executor: Send + Sync {
    /// Carries out one command completely.
    async fn execute(&self, command: Command) -> Result<Output, CommandError>;
}

/// Why the socket could not be made.
#[derive(Debug, thiserror::Error)]
#[error("control socket {path}: {source}; the data folder must be writable for this account")]
pub struct BindError {
    path: PathBuf,
    source: io::Error,
}

/// The listening socket; its file is removed with it.
#[derive(Debug)]
pub struct ControlSocket {
    path: PathBuf,
    listener: UnixListener,
    /// The account that may connect, besides root.
    owner: u32,
}

impl ControlSocket {
    /// Listens in `folder`. The caller holds the folder's lock: a dead server's socket is replaced.
    pub fn bind(folder: &Path) -> Result<Self, BindError> {
        let path = folder.join(SOCKET_NAME);
        let beside = folder.join(format!("{SOCKET_NAME}.new"));
        let bound = (|| {
            match fs::remove_file(&beside) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            // No client can connect under the final name before the mode is set.
            let listener = UnixListener::bind(&beside)?;
            fs::set_permissions(&beside, fs::Permissions::from_mode(0o600))?;
            fs::rename(&beside, &path)?;
            let owner = fs::metadata(&path)?.uid();
            Ok((listener, owner))
        })();
        match bound {
            Ok((listener, owner)) => Ok(Self { path, listener, owner }),
            Err(source) => Err(BindError { path, source }),
        }
    }

    /// Serves until `shutdown`; then lets running commands finish (bounded).
    pub async fn serve(self, executor: Arc<dyn Executor>, shutdown: CancellationToken) {
        self.serve_draining(executor, shutdown, DRAIN_MAX).await;
    }

    pub(super) async fn serve_draining(
        self,
        executor: Arc<dyn Executor>,
        shutdown: CancellationToken,
        drain: Duration,
    ) {
        let door = Door { listener: &self.listener, connections_max: CONNECTIONS_MAX, drain_max: drain };
        door.serve(shutdown, |Arrival { stream, room, .. }, _| {
            if !self.admits(&stream) {
                tracing::warn!("control connection of another account refused");
                return None;
            }
            let executor = Arc::clone(&executor);
            Some(async move {
                if let Err(error) = converse(stream, executor.as_ref()).await {
                    tracing::debug!(%error, "control connection ended early");
                }
                drop(room);
            })
        })
        .await;
    }

    fn admits(&self, stream: &UnixStream) -> bool {
        stream.peer_cred().is_ok_and(|peer| peer.uid() == self.owner || peer.uid() == 0)
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "control socket");
        }
    }
}

async fn converse(mut stream: UnixStream, executor: &dyn Executor) -> io::Result<()> {
    let command = timeout(COMMAND_TIMEOUT, receive::<Command>(&mut stream)).await??;
    let answer = match timeout(ANSWER_TIMEOUT, executor.execute(command)).await {
        Ok(Ok(output)) => Answer::Output(output),
        Ok(Err(error)) => Answer::Refused(error),
        Err(_) => Answer::Refused(CommandError::failed(LATE)),
    };
    timeout(COMMAND_TIMEOUT, send(&mut stream, &answer)).await?
}
