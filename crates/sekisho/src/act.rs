//! An act or a list of the command line: through a running server's socket, or in this process.

use crate::{
    audit_heads_file::AuditHeadsFile,
    cli::ActArgs,
    command::{Command, CommandError, Services},
    config::{Config, ReadConfigError},
    control::{AskError, Executor, ask},
    data_folder::{DataFolder, DataFolderError, FolderLock, FolderState, LockError},
    hand_over::{self, HandOverError, Place},
    output::{Form, Output},
    up,
    wiring::{
        installation::{Installation, OpenError},
        workers,
    },
};
use std::{fmt::Write as _, path::PathBuf};
use tokio_util::sync::CancellationToken;

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ReadConfigError),
    /// There is nothing in the data folder.
    #[error("data folder {0}: there is no installation; begin with \"sekisho up --data {0}\"")]
    Nothing(PathBuf),
    /// The data folder.
    #[error(transparent)]
    Folder(#[from] DataFolderError),
    /// Somebody holds the lock who does not answer.
    #[error("data folder {0}: another sekisho is working in it and does not answer; try again, or end it")]
    Silent(PathBuf),
    /// The lock.
    #[error(transparent)]
    Lock(LockError),
    /// The server.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// Database and keys.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The command itself.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// Nowhere to put what is handed over.
    #[error("this act hands over secrets; name a folder for them with --sheet-dir")]
    NoPlace,
    /// What is handed over could not be kept.
    #[error(transparent)]
    HandOver(#[from] HandOverError),
}

/// Does it; what to print on standard output.
pub async fn act(command: Command, args: &ActArgs) -> Result<String, ActError> {
    let target = Target::of(args)?;
    let place = target.place(args);
    if command.hands_over() {
        hand_over::prepare(place.as_ref().ok_or(ActError::NoPlace)?)?;
    }
    let output = target.execute(command).await?;
    let mut shown = output.shown(if args.json { Form::Json } else { Form::Text });
    if let Some(place) = place {
        for path in hand_over::keep(&output, &place)? {
            if !args.json {
                _ = writeln!(shown, "written: {}", path.display());
            }
        }
    }
    Ok(shown)
}

/// The installation that is meant.
enum Target {
    /// Of `sekisho up`.
    Folder(PathBuf),
    /// Of `sekisho serve`.
    Service(Box<Config>),
}

impl Target {
    fn of(args: &ActArgs) -> Result<Self, ActError> {
        match &args.config {
            Some(file) => Ok(Self::Service(Box::new(Config::read(file)?))),
            None if args.data.is_dir() => Ok(Self::Folder(args.data.clone())),
            None => Err(ActError::Nothing(args.data.clone())),
        }
    }

    fn folder(&self) -> &PathBuf {
        match self {
            Self::Folder(folder) => folder,
            Self::Service(config) => &config.data_folder,
        }
    }

    fn place(&self, args: &ActArgs) -> Option<Place> {
        match (&args.sheet_dir, self) {
            (Some(folder), _) => Some(Place::Here(folder.clone())),
            (None, Self::Folder(folder)) => Some(Place::Below(folder.join("sheets"))),
            (None, Self::Service(_)) => None,
        }
    }

    async fn execute(self, command: Command) -> Result<Output, ActError> {
        match ask(self.folder(), &command).await {
            Err(AskError::NobodyThere { .. }) => self.execute_here(command).await,
            answered => Ok(answered?),
        }
    }

    async fn execute_here(self, command: Command) -> Result<Output, ActError> {
        match self {
            Self::Folder(path) => {
                let folder = DataFolder::open(&path).map_err(|error| match error {
                    DataFolderError::Lock(LockError::Held { path }) => ActError::Silent(path),
                    other => other.into(),
                })?;
                let FolderState::Made(made) = folder.state() else { return Err(ActError::Nothing(path)) };
                execute_with(&up::settings(folder.path(), made.public_port, made.gate_port), command).await
            }
            Self::Service(config) => {
                let _lock = FolderLock::take(&config.data_folder).map_err(|error| match error {
                    LockError::Held { path } => ActError::Silent(path),
                    other @ LockError::Refused { .. } => ActError::Lock(other),
                })?;
                execute_with(&config, command).await
            }
        }
    }
}

/// Under the lock. Mail stays in the outbox until a server runs; imports are worked off here.
async fn execute_with(config: &Config, command: Command) -> Result<Output, ActError> {
    let installation = Installation::open(config).await?;
    let services = Services {
        authority: installation.authority.clone(),
        audit_heads: AuditHeadsFile::at(config.audit_heads_file.clone()),
    };
    let stop = CancellationToken::new();
    let imports = tokio::spawn(workers::run_imports_until(services.authority.clone(), stop.clone()));
    let done = services.execute(command).await;
    stop.cancel();
    if let Err(error) = imports.await {
        tracing::error!(%error, "imports");
    }
    installation.close().await;
    Ok(done?)
}
