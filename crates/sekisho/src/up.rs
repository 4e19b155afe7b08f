//! `sekisho up`: everything on this machine, loopback only, no configuration.
//!
//! The first start makes the data folder: keys, database, authorities, an operator and the demo tenant
//! `sample`. Every later start continues with what is there.
//!
//! Read next: `first_start`, `operator_enrolment`, `greeting` (what a newcomer is told), `settings`.

mod first_start;
mod greeting;
mod operator_enrolment;
mod settings;

pub use settings::settings;

use crate::{
    config::MailTransport,
    control::{BindError, ControlSocket},
    data_folder::{DataFolder, DataFolderError, FolderState},
    wiring::{
        clock::SystemClock,
        doors::{Door, DoorError, Doors},
        installation::{Installation, OpenError},
        server::{Server, ServerError},
    },
};
use clap::Args;
use domain::time::Clock;
use std::{
    fs, io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

/// Options of `sekisho up`.
#[derive(Debug, Clone, Args)]
pub struct UpArgs {
    /// Folder for everything; made at the first start
    #[arg(long, value_name = "DIR", default_value = crate::cli::DATA_FOLDER_DEFAULT)]
    pub data: PathBuf,
    /// Port of the public site (HTTP)
    #[arg(long, default_value_t = 8080)]
    pub public_port: u16,
    /// Port of the gate (TLS)
    #[arg(long, default_value_t = 8443)]
    pub gate_port: u16,
    /// Port of metrics and health (HTTP)
    #[arg(long, default_value_t = 9090)]
    pub metrics_port: u16,
}

/// Why it does not come up.
#[derive(Debug, thiserror::Error)]
pub enum UpError {
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] DataFolderError),
    /// A port.
    #[error(transparent)]
    Door(#[from] DoorError),
    /// Database, keys or mail.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The first start.
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
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A running installation of `sekisho up`.
pub struct Up {
    server: Server,
    /// What a newcomer is told.
    pub greeting: String,
    /// Where it listens.
    pub ports: Ports,
    ready_file: PathBuf,
    /// Held to the end.
    _folder: DataFolder,
}

impl Up {
    /// Opens the doors, makes or opens the installation, and serves. Mail goes into a folder.
    pub async fn start(args: &UpArgs) -> Result<Self, UpError> {
        Self::begin(args, None).await
    }

    /// The same, with mail that really leaves.
    pub async fn start_mailing(args: &UpArgs, mail: MailTransport) -> Result<Self, UpError> {
        Self::begin(args, Some(mail)).await
    }

    async fn begin(args: &UpArgs, mail: Option<MailTransport>) -> Result<Self, UpError> {
        let mut folder = DataFolder::open_after_commands(&args.data).await?;
        let ready_file = folder.join("ready.json");
        remove_stale(&ready_file)?;
        // Before the first start, which is not begun for a server that cannot be reached.
        let doors = Doors::open(
            loopback(args.gate_port, "--gate-port"),
            loopback(args.public_port, "--public-port"),
            loopback(args.metrics_port, "--metrics-port"),
        )
        .await?;
        let ports =
            Ports::of(&doors).map_err(|source| UpError::File { path: folder.path().to_owned(), source })?;
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

/// The ports that were really taken.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// The public site, HTTP.
    pub public: u16,
    /// The gate, TLS.
    pub gate: u16,
    /// Metrics and health, HTTP.
    pub metrics: u16,
}

impl Ports {
    fn of(doors: &Doors) -> io::Result<Self> {
        Ok(Self {
            public: doors.http.local_addr()?.port(),
            gate: doors.gate.local_addr()?.port(),
            metrics: doors.metrics.local_addr()?.port(),
        })
    }
}

fn loopback(port: u16, option: &'static str) -> Door {
    Door { address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)), option }
}

fn remove_stale(path: &Path) -> Result<(), UpError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(UpError::File { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}
