//! `sekisho serve` and `sekisho migrate`: the service of a configuration file.

use crate::{
    config::Config,
    control::{BindError, ControlSocket},
    data_folder::{FolderLock, LockError},
    wiring::{
        doors::{DoorAddress, DoorError, Doors},
        installation::{self, Installation, OpenError},
        server::{Server, ServerError},
    },
};

/// Why the service does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Another process works in the data folder.
    #[error(transparent)]
    Lock(#[from] LockError),
    #[error(transparent)]
    Door(#[from] DoorError),
    /// Database, keys or mail.
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The control socket.
    #[error(transparent)]
    Control(#[from] BindError),
}

/// A running service.
pub struct Service {
    server: Server,
    /// Held to the end.
    _lock: FolderLock,
}

impl Service {
    /// Opens the doors and the installation, and serves.
    pub async fn start(config: &Config) -> Result<Self, ServeError> {
        let lock = FolderLock::take_after_commands(&config.data_folder).await?;
        let doors = Doors::open(
            DoorAddress { address: config.gate.listen, option: "gate.listen" },
            DoorAddress { address: config.http_listen, option: "http.listen" },
            DoorAddress { address: config.metrics_listen, option: "metrics.listen" },
        )
        .await?;
        let installation = Installation::open(config).await?;
        let control = ControlSocket::bind(&config.data_folder)?;
        let server = Server::start(installation, config, doors, control).await?;
        Ok(Self { server, _lock: lock })
    }

    /// Drains, and ends.
    pub async fn stop(self) {
        self.server.stop().await;
    }
}

/// Brings the database up to this version; returns one sentence.
pub async fn migrate(config: &Config) -> Result<String, ServeError> {
    let applied = installation::migrate(config).await?;
    Ok(match applied {
        0 => "the database was up to date\n".to_owned(),
        count => format!("{count} migrations applied\n"),
    })
}
