//! From the contract to the revocation on an open connection, as production runs it.

use super::service::{Service, Settings};
use crate::faults::{
    mail_server::MailServer,
    mailbox::Notice,
    person::{apply, pick_up},
    program::eventually,
};
use http::StatusCode;
use testkit::browser::{ClientIdentity, TestBrowser};
use testkit::databases::PostgresDatabase;

pub(super) const ADMINISTRATOR: &str = "admin@kanto.example";

/// The first administrator's certificate.
pub(super) async fn first_certificate(service: &Service<'_>, mail: &MailServer) -> ClientIdentity {
    let sheet = service.add_company("kanto", ADMINISTRATOR).await;
    let mut browser = service.browser();
    let answer = apply(&mut browser, &service.public(""), &sheet).await.expect("an answer");
    answer.expect(303);
    let notice = eventually("the notice", async || {
        let letters = mail.letters();
        letters.iter().filter(|(to, _)| to == ADMINISTRATOR).find_map(|(_, letter)| Notice::of(letter))
    });
    pick_up(&mut browser, &service.public(""), &notice.await).await
}

/// Suspends at each level, and resumes.
async fn acts_are_refused_with_their_moment(
    service: &Service<'_>,
    visitor: &mut TestBrowser,
    site: &str,
    id: &str,
) {
    let users = service.act(&["user", "list", "--tenant", "kanto", "--json"]).await.expect_done();
    let users: serde_json::Value = serde_json::from_str(&users).expect("JSON");
    let login = users[0]["login"].as_str().expect("a login name");
    // The last administrator could not be suspended.
    let another =
        ["user", "add", "deputy", "--tenant", "kanto", "--role", "administrator", "--name", "Deputy"];
    let named = ["--family-name", "Kanto", "--given-name", "Deputy", "--email", "deputy@kanto.example"];
    service.act(&[&another[..], &named].concat()).await.expect_done();
    let certificate = [id, "--tenant", "kanto"];
    let user = [login, "--tenant", "kanto"];
    for (noun, which, act, back, code, words) in [
        ("certificate", &certificate[..], "hold", "release", "on-hold", "It was put on hold on "),
        ("user", &user, "suspend", "resume", "user-suspended", "suspended your access on "),
        ("tenant", &["kanto"], "suspend", "resume", "tenant-suspended", "suspended or ended on "),
    ] {
        service.act(&[&[noun, act][..], which].concat()).await.expect_done();
        let answer = visitor.get(site).await.expect("an answer");
        assert_eq!(answer.denial(), code);
        tells_moment(&answer.text(), words);
        service.act(&[&[noun, back][..], which].concat()).await.expect_done();
        assert_eq!(visitor.get(site).await.expect("an answer").denial(), "");
    }
}

/// The words are followed by a date.
#[track_caller]
fn tells_moment(page: &str, words: &str) {
    let moment = page.split(words).nth(1).unwrap_or_else(|| panic!("no moment: {page}"));
    assert!(moment.starts_with(|letter: char| letter.is_ascii_digit()), "{moment}");
}

async fn walk(settings: &Settings) {
    let mail = MailServer::open(settings.smtp_port).await;
    settings
        .act(&[
            "operator",
            "add",
            "--name",
            "O",
            "--family-name",
            "O",
            "--given-name",
            "First",
            "--email",
            "o@example.test",
        ])
        .await
        .expect_done();
    let mut service = Service::start(settings).await;
    let identity = first_certificate(&service, &mail).await;
    let site = service.at("kanto", "/");
    let denied = service.browser().get(&site).await.expect("an answer").expect(403);
    assert_eq!(denied.denial(), "no-certificate");
    let mut visitor = service.browser().holding(&identity);
    let mut open = visitor.stay(&site).await.expect("a connection");
    assert_eq!(open.get("/").await.expect("an answer").denial(), "");
    assert_eq!(visitor.get(&service.at("kanto.desk", "/")).await.expect("an answer").denial(), "");
    service.add_company("other", "admin@other.example").await;
    let elsewhere = visitor.get(&service.at("other", "/")).await.expect("an answer");
    assert_eq!(elsewhere.denial(), "other-tenant");

    let listed = service.act(&["certificate", "list", "--tenant", "kanto", "--json"]).await.expect_done();
    let listed: serde_json::Value = serde_json::from_str(&listed).expect("JSON");
    assert_eq!(listed[0]["serial"], identity.serial());
    let id = listed[0]["id"].as_str().expect("an id");
    let mut other = service.browser().holding(&identity);
    acts_are_refused_with_their_moment(&service, &mut other, &site, id).await;
    service.act(&["certificate", "revoke", id, "--tenant", "kanto"]).await.expect_done();
    let answer = open.get("/").await.expect("the open connection answers");
    assert_eq!((answer.status, answer.denial()), (StatusCode::FORBIDDEN, "revoked"));
    // The request states no language, so the moment begins the Japanese sentence.
    tells_moment(&answer.text(), "<p class=\"lead\">");
    service.program.signal("TERM").await;
    assert_eq!(service.program.ended().await.code(), Some(0), "{}", service.program.said());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_holds_on_sqlite() {
    walk(&Settings::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_story_holds_on_postgresql() {
    let Some(database) = PostgresDatabase::new().await else { return };
    walk(&Settings::postgres(&database.url())).await;
    database.drop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_service_in_the_same_data_folder_says_so() {
    let settings = Settings::sqlite();
    let service = Service::start(&settings).await;
    let Err(said) = Service::try_start(&settings).await else { panic!("two at once") };
    assert_eq!(said.code, Some(1));
    assert!(said.error.contains("another sekisho is working in it"), "{said:?}");
    service.act(&["tenant", "list"]).await.expect_done();
}
