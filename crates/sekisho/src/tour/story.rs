//! The people and places of the story: the installation, the post office, the people so far.

use super::{Mishap, browser::Browser, identity::BrowserIdentity, post_office::PostOffice};
use crate::{
    command::Command,
    config::{MailTransportKeys, own_settings},
    control,
    output::{Output, Record},
    up::{PortNumbers, Up},
    wiring::localhost_ca::CERTIFICATE_NAME,
};
use std::{path::PathBuf, sync::Arc};
use tempfile::TempDir;

/// The story so far.
pub(super) struct Story {
    /// The installation; `None` once it has ended.
    up: Option<Up>,
    /// Removed at the end.
    folder: TempDir,
    server_ca: pki::Certificate,
    /// Everybody's mailboxes.
    pub(super) post: PostOffice,
    /// The company in the story.
    pub(super) acme: Option<Company>,
    /// Another company.
    pub(super) other: Option<Company>,
    /// The first administrator's pickup, from its mail.
    pub(super) invitation_to_pick_up: Option<PickupMail>,
    /// The first administrator.
    pub(super) administrator: Option<Person>,
    /// A user added at the desk.
    pub(super) user: Option<Person>,
}

/// The files of a company.
#[derive(Debug, Clone)]
pub(super) struct Company {
    pub(super) slug: &'static str,
    pub(super) administrator_email: String,
    pub(super) identification_code: String,
    pub(super) password: String,
    pub(super) data_entry: String,
}

/// A person with a certificate in the browser.
pub(super) struct Person {
    pub(super) browser: Browser,
    pub(super) identity: Arc<BrowserIdentity>,
    pub(super) email: String,
    pub(super) challenge_phrase: &'static str,
}

/// The contents of the mail about a pickup.
#[derive(Debug, Clone)]
pub(super) struct PickupMail {
    /// The pickup page's address.
    pub(super) address: String,
    /// 受付番号
    pub(super) reference: String,
    /// PIN番号
    pub(super) pin: String,
}

fn by_smtp(post: &PostOffice) -> Result<MailTransportKeys, Mishap> {
    own_settings(&format!(
        "[mail]\nsmtp_host = \"127.0.0.1\"\nsmtp_port = {}\nsecurity = \"none-loopback-only\"\nhello_name = \"localhost\"\n",
        post.port()
    ))
    .map_err(Mishap::because)
}

impl Story {
    /// Sets the stage: a fresh installation whose mail goes to the post office.
    pub(super) async fn begin() -> Result<Self, Mishap> {
        let folder = tempfile::Builder::new().prefix("sekisho-tour-").tempdir().map_err(Mishap::because)?;
        let post = PostOffice::open().await.map_err(Mishap::because)?;
        let mail = by_smtp(&post)?;
        let data = folder.path().join("data");
        let up = Up::start_mailing(&data, PortNumbers::ANY, mail).await.map_err(Mishap::because)?;
        let pem = std::fs::read_to_string(data.join(CERTIFICATE_NAME)).map_err(Mishap::because)?;
        Ok(Self {
            up: Some(up),
            server_ca: pki::Certificate::from_pem(&pem).map_err(Mishap::because)?,
            folder,
            post,
            acme: None,
            other: None,
            invitation_to_pick_up: None,
            administrator: None,
            user: None,
        })
    }

    /// Ends the installation as Ctrl-C does.
    pub(super) async fn end(mut self) {
        if let Some(up) = self.up.take() {
            up.stop().await;
        }
    }

    /// Ends the installation and starts it again on the same folder and ports.
    pub(super) async fn restart(&mut self) -> Result<(), Mishap> {
        let Some(up) = self.up.take() else { return Err(Mishap::because("there is no installation")) };
        let ports = up.ports;
        let mail = by_smtp(&self.post)?;
        up.stop().await;
        self.up = Some(Up::start_mailing(&self.data(), ports, mail).await.map_err(Mishap::because)?);
        Ok(())
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A new browser.
    pub(super) fn new_browser(&self, language: &'static str) -> Result<Browser, Mishap> {
        Browser::new(language, &self.server_ca)
    }

    /// An address on the public site.
    pub(super) fn public(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.up.as_ref().map_or(0, |up| up.ports.public))
    }

    /// An address at the gate: `acme`, `acme.desk`, `console`.
    pub(super) fn at_gate(&self, name: &str, path: &str) -> String {
        format!("https://{name}.localhost:{}{path}", self.up.as_ref().map_or(0, |up| up.ports.gate))
    }

    /// An address of metrics and health.
    pub(super) fn operations(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.up.as_ref().map_or(0, |up| up.ports.metrics))
    }

    /// An act of the command line, beside the running server.
    pub(super) async fn command(&self, command: Command) -> Result<Output, Mishap> {
        control::ask(&self.data(), &command).await.map_err(Mishap::because)
    }

    /// A list of the command line.
    pub(super) async fn list(&self, command: Command) -> Result<Vec<Record>, Mishap> {
        match self.command(command).await? {
            Output::Records(records) | Output::Page { records, .. } => Ok(records),
            other => Err(Mishap::because(format_args!("expected a list, got {other:?}"))),
        }
    }

    /// The company, once it has its contract.
    pub(super) fn acme(&self) -> Result<Company, Mishap> {
        self.acme.clone().ok_or_else(|| Mishap::because("the company has no contract yet"))
    }

    /// The first administrator, once the certificate is imported.
    pub(super) fn administrator(&mut self) -> Result<&mut Person, Mishap> {
        self.administrator.as_mut().ok_or_else(|| Mishap::because("the administrator has no certificate yet"))
    }

    /// The user, once the certificate is imported.
    pub(super) fn user(&mut self) -> Result<&mut Person, Mishap> {
        self.user.as_mut().ok_or_else(|| Mishap::because("the user has no certificate yet"))
    }
}
