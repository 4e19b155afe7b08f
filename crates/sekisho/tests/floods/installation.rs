//! The installation that a flood goes to.

use crate::up::Up;
use std::sync::OnceLock;
use tempfile::TempDir;
use tokio::sync::{Mutex, MutexGuard};

/// A running `sekisho up` on a folder of its own, alone on the machine as far as this suite goes.
pub(crate) struct Installation {
    pub(crate) up: Up,
    _folder: TempDir,
    _alone: MutexGuard<'static, ()>,
}

/// Waits for the flood before.
pub(crate) async fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: OnceLock<Mutex<()>> = OnceLock::new();
    ONE_AT_A_TIME.get_or_init(Mutex::default).lock().await
}

/// Waits for the flood before, then starts.
pub(crate) async fn installation() -> Installation {
    let alone = alone().await;
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(&folder.path().join("data")).await;
    Installation { up, _folder: folder, _alone: alone }
}
