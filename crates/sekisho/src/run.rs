//! The run of each noun of the command line, and its end.

use crate::{
    act::{self, RunActError},
    cli::{ActArgs, ActCommand, Cli, ConfigArgs, GenerateArgs, Noun, UpArgs},
    command::Command,
    config::{Config, LogFormat, LogSettings, ReadConfigError},
    exit::Exit,
    logging,
    output::OutputFormat,
    reference::{self, ReferenceError},
    serve::{self, ServeError, Service},
    shutdown,
    tour::{self, TourError},
    up::{Up, UpError},
};
use clap::Subcommand;
use domain::one_line::shown_lines;
use std::{
    io::{self, Write},
    path::Path,
};

/// The log of acts and lists: only events that need attention.
const QUIET: LogSettings = LogSettings { format: LogFormat::Text, level: tracing::Level::WARN };

/// Why the process does not end with 0: one sentence.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Up(#[from] UpError),
    #[error(transparent)]
    Tour(#[from] TourError),
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ReadConfigError),
    /// `serve` and `migrate`.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// An act or a list.
    #[error("{error}")]
    Act {
        error: RunActError,
        /// The requested form of the answer.
        form: OutputFormat,
    },
    /// `generate`.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The system itself.
    #[error("system: {0}")]
    System(#[from] io::Error),
}

impl RunError {
    /// The text for standard error.
    pub fn shown(&self) -> String {
        match self {
            Self::Act { error, form } => error.shown(*form),
            Self::Up(_)
            | Self::Tour(_)
            | Self::Config(_)
            | Self::Serve(_)
            | Self::Reference(_)
            | Self::System(_) => format!("sekisho: {}", shown_lines(&self.to_string())),
        }
    }

    /// The exit status of the process.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Act { error, .. } => error.exit(),
            Self::Up(_)
            | Self::Tour(_)
            | Self::Config(_)
            | Self::Serve(_)
            | Self::Reference(_)
            | Self::System(_) => Exit::Failed,
        }
    }
}

/// Runs the noun completely.
pub fn run(cli: Cli) -> Result<(), RunError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match cli.noun {
            Noun::Up(args) => up(&args).await,
            Noun::Tour => {
                logging::begin(QUIET);
                Ok(tour::walk().await?)
            }
            Noun::Serve(args) => serve(&args).await,
            Noun::CheckConfig { file } => {
                Config::read(&file)?;
                print(&format!("{} is good\n", file.display()))
            }
            Noun::Migrate(ConfigArgs { config }) => {
                let config = Config::read(&config)?;
                logging::begin(config.log);
                print(&serve::migrate(&config).await?)
            }
            Noun::Generate(GenerateArgs { check: true, .. }) => Ok(reference::check(Path::new("."))?),
            Noun::Generate(_) => Ok(reference::write(Path::new("."))?),
            Noun::Tenant(act) => answer(act, Command::Tenant).await,
            Noun::User(act) => answer(act, Command::User).await,
            Noun::Application(act) => answer(act, Command::Application).await,
            Noun::Certificate(act) => answer(act, Command::Certificate).await,
            Noun::Issuer(act) => answer(act, Command::Issuer).await,
            Noun::Crl(act) => answer(act, Command::Crl).await,
            Noun::Site(act) => answer(act, Command::Site).await,
            Noun::Audit(act) => answer(act, Command::Audit).await,
            Noun::Duty(act) => answer(act, Command::Duty).await,
            Noun::Mail(act) => answer(act, Command::Mail).await,
            Noun::Operator(act) => answer(act, Command::Operator).await,
        }
    })
}

async fn answer<Verb: Subcommand>(
    act: ActCommand<Verb>,
    command: fn(Verb) -> Command,
) -> Result<(), RunError> {
    let ActCommand { verb, at } = act;
    logging::begin(QUIET);
    let at: ActArgs = at;
    // Standard output is locked for each part of a list, so that a log line of this process can only come
    // between two parts.
    let answered = act::answer(command(verb), &at, &mut io::stdout()).await;
    let form = if at.json { OutputFormat::Json } else { OutputFormat::Text };
    let cut = answered.map_err(|error| RunError::Act { error, form })?;
    if let Some(sentence) = cut {
        eprintln!("sekisho: {sentence}");
    }
    Ok(())
}

async fn up(args: &UpArgs) -> Result<(), RunError> {
    logging::begin(QUIET);
    let wished = shutdown::listen()?;
    let up = Up::start(&args.data, args.ports()).await?;
    print(&up.greeting)?;
    print("ready\n")?;
    wished.cancelled().await;
    up.stop().await;
    print("stopped; the next start continues\n")
}

async fn serve(args: &ConfigArgs) -> Result<(), RunError> {
    let config = Config::read(&args.config)?;
    logging::begin(config.log);
    let wished = shutdown::listen()?;
    let service = Service::start(&config).await?;
    tracing::info!(gate = %config.gate.listen, http = %config.http_listen, "ready");
    wished.cancelled().await;
    tracing::info!("draining");
    service.stop().await;
    Ok(())
}

/// Writes to standard output. A reader that has gone away is no failure of the act.
fn print(text: &str) -> Result<(), RunError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
