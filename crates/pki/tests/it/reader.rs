//! Runs an outside program and keeps what it said.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A program that was found on this machine, with a folder of its own for the files it reads.
pub(crate) struct Reader {
    program: String,
    folder: TempDir,
}

impl Reader {
    /// `None` where `program`, called with `probe`, does not run or fails; fails where it is required.
    pub(crate) fn find(program: &str, probe: &[&str]) -> Option<Self> {
        let status = Command::new(program)
            .args(probe)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let runs = status.is_ok_and(|status| status.success());
        let required = std::env::var("SEKISHO_REQUIRE_READERS").is_ok_and(|value| value == "1");
        assert!(runs || !required, "{program} {probe:?} does not run, but SEKISHO_REQUIRE_READERS=1");
        let folder = || TempDir::new().expect("a temporary folder");
        runs.then(|| Self { program: program.to_owned(), folder: folder() })
    }

    /// A Python that can import `module`: the one that `SEKISHO_PYTHON` names, which then must, or the machine's own.
    pub(crate) fn python(module: &str) -> Option<Self> {
        let named = std::env::var("SEKISHO_PYTHON").ok().filter(|path| !path.is_empty());
        let program = named.as_deref().unwrap_or("python3");
        let found = Self::find(program, &["-c", &format!("import {module}")]);
        assert!(found.is_some() || named.is_none(), "the python that SEKISHO_PYTHON names has no {module}");
        found
    }

    /// Writes a file into the folder and returns its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("the temporary folder can be written");
        path
    }

    /// Where a file of this name lies in the folder, or would.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the program in the folder; it must end well. Returns all it said, on both streams.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let (success, said) = self.try_run(arguments);
        assert!(success, "{} {arguments:?} failed:\n{said}", self.program);
        said
    }

    /// Whether the program ended well, and all it said.
    pub(crate) fn try_run(&self, arguments: &[&str]) -> (bool, String) {
        let Output { status, stdout, stderr } = Command::new(&self.program)
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
