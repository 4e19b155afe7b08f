//! Why a step failed, in words that name the thing and the way out.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;

#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("\"{command}\" ended with {status}")]
    Ended { command: String, status: ExitStatus },
    #[error("\"{command}\" could not be started: {source}")]
    NotStarted { command: String, source: std::io::Error },
    #[error("\"{command}\" said nothing, so nothing was proved")]
    Silent { command: String },
    #[error("{path}: {source}", path = path.display())]
    File { path: PathBuf, source: std::io::Error },
    #[error("missing: {list}; run as root: apt-get install --no-install-recommends {list}", list = packages.join(" "))]
    MissingPackages { packages: Vec<&'static str> },
    #[error("package {package} is installed, but {wanted} is still not there")]
    StillMissing { package: &'static str, wanted: &'static str },
    #[error("postgresql: {0}")]
    Postgres(String),
    #[error("no file in {0} matches *.test.mjs, so no story was walked")]
    NoStories(PathBuf),
    #[error(
        "{0}: the manual names this picture, and no story takes it; name another page, or let a story look at it"
    )]
    PictureNotTaken(PathBuf),
    #[error(
        "{0}: the manual and its pictures differ; run: cargo xtask test --only e2e, then: cargo xtask pictures"
    )]
    PictureOdd(PathBuf),
}

impl Failure {
    pub(crate) fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { path, source }
    }
}
