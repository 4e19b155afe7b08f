//! People and acts at the moment of a fault: acknowledged acts, and acts with an unknown result.

use super::{
    mailbox::Notice,
    person::{self, Credentials},
    program::Said,
    up::{Up, act},
};
use http::StatusCode;
use std::path::PathBuf;
use testkit::browser::{ClientIdentity, Cut, TestBrowser};
use tokio::sync::watch;

/// Counts acknowledgements, so that the fault can come after a number of them.
pub(crate) type Acknowledged = watch::Sender<usize>;

/// A person's progress, by the answers that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Has a slip.
    Invited,
    /// Has applied.
    Applied,
    /// Has sent the pickup form and waits.
    PickedUp,
    /// Has the certificate.
    Holding,
    /// Had a certificate; the revocation was acknowledged.
    Revoked,
}

/// One person of the company.
#[derive(Debug)]
pub(crate) struct Person {
    pub(crate) credentials: Credentials,
    pub(crate) stage: Stage,
    /// Whether the next step was begun and never answered.
    pub(crate) unsure: bool,
    pub(crate) browser: TestBrowser,
    pub(crate) notice: Option<Notice>,
    pub(crate) identity: Option<ClientIdentity>,
    /// The certificate's id on the command line.
    pub(crate) certificate: Option<String>,
}

/// The targets of the acts.
#[derive(Debug, Clone)]
pub(crate) struct Doors {
    pub(crate) public_url: String,
    pub(crate) folder: PathBuf,
    pub(crate) company: &'static str,
    pub(crate) acknowledged: Acknowledged,
}

impl Doors {
    pub(crate) fn of(up: &Up, company: &'static str) -> Self {
        let acknowledged = Acknowledged::new(0);
        Self { public_url: up.public(""), folder: up.folder.clone(), company, acknowledged }
    }

    fn acknowledge(&self) {
        self.acknowledged.send_modify(|count| *count += 1);
    }
}

impl Person {
    pub(crate) fn with_slip(slip: &str, browser: TestBrowser) -> Self {
        Self {
            credentials: Credentials::on_slip(slip),
            stage: Stage::Invited,
            unsure: false,
            browser,
            notice: None,
            identity: None,
            certificate: None,
        }
    }

    /// Takes the next step; any fault leaves the person unsure.
    pub(crate) async fn step(mut self, doors: Doors) -> Self {
        let stepped = match self.stage {
            Stage::Invited => self.apply(&doors).await,
            Stage::Applied => self.send_pickup(&doors).await,
            Stage::Holding => self.be_revoked(&doors).await,
            Stage::PickedUp | Stage::Revoked => Ok(()),
        };
        self.unsure = stepped.is_err();
        self
    }

    async fn apply(&mut self, doors: &Doors) -> Result<(), Cut> {
        let answer = person::apply(&mut self.browser, &doors.public_url, &self.credentials).await?;
        // After an unanswered application, the password may be spent at the second try: a PIN shows it.
        assert!(
            answer.status == StatusCode::SEE_OTHER || self.unsure,
            "{}: {}",
            self.credentials.email,
            answer.text()
        );
        self.stage = Stage::Applied;
        doors.acknowledge();
        Ok(())
    }

    async fn send_pickup(&mut self, doors: &Doors) -> Result<(), Cut> {
        let notice = self.notice.clone().expect("looked for before");
        self.browser.get(&format!("{}/pickup", doors.public_url)).await?;
        let answer = person::send_pickup(&mut self.browser, &doors.public_url, &notice).await?;
        answer.expect(303);
        self.stage = Stage::PickedUp;
        doors.acknowledge();
        self.identity = person::await_file(&mut self.browser, &doors.public_url).await?;
        assert!(self.identity.is_some(), "a pickup under way ended without a file");
        self.stage = Stage::Holding;
        doors.acknowledge();
        Ok(())
    }

    async fn be_revoked(&mut self, doors: &Doors) -> Result<(), Cut> {
        let id = self.certificate.clone().expect("looked for before");
        let said = act(&doors.folder, &["certificate", "revoke", &id, "--tenant", doors.company]).await;
        if !said.done() {
            return Err(Cut);
        }
        self.stage = Stage::Revoked;
        doors.acknowledge();
        Ok(())
    }
}

/// Adds a person with a slip; returns whether the act was acknowledged.
pub(crate) async fn add_person(doors: Doors, login: String) -> Option<String> {
    let email = format!("{login}@kanto.example");
    let args = ["user", "add", &login, "--tenant", doors.company, "--name", &login, "--by", "slip"];
    let rest = ["--family-name", "Kanto", "--given-name", "Taro", "--email", &email];
    let said = act(&doors.folder, &[args.as_slice(), &rest].concat()).await;
    said.done().then(|| {
        doors.acknowledge();
        login
    })
}

/// Imports a file of `rows` people; returns whether the import was acknowledged.
pub(crate) async fn import(doors: Doors, file: PathBuf) -> Said {
    let path = file.to_str().expect("UTF-8").to_owned();
    let said = act(&doors.folder, &["user", "import", &path, "--tenant", doors.company]).await;
    if said.done() {
        doors.acknowledge();
    }
    said
}

/// A CSV file of so many people whose login names begin so.
pub(crate) fn csv(beginning: &str, rows: usize) -> String {
    let mut text = "name,family_name,given_name,login,email\r\n".to_owned();
    for row in 0..rows {
        let login = format!("{beginning}-{row:05}");
        text.extend([login.as_str(), ",Kanto,Hanako,", &login, ",", &login, "@import.example\r\n"]);
    }
    text
}
