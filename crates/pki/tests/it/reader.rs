//! Runs an outside program and keeps what it said.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A program that was found on this machine, with a folder of its own for the files it reads.
pub(crate) struct Reader {
    program: &'static str,
    folder: TempDir,
}

impl Reader {
    /// `None` where `program`, called with `probe`, does not run or fails; fails where it is required.
    pub(crate) fn find(program: &'static str, probe: &[&str]) -> Option<Self> {
        let status = Command::new(program)
            .args(probe)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let runs = status.is_ok_and(|status| status.success());
        let required = std::env::var("SEKISHO_REQUIRE_READERS").is_ok_and(|value| value == "1");
        assert!(runs || !required, "{program} {probe:?} does not run, but SEKISHO_REQUIRE_READERS=1");
        runs.then(|| Self { program, folder: TempDir::new().expect("a temporary folder") })
    }

    /// Writes a file into the folder and returns its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("the temporary folder can be written");
        path
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Runs the program in the folder; it must end well. Returns all it said, on both streams.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let (success, said) = self.try_run(arguments);
        assert!(success, "{} {arguments:?} failed:\n{said}", self.program);
        said
    }

    /// Whether the program ended well, and all it said.
    pub(crate) fn try_run(&self, arguments: &[&str]) -> (bool, String) {
        let Output { status, stdout, stderr } = Command::new(self.program)
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("the program ran before");
        let said = [stdout, stderr].concat();
        (status.success(), String::from_utf8_lossy(&said).into_owned())
    }
}
