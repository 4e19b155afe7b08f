//! Programs that we did not write, and what they say.

use crate::{is_required, variable};
use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// The Python with the packages of the tests.
const PYTHON: &str = "SEKISHO_PYTHON";

/// A program that was found on this machine, with a folder of its own for the files it reads.
pub struct OutsideReader {
    program: String,
    folder: TempDir,
}

impl OutsideReader {
    /// `None` where `program`, called with `probe`, does not run or fails; fails where it is required.
    pub fn find(program: &str, probe: &[&str]) -> Option<Self> {
        let status = Command::new(program)
            .args(probe)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        let runs = status.is_ok_and(|status| status.success());
        let required = is_required("SEKISHO_REQUIRE_READERS");
        assert!(runs || !required, "{program} {probe:?} does not run, but SEKISHO_REQUIRE_READERS=1");
        let folder = || TempDir::new().expect("a temporary folder");
        runs.then(|| Self { program: program.to_owned(), folder: folder() })
    }

    /// A Python that can import `module`: the one that `SEKISHO_PYTHON` names, which then must, or the machine's own.
    pub fn python(module: &str) -> Option<Self> {
        let named = variable(PYTHON);
        let program = named.as_deref().unwrap_or("python3");
        let found = Self::find(program, &["-c", &format!("import {module}")]);
        assert!(found.is_some() || named.is_none(), "the python that {PYTHON} names has no {module}");
        found
    }

    /// The program with these arguments, to be started in the folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).env("LC_ALL", "C.UTF-8").current_dir(self.folder.path()).stdin(Stdio::null());
        command
    }

    /// Writes a file into the folder and returns its path.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).expect("the temporary folder can be written");
        path
    }

    /// Where a file of this name lies in the folder, or would.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs the program in the folder; it must end well. Returns all it said, on both streams.
    pub fn run(&self, arguments: &[&str]) -> String {
        let (success, said) = self.try_run(arguments);
        assert!(success, "{} {arguments:?} failed:\n{said}", self.program);
        said
    }

    /// Whether the program ended well, and all it said.
    pub fn try_run(&self, arguments: &[&str]) -> (bool, String) {
        let output = self.command(arguments).output().expect("the program ran before");
        let Output { status, stdout, stderr } = output;
        let said = [stdout, stderr].concat();
        (status.success(), String::from_utf8_lossy(&said).into_owned())
    }
}
