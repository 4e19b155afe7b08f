//! An act or a list of the command line: through a running server's socket, or in this process.

use crate::{
    audit_heads_file::AuditHeadsFile,
    cli::ActArgs,
    command::{Command, CommandError, LIST_ROWS_MAX, Services},
    config::{Config, ReadConfigError},
    control::{AskError, Executor, ask},
    data_folder::{DataFolder, DataFolderError, FolderLock, FolderState, LockError},
    exit::Exit,
    hand_over::{HandOverError, HandOverPlace},
    output::{Listing, Output, OutputFormat},
    up,
    wiring::{
        audit_heads::AuditHeads,
        duties,
        installation::{Installation, OpenError},
    },
};
use domain::{
    one_line::shown_lines,
    refusal::{Problem, Refusal},
};
use serde_json::json;
use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, Write},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// How long a command waits for other commands that work in the data folder without a server.
const LOCK_WAIT_MAX: Duration = Duration::from_secs(20);
/// How often the command checks whether they have ended, or whether a server listens by now.
const LOCK_LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// Why an act was not done, or not completely.
#[derive(Debug, thiserror::Error)]
pub enum RunActError {
    #[error(transparent)]
    Config(#[from] ReadConfigError),
    /// The data folder is empty.
    #[error("data folder {0}: there is no installation; begin with \"sekisho up --data {0}\"")]
    Nothing(PathBuf),
    #[error(transparent)]
    Folder(#[from] DataFolderError),
    /// Another process holds the lock and does not answer.
    #[error(
        "data folder {0}: another sekisho is working in it and does not answer; nothing was done: try again, or end it"
    )]
    Silent(PathBuf),
    #[error(transparent)]
    Lock(LockError),
    #[error(transparent)]
    Ask(#[from] AskError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Command(#[from] CommandError),
    /// No folder is named for the handed-over files.
    #[error("this act hands over secrets; name a folder for them with --sheet-dir")]
    NoPlace,
    /// The act was done, and the answer cannot be written.
    #[error("standard output: {0}; what was asked for is done all the same")]
    Untold(io::Error),
    /// The answer, a list or a record, cannot be written.
    #[error("standard output: {0}")]
    Unshown(io::Error),
    /// The handed-over files could not be kept.
    #[error(transparent)]
    HandOver(#[from] HandOverError),
}

impl RunActError {
    /// The error in the form of a command's error, with codes and values; a failure outside of commands has none.
    fn as_command_error(&self) -> CommandError {
        match self {
            Self::Command(error) | Self::Ask(AskError::Refused(error)) => error.clone(),
            Self::NoPlace => CommandError::refusing(&[Refusal::at("sheet_dir", Problem::Required)], self),
            Self::Silent(_) => CommandError::because(Problem::Busy, self),
            Self::Config(_)
            | Self::Nothing(_)
            | Self::Folder(_)
            | Self::Lock(_)
            | Self::Ask(
                AskError::NobodyThere { .. }
                | AskError::WentAway { .. }
                | AskError::Slow { .. }
                | AskError::Broken { .. },
            )
            | Self::Open(_)
            | Self::Untold(_)
            | Self::Unshown(_)
            | Self::HandOver(_) => CommandError::failed(self),
        }
    }

    /// The exit status of the process.
    pub fn exit(&self) -> Exit {
        self.as_command_error().exit()
    }

    /// The text for standard error: the sentence with the code at its end, as in `… [email-taken]`; or one
    /// JSON object.
    pub fn shown(&self, form: OutputFormat) -> String {
        let error = self.as_command_error();
        match (form, error.code()) {
            (OutputFormat::Json, code) => {
                let status = error.exit().status();
                let refusals = error.refusals();
                let object = json!({
                    "error": error.to_string(), "code": code, "status": status, "refusals": refusals,
                });
                object.to_string()
            }
            (OutputFormat::Text, Some(code)) => {
                format!("sekisho: {} [{code}]", shown_lines(&error.to_string()))
            }
            (OutputFormat::Text, None) => format!("sekisho: {}", shown_lines(&error.to_string())),
        }
    }
}

/// Runs the command and returns the text of its answer.
pub async fn act(command: Command, args: &ActArgs) -> Result<String, RunActError> {
    let mut shown = Vec::new();
    answer(command, args, &mut shown).await?;
    Ok(String::from_utf8_lossy(&shown).into_owned())
}

/// Runs the command and writes its answer to `out`, a long list part by part. Returns a sentence if a list was cut.
pub async fn answer(
    command: Command,
    args: &ActArgs,
    out: &mut dyn Write,
) -> Result<Option<String>, RunActError> {
    let target = Target::of(args)?;
    let place = if command.hands_over() {
        Some(target.place(args).ok_or(RunActError::NoPlace)?.prepare().await?)
    } else {
        None
    };
    let form = if args.json { OutputFormat::Json } else { OutputFormat::Text };
    let mut shown = Shown::of(command, form, out);
    target.execute(&mut shown).await?;
    let Shown { output, cut, out, .. } = shown;
    let Some(output) = output else { return Ok(cut) };
    let kept = place.map(|place| place.keep(&output)).transpose()?.unwrap_or_default();
    let mut text = output.shown(form);
    if !args.json {
        for path in kept.moved {
            _ = writeln!(text, "what lay in its place is kept: {}", path.display());
        }
        for path in kept.written {
            _ = writeln!(text, "written: {}", path.display());
        }
    }
    let failed = if matches!(output, Output::Done(_) | Output::HandOver { .. }) {
        RunActError::Untold
    } else {
        RunActError::Unshown
    };
    check_written(out.write_all(text.as_bytes()).and_then(|()| out.flush()), failed)?;
    Ok(None)
}

/// A reader that has gone away is no failure of the act.
fn check_written(written: io::Result<()>, failed: fn(io::Error) -> RunActError) -> Result<(), RunActError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(failed(error)),
        _ => Ok(()),
    }
}

/// A command, and the part of its answer that was written.
struct Shown<'a> {
    command: Command,
    form: OutputFormat,
    out: &'a mut dyn Write,
    /// The most rows of a list without `--all`.
    rows_max: usize,
    /// The answer, if it is no long list.
    output: Option<Output>,
    /// The sentence about a cut list.
    cut: Option<String>,
}

impl<'a> Shown<'a> {
    fn of(command: Command, form: OutputFormat, out: &'a mut dyn Write) -> Self {
        Self { command, form, out, rows_max: LIST_ROWS_MAX, output: None, cut: None }
    }

    /// Takes the answer, and asks for the further parts of a long list until it ends, is cut, or loses its reader.
    async fn take(
        &mut self,
        first: Output,
        mut ask: impl AsyncFnMut(&Command) -> Result<Output, RunActError>,
    ) -> Result<(), RunActError> {
        let all = self.command.reach().is_none_or(|reach| reach.all);
        let mut listing = Listing::new(self.form, if all { None } else { Some(self.rows_max) }, self.out);
        let mut answer = first;
        while let Output::Page { records, next } = answer {
            let whole = match listing.show(&records) {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
                shown => shown.map_err(RunActError::Unshown)?,
            };
            let full = listing.is_full();
            if !whole || full && next.is_some() {
                self.cut = Some(format!(
                    "the list ends here, after {} rows, and there are more; --all shows all",
                    listing.shown()
                ));
            }
            let Some(after) = next.filter(|_| !full) else {
                return check_written(listing.end(), RunActError::Unshown);
            };
            if let Some(reach) = self.command.reach() {
                reach.after = Some(after);
            }
            answer = ask(&self.command).await?;
        }
        self.output = Some(answer);
        Ok(())
    }
}

/// Keeps other processes out of the data folder until it is dropped.
#[allow(dead_code, reason = "held, and looked at by nobody")]
enum Locked {
    Folder(DataFolder),
    Lock(FolderLock),
}

/// The installation of the command.
enum Target {
    /// Of `sekisho up`.
    Folder(PathBuf),
    /// Of `sekisho serve`.
    Service(Box<Config>),
}

impl Target {
    fn of(args: &ActArgs) -> Result<Self, RunActError> {
        match &args.config {
            Some(file) => Ok(Self::Service(Box::new(Config::read(file)?))),
            None if args.data.is_dir() => Ok(Self::Folder(args.data.clone())),
            None => Err(RunActError::Nothing(args.data.clone())),
        }
    }

    fn folder(&self) -> &PathBuf {
        match self {
            Self::Folder(folder) => folder,
            Self::Service(config) => &config.data_folder,
        }
    }

    fn place(&self, args: &ActArgs) -> Option<HandOverPlace> {
        match (&args.sheet_dir, self) {
            (Some(folder), _) => Some(HandOverPlace::Here(folder.clone())),
            (None, Self::Folder(folder)) => Some(HandOverPlace::Below(folder.join("sheets"))),
            (None, Self::Service(_)) => None,
        }
    }

    /// Through the server; without one, in this process, after other commands that work in the folder have ended.
    async fn execute(self, shown: &mut Shown<'_>) -> Result<(), RunActError> {
        let end = Instant::now() + LOCK_WAIT_MAX;
        loop {
            match ask(self.folder(), &shown.command).await {
                Err(AskError::NobodyThere { .. }) => {}
                answered => {
                    let next = async |command: &Command| Ok(ask(self.folder(), command).await?);
                    return shown.take(answered?, next).await;
                }
            }
            match self.locked() {
                Err(RunActError::Silent(_)) if Instant::now() < end => sleep(LOCK_LOOK_INTERVAL).await,
                Err(refused) => return Err(refused),
                Ok((config, _lock)) => return execute_with(&config, shown).await,
            }
        }
    }

    fn locked(&self) -> Result<(Cow<'_, Config>, Locked), RunActError> {
        match self {
            Self::Folder(path) => {
                let folder = DataFolder::open(path).map_err(|error| match error {
                    DataFolderError::Lock(LockError::Held { path }) => RunActError::Silent(path),
                    other => other.into(),
                })?;
                let FolderState::Made(made) = folder.state() else {
                    return Err(RunActError::Nothing(path.clone()));
                };
                let config = up::settings(folder.path(), made.public_port, made.gate_port);
                Ok((Cow::Owned(config), Locked::Folder(folder)))
            }
            Self::Service(config) => {
                let lock = FolderLock::take(&config.data_folder).map_err(|error| match error {
                    LockError::Held { path } => RunActError::Silent(path),
                    other @ LockError::Refused { .. } => RunActError::Lock(other),
                })?;
                Ok((Cow::Borrowed(config.as_ref()), Locked::Lock(lock)))
            }
        }
    }
}

/// Runs under the lock. Mail stays in the outbox until a server runs; imports are completed here.
async fn execute_with(config: &Config, shown: &mut Shown<'_>) -> Result<(), RunActError> {
    let installation = Installation::open(config).await?;
    let services = Services {
        authority: installation.authority.clone(),
        audit_heads: AuditHeadsFile::at(config.audit_heads_file.clone()),
    };
    let stop = CancellationToken::new();
    let (duties_here, signer) = (services.authority.duties(), services.authority.head_signer());
    let heads = Arc::new(AuditHeads::over(services.audit_heads.clone(), signer));
    duties_here.announce(&duties::all(duties_here, heads));
    let imports = tokio::spawn(duties::run_imports_until(duties_here.clone(), stop.clone()));
    let execute = async |command: &Command| Ok(services.execute(command.clone()).await?);
    let done = match execute(&shown.command).await {
        Ok(first) => shown.take(first, execute).await,
        Err(refused) => Err(refused),
    };
    stop.cancel();
    if let Err(error) = imports.await {
        tracing::error!(%error, "imports");
    }
    installation.close().await;
    done
}

#[cfg(test)]
mod tests;
