//! PostgreSQL goes away and comes back while the service serves.

use super::{
    service::{Service, Settings},
    story::first_certificate,
};
use crate::faults::{mail_server::MailServer, program::eventually};
use http::StatusCode;
use testkit::databases::PostgresDatabase;

#[tokio::test(flavor = "multi_thread")]
async fn without_its_database_the_gate_goes_on_for_a_while_and_everything_recovers_by_itself() {
    let Some(database) = PostgresDatabase::new().await else { return };
    let settings = Settings::postgres(&database.url());
    let mail = MailServer::open(settings.smtp_port).await;
    let service = Service::start(&settings).await;
    let identity = first_certificate(&service, &mail).await;
    // A page that is decided and made from memory.
    let page = service.at("kanto", "/.sekisho/nothing-here");
    let mut visitor = service.browser().holding(&identity);
    let mut open = visitor.stay(&page).await.expect("a connection");
    assert_eq!(open.get("/.sekisho/nothing-here").await.expect("an answer").denial(), "");

    database.go_away().await;
    assert_eq!(open.get("/.sekisho/nothing-here").await.expect("an answer").denial(), "");
    assert_eq!(visitor.get(&page).await.expect("an answer").denial(), "");
    let mut anybody = service.browser();
    let answer = anybody.post(&service.public("/pickup"), &pickup_form()).await.expect("an answer");
    let text = answer.expect(503).text();
    assert!(text.contains("<html") && !text.contains("postgres"), "{text}");
    let said = service.act(&["tenant", "list"]).await;
    assert!(!said.done() && !said.error.contains("panicked"), "{said:?}");

    // Past the staleness limit, unknown means no.
    let stale = eventually("status-stale", async || {
        let answer = visitor.get(&page).await.expect("an answer");
        (answer.denial() == "status-stale").then_some(answer.status)
    });
    assert_eq!(stale.await, StatusCode::SERVICE_UNAVAILABLE);

    database.come_back().await;
    eventually("the gate again", async || {
        visitor.get(&page).await.expect("an answer").denial().is_empty().then_some(())
    })
    .await;
    service.act(&["tenant", "list"]).await.expect_done();
    service.add_user("kanto", "hanako").await;
    eventually("mail again", async || {
        mail.letters().iter().any(|(to, _)| to.contains("hanako")).then_some(())
    })
    .await;
    service.kill().await;
    database.drop().await;
}

/// A complete pickup form with invented values.
fn pickup_form() -> [(&'static str, &'static str); 7] {
    [
        ("reference", "RABCDEFGHJK"),
        ("pin", "1234-5678-9012"),
        ("p12_password", "Tsubame-7-Kumo"),
        ("p12_password_confirm", "Tsubame-7-Kumo"),
        ("password_remembered", "yes"),
        ("device_type", "linux"),
        ("key_origin", "server"),
    ]
}
