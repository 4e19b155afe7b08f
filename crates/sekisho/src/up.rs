//! `sekisho up`: everything on this machine, loopback only, no configuration.
//!
//! The first start makes the data folder: keys, database, authorities, an operator and the demo tenant
//! `sample`. Every later start continues with what is there.
//!
//! Read next: `first_start`, `operator_enrolment`, `greeting` (the words for a newcomer), `settings`.

mod first_start;
mod greeting;
mod operator_enrolment;
mod settings;

pub use settings::settings;

use crate::{
    config::MailTransportKeys,
    control::{BindError, ControlSocket},
    data_folder::{DataFolder, DataFolderError, FolderState},
    wiring::{
        clock::SystemClock,
        doors::{DoorAddress, DoorError, Doors},
        installation::{Installation, OpenError},
        server::{Server, ServerError},
    },
};
use domain::time::Clock;
use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

/// Why the installation does not start.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] DataFolderError),
    #[error(transparent)]
    Door(#[from] DoorError),
    /// Database, keys or mail.
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    FirstStart(#[from] first_start::FirstStartError),
    /// The server.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// The control socket.
    #[error(transparent)]
    Control(#[from] BindError),
    /// A file that the start writes.
    #[error("{path}: {source}; make the data folder writable for this account")]
    File { path: PathBuf, source: io::Error },
}

/// A running installation of `sekisho up`.
pub struct Up {
    server: Server,
    /// The words for a newcomer.
    pub greeting: String,
    /// The ports of its listeners.
    pub ports: PortNumbers,
    ready_file: PathBuf,
    /// Held to the end.
    _folder: DataFolder,
}

impl Up {
    /// Opens the doors, makes or opens the installation in `data`, and serves. Mail goes into a folder.
    pub async fn start(data: &Path, ports: PortNumbers) -> Result<Self, UpError> {
        Self::begin(data, ports, None).await
    }

    /// Like `start`, with a real transport of mail.
    pub async fn start_mailing(
        data: &Path,
        ports: PortNumbers,
        mail: MailTransportKeys,
    ) -> Result<Self, UpError> {
        Self::begin(data, ports, Some(mail)).await
    }

    async fn begin(
        data: &Path,
        ports: PortNumbers,
        mail: Option<MailTransportKeys>,
    ) -> Result<Self, UpError> {
        let mut folder = DataFolder::open_after_commands(data).await?;
        let ready_file = folder.join("ready.json");
        remove_stale(&ready_file)?;
        // The doors open before the first start, so that no first start begins for a server that cannot be reached.
        let doors = Doors::open(
            loopback(ports.gate, "--gate-port"),
            loopback(ports.public, "--public-port"),
            loopback(ports.metrics, "--metrics-port"),
        )
        .await?;
        let ports = PortNumbers::of(&doors)
            .map_err(|source| UpError::File { path: folder.path().to_owned(), source })?;
        let mut config = settings(folder.path(), ports.public, ports.gate);
        if let Some(mail) = mail {
            config.transport = mail;
        }
        let codes = match folder.state() {
            FolderState::New => Some(first_start::make(&folder, &config).await?),
            FolderState::Made(_) => None,
        };
        folder.mark(SystemClock.now(), ports.public, ports.gate)?;
        let installation = Installation::open(&config).await?;
        let control = ControlSocket::bind(folder.path())?;
        let server = Server::start(installation, &config, doors, control).await?;
        let ready = greeting::ready_json(folder.path(), ports);
        crate::data_folder::write_private(&ready_file, ready.as_bytes())
            .map_err(|source| UpError::File { path: ready_file.clone(), source })?;
        Ok(Self {
            server,
            greeting: greeting::text(folder.path(), ports, codes.as_ref()),
            ports,
            ready_file,
            _folder: folder,
        })
    }

    /// Drains, and ends.
    pub async fn stop(self) {
        if let Err(error) = fs::remove_file(&self.ready_file) {
            tracing::warn!(%error, "ready.json stays behind");
        }
        self.server.stop().await;
    }
}

/// The ports of an installation. 0 takes any free one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PortNumbers {
    /// The public site, HTTP.
    pub public: u16,
    /// The gate, TLS.
    pub gate: u16,
    /// Metrics and health, HTTP.
    pub metrics: u16,
}

impl PortNumbers {
    /// Any free ones.
    pub const ANY: Self = Self { public: 0, gate: 0, metrics: 0 };

    fn of(doors: &Doors) -> io::Result<Self> {
        Ok(Self {
            public: doors.http.local_addr()?.port(),
            gate: doors.gate.local_addr()?.port(),
            metrics: doors.metrics.local_addr()?.port(),
        })
    }
}

fn loopback(port: u16, option: &'static str) -> DoorAddress {
    DoorAddress { address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), option }
}

fn remove_stale(path: &Path) -> Result<(), UpError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(UpError::File { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}
