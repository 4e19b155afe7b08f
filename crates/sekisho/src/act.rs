//! An act or a list of the command line: through a running server's socket, or in this process.

use crate::{
    audit_heads_file::AuditHeadsFile,
    cli::ActArgs,
    command::{Command, CommandError, Services},
    config::{Config, ReadConfigError},
    control::{AskError, Executor, ask},
    data_folder::{DataFolder, DataFolderError, FolderLock, FolderState, LockError},
    hand_over::{HandOverError, Place},
    output::{Form, Output},
    up,
    wiring::{
        installation::{Installation, OpenError},
        workers,
    },
};
use std::{borrow::Cow, fmt::Write as _, path::PathBuf, time::Duration};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// How long a command waits for others that work in the data folder without a server.
const LOCK_WAIT_MAX: Duration = Duration::from_secs(20);
/// How often it looks whether they have ended, or a server listens by now.
const LOCK_LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// Why it was not done, or not to its end.
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
    #[error(
        "data folder {0}: another sekisho is working in it and does not answer; nothing was done: try again, or end it"
    )]
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
    let place = if command.hands_over() {
        Some(target.place(args).ok_or(ActError::NoPlace)?.prepare().await?)
    } else {
        None
    };
    let output = target.execute(command).await?;
    let mut shown = output.shown(if args.json { Form::Json } else { Form::Text });
    let kept = place.map(|place| place.keep(&output)).transpose()?.unwrap_or_default();
    if !args.json {
        for path in kept.moved {
            _ = writeln!(shown, "what lay in its place is kept: {}", path.display());
        }
        for path in kept.written {
            _ = writeln!(shown, "written: {}", path.display());
        }
    }
    Ok(shown)
}

/// What keeps others out of the data folder until it is dropped.
#[allow(dead_code, reason = "held, and looked at by nobody")]
enum Locked {
    Folder(DataFolder),
    Lock(FolderLock),
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

    /// By the server; without one, in this process, once other commands that work in the folder have ended.
    async fn execute(self, command: Command) -> Result<Output, ActError> {
        let end = Instant::now() + LOCK_WAIT_MAX;
        loop {
            match ask(self.folder(), &command).await {
                Err(AskError::NobodyThere { .. }) => {}
                answered => return Ok(answered?),
            }
            match self.locked() {
                Err(ActError::Silent(_)) if Instant::now() < end => sleep(LOCK_LOOK_INTERVAL).await,
                Err(refused) => return Err(refused),
                Ok((config, _lock)) => return execute_with(&config, command).await,
            }
        }
    }

    fn locked(&self) -> Result<(Cow<'_, Config>, Locked), ActError> {
        match self {
            Self::Folder(path) => {
                let folder = DataFolder::open(path).map_err(|error| match error {
                    DataFolderError::Lock(LockError::Held { path }) => ActError::Silent(path),
                    other => other.into(),
                })?;
                let FolderState::Made(made) = folder.state() else {
                    return Err(ActError::Nothing(path.clone()));
                };
                let config = up::settings(folder.path(), made.public_port, made.gate_port);
                Ok((Cow::Owned(config), Locked::Folder(folder)))
            }
            Self::Service(config) => {
                let lock = FolderLock::take(&config.data_folder).map_err(|error| match error {
                    LockError::Held { path } => ActError::Silent(path),
                    other @ LockError::Refused { .. } => ActError::Lock(other),
                })?;
                Ok((Cow::Borrowed(config.as_ref()), Locked::Lock(lock)))
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
