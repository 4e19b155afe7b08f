//! One company's import fills the outbox, and the mail server is slow: another company's person waits for a PIN.

use crate::{
    bounds::{Bound, exact},
    installation::alone,
    mail_server::MailServer,
    person::apply,
    program::eventually,
    service::{Service, Settings},
};
use std::{fmt::Write as _, fs, time::Duration};
use tokio::time::Instant;

/// How long the server takes for each mail.
const SERVER_TAKES: Duration = Duration::from_millis(250);
const ADMINISTRATOR: &str = "admin@kanto.example";

/// From the application to the mail at the server.
const PIN_WAITS: Bound<Duration> =
    Bound { generous: Duration::from_secs(20), exact: Duration::from_secs(10) };

/// A file of so many people.
fn people(number: usize) -> String {
    let mut csv = "name,family_name,given_name,login,email\n".to_owned();
    for person in 0..number {
        writeln!(csv, "Many {person},Many,Person,many{person},many{person}@other.example").expect("writes");
    }
    csv
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pin_does_not_wait_behind_another_companys_invitations() {
    let _alone = alone().await;
    let people_max = if exact() { 5_000 } else { 400 };
    let settings = Settings::sqlite();
    let server = MailServer::open_slow(settings.smtp_port, SERVER_TAKES).await;
    let service = Service::start(&settings).await;
    service.add_company("other", "admin@other.example").await;
    fs::remove_dir_all(settings.folder().join("sheets")).expect("its sheet has been read");
    let sheet = service.add_company("kanto", ADMINISTRATOR).await;
    let file = settings.folder().join("people.csv");
    fs::write(&file, people(people_max)).expect("writes");
    let file = file.to_str().expect("a path");
    service.act(&["user", "import", file, "--tenant", "other"]).await.expect_done();
    let invitations = || server.letters().iter().filter(|(to, _)| to.ends_with("@other.example")).count();
    eventually("the first invitations", async || (invitations() > 3).then_some(())).await;

    let asked = Instant::now();
    let applied = apply(&mut service.browser(), &service.public(""), &sheet).await.expect("an answer");
    applied.expect(303);
    let has_come = || server.letters().iter().any(|(to, _)| to == ADMINISTRATOR);
    eventually("the mail with the PIN", async || has_come().then_some(())).await;
    let waited = asked.elapsed();
    assert!(invitations() < people_max, "the outbox is still full of invitations");
    PIN_WAITS.holds("mail", "a PIN at a mail server of 0.25 s a mail waits", waited);
}
