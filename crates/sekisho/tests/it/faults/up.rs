//! `sekisho up` on a data folder, and its command line.

use super::{
    mailbox::Mailbox,
    program::{Program, Said, run, sekisho},
};
use serde_json::Value;
use std::path::{Path, PathBuf};
use testkit::browser::{Roots, TestBrowser};
use tokio::process::Command;

/// A running installation.
#[derive(Debug)]
pub(crate) struct Up {
    pub(crate) program: Program,
    pub(crate) folder: PathBuf,
    pub(crate) public_port: u16,
    pub(crate) gate_port: u16,
    roots: Roots,
}

/// `sekisho up` at any free ports.
pub(crate) fn command(folder: &Path) -> Command {
    let mut command = sekisho(&["up", "--public-port", "0", "--gate-port", "0", "--metrics-port", "0"]);
    command.arg("--data").arg(folder);
    command
}

impl Up {
    /// Starts, and expects to be ready.
    pub(crate) async fn start(folder: &Path) -> Self {
        Self::try_start(folder).await.unwrap_or_else(|said| panic!("{said:?}"))
    }

    /// Starts; returns its output if it does not become ready.
    pub(crate) async fn try_start(folder: &Path) -> Result<Self, Said> {
        Self::started(folder, command(folder)).await
    }

    /// The same, with a command of the test.
    pub(crate) async fn started(folder: &Path, command: Command) -> Result<Self, Said> {
        let program = Program::start(command).ready().await?;
        let ready = std::fs::read_to_string(folder.join("ready.json")).expect("ready.json");
        let ready: Value = serde_json::from_str(&ready).expect("JSON");
        let port = |name: &str| u16::try_from(ready[name].as_u64().expect("a port")).expect("a port");
        Ok(Self {
            program,
            folder: folder.to_owned(),
            public_port: port("http_port"),
            gate_port: port("gate_port"),
            roots: Roots::read(&folder.join("server-ca.crt")),
        })
    }

    pub(crate) fn public(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.public_port)
    }

    /// An address below a tenant's site, or another name at the gate.
    pub(crate) fn site(&self, name: &str, path: &str) -> String {
        format!("https://{name}.localhost:{}{path}", self.gate_port)
    }

    pub(crate) fn browser(&self) -> TestBrowser {
        TestBrowser::new(self.roots.clone())
    }

    pub(crate) fn mailbox(&self) -> Mailbox {
        Mailbox::new(self.folder.join("mail"))
    }

    /// An act or a list of the command line.
    pub(crate) async fn act(&self, args: &[&str]) -> Said {
        act(&self.folder, args).await
    }

    /// The records of a list.
    pub(crate) async fn list(&self, args: &[&str]) -> Vec<Value> {
        let args = [args, &["--json"]].concat();
        let out = self.act(&args).await.expect_done();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    pub(crate) async fn kill(self) {
        self.program.kill().await;
    }
}

/// An act or a list, with or without a server.
pub(crate) async fn act(folder: &Path, args: &[&str]) -> Said {
    let mut command = sekisho(args);
    command.arg("--data").arg(folder);
    run(command).await
}

/// A further company with as many seats as a test needs.
pub(crate) async fn add_company(up: &Up, slug: &str) {
    let args =
        ["tenant", "add", slug, "--name", slug, "--organization", "Kanto Ltd.", "--contract-number", "K-1"];
    let address = format!("admin@{slug}.example");
    let rest = ["--seats", "5000", "--valid-until", "2099-12-31", "--administrator-name", "Kanto"];
    let last =
        ["--administrator-email", &address, "--support-contact", "help@kanto.example", "--locale", "en"];
    up.act(&[args.as_slice(), &rest, &last].concat()).await.expect_done();
}
