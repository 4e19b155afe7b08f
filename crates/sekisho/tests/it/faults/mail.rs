//! The mail server is away: acts answer at once, mails wait and keep their secrets sealed, and all of
//! them arrive once it is back.

use super::{
    mail_server::MailServer,
    person::{Credentials, apply},
    program::eventually,
};
use crate::served::service::{Service, Settings};
use sqlx::{Connection, Executor, Row, SqliteConnection};
use std::path::Path;
use testkit::free_port;

const ADMINISTRATOR: &str = "admin@kanto.example";

/// Waiting effects, and effects whose payload still exists.
async fn outbox(database: &Path) -> (i64, i64) {
    let mut connection = open(database).await;
    let query = "SELECT COUNT(*) FILTER (WHERE state = 'waiting') AS waiting, COUNT(payload_sealed) AS sealed FROM effect";
    let row = connection.fetch_one(query).await.expect("counts");
    (row.get("waiting"), row.get("sealed"))
}

/// Ends the pause before the next try, which is at least half a minute.
async fn let_the_pause_be_over(database: &Path) {
    open(database)
        .await
        .execute("UPDATE effect SET next_attempt_at = 0 WHERE state = 'waiting'")
        .await
        .expect("sets");
}

async fn open(database: &Path) -> SqliteConnection {
    SqliteConnection::connect(&format!("sqlite://{}", database.display())).await.expect("opens")
}

async fn apply_as_administrator(service: &Service<'_>, sheet: &Credentials) {
    let mut browser = service.browser();
    let answer = apply(&mut browser, &service.public(""), sheet).await.expect("an answer");
    answer.expect(303);
}

async fn all_arrived(server: &MailServer, database: &Path, subjects: usize) {
    eventually("all mails", async || (server.letters().len() >= subjects).then_some(())).await;
    eventually("an outbox without secrets", async || (outbox(database).await == (0, 0)).then_some(())).await;
    assert_eq!(server.letters().len(), subjects, "each of them once");
    assert!(server.letters().iter().all(|(to, _)| to.contains("kanto.example")));
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_of_acts_before_the_mail_server_came_up_arrive_when_it_is_there() {
    let settings = Settings::sqlite();
    let database = settings.sqlite_file();
    let service = Service::start(&settings).await;
    let sheet = service.add_company("kanto", ADMINISTRATOR).await;
    apply_as_administrator(&service, &sheet).await;
    service.add_user("kanto", "hanako").await;
    let first_tries = async || {
        let tried = "SELECT COUNT(*) AS tried FROM effect WHERE last_error IS NOT NULL";
        let tried: i64 = open(&database).await.fetch_one(tried).await.expect("counts").get("tried");
        (tried == 2).then_some(())
    };
    eventually("two mails that nobody took", first_tries).await;
    assert_eq!(outbox(&database).await, (2, 2));
    service.kill().await;

    let server = MailServer::open(settings.smtp_port).await;
    let_the_pause_be_over(&database).await;
    let _service = Service::start(&settings).await;
    all_arrived(&server, &database, 2).await;
    // Two connections took them at the same moment, so either may be the first.
    let notices = server.letters().iter().filter(|(_, letter)| letter.text.contains("reference=")).count();
    assert_eq!(notices, 1, "the act's notice, and the other one's invitation");
}

#[tokio::test(flavor = "multi_thread")]
async fn mails_of_acts_while_the_mail_server_is_gone_arrive_when_it_is_back() {
    let settings = Settings::sqlite();
    let database = settings.sqlite_file();
    let server = MailServer::open(settings.smtp_port).await;
    let service = Service::start(&settings).await;
    let sheet = service.add_company("kanto", ADMINISTRATOR).await;
    service.add_user("kanto", "taro").await;
    all_arrived(&server, &database, 1).await;
    drop(server);
    apply_as_administrator(&service, &sheet).await;
    service.add_user("kanto", "hanako").await;
    eventually("mails that wait", async || (outbox(&database).await == (2, 2)).then_some(())).await;

    let server = MailServer::open(settings.smtp_port).await;
    // While the server runs, the worker looks again when an effect is posted.
    eventually("tries that failed", async || {
        let_the_pause_be_over(&database).await;
        service.add_user("kanto", &format!("more-{}", free_port())).await;
        (server.letters().len() >= 3).then_some(())
    })
    .await;
    eventually("an outbox without secrets", async || (outbox(&database).await == (0, 0)).then_some(())).await;
    let recipients: Vec<String> = server.letters().into_iter().map(|(to, _)| to).collect();
    for expected in [ADMINISTRATOR, "hanako@kanto.example"] {
        assert!(recipients.iter().any(|to| to == expected), "{expected}: {recipients:?}");
    }
}
