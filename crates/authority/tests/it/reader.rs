//! OpenSSL as a reader that we did not write.

use std::{
    path::PathBuf,
    process::{Command, Output, Stdio},
};
use tempfile::TempDir;

/// `openssl`, with a folder of its own for the files it reads.
pub(crate) struct OpenSsl {
    folder: TempDir,
}

impl OpenSsl {
    /// `None` where it is not installed; fails where `SEKISHO_REQUIRE_READERS=1`.
    pub(crate) fn find() -> Option<Self> {
        let found = Command::new("openssl").arg("version").stdout(Stdio::null()).status();
        let runs = found.is_ok_and(|status| status.success());
        let required = std::env::var("SEKISHO_REQUIRE_READERS").is_ok_and(|value| value == "1");
        assert!(runs || !required, "openssl does not run, but SEKISHO_REQUIRE_READERS=1");
        runs.then(|| Self { folder: TempDir::new().expect("a temporary folder") })
    }

    /// Writes a file that it will read.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).expect("the temporary folder can be written");
        path
    }

    /// Runs it in the folder; it must end well. Returns all it said, on both streams.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let (success, said) = self.try_run(arguments);
        assert!(success, "openssl {arguments:?} failed:\n{said}");
        said
    }

    /// Whether it ended well, and all it said.
    pub(crate) fn try_run(&self, arguments: &[&str]) -> (bool, String) {
        let Output { status, stdout, stderr } = Command::new("openssl")
            .args(arguments)
            .env("LC_ALL", "C.UTF-8")
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .output()
            .expect("openssl ran before");
        let said = [stdout, stderr].concat();
        (status.success(), String::from_utf8_lossy(&said).into_owned())
    }
}
