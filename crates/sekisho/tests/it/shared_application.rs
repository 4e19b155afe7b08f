//! One application behind two companies: the entries of an administrator at the Administration, and what the
//! application receives.

use crate::{
    application::Application,
    faults::{
        person::{Credentials, apply, pick_up},
        up::{Up, add_company},
    },
};
use http::StatusCode;
use serde_json::Value;
use testkit::browser::{ClientIdentity, TestBrowser};

/// The first administrator of a company, by its sheet.
async fn administrator(up: &Up, slug: &str) -> ClientIdentity {
    let sheets = up.folder.join("sheets").join(slug);
    let read = |name: &str| std::fs::read_to_string(sheets.join(name)).expect("a sheet");
    let email = format!("admin@{slug}.example");
    let sheet = Credentials::on_sheet(&read("sheet.html"), &read("data_entry.txt"), &email);
    let mut browser = up.browser();
    apply(&mut browser, &up.public(""), &sheet).await.expect("an answer").expect(303);
    let notice = up.mailbox().notice_other_than(&email, None).await;
    pick_up(&mut browser, &up.public(""), &notice).await
}

/// The one person of a company, on record.
async fn on_record(up: &Up, slug: &str) -> Value {
    let users = up.list(&["user", "list", "--tenant", slug]).await;
    let login = users[0]["login"].as_str().expect("a login name");
    let user = up.act(&["user", "show", login, "--tenant", slug, "--json"]).await.expect_done();
    serde_json::from_str(&user).expect("JSON")
}

/// Saves another login name and address at the person's page.
async fn rename(desk: &mut TestBrowser, up: &Up, person: &Value, [login, email]: [&str; 2]) -> StatusCode {
    let page = up.site("sample.desk", &format!("/users/{}", person["id"].as_str().expect("an id")));
    let form = desk.get(&format!("{page}/edit")).await.expect("an answer").expect(200);
    let begun_on = form.value_of("begun_on");
    let fields = [
        ("display_name", "Sample"),
        ("family_name", "Sample"),
        ("given_name", "Taro"),
        ("login_name", login),
        ("email", email),
        ("role", "administrator"),
        ("locale", "en"),
        ("begun_on", &begun_on),
        ("rename_known", "yes"),
    ];
    desk.post(&page, &fields).await.expect("an answer").status
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_renamed_as_another_companys_is_another_person_to_the_application_of_both() {
    let folder = tempfile::tempdir().expect("a folder");
    let up = Up::start(&folder.path().join("data")).await;
    add_company(&up, "neighbour").await;
    let (forger, victim) = (administrator(&up, "sample").await, administrator(&up, "neighbour").await);
    let application = Application::open().await;
    let share = async |slug: &str, value: &str| {
        let header = format!("x-remote-user={value}");
        up.act(&["tenant", "upstream", slug, &application.address, "--header", &header]).await
    };
    share("neighbour", "user").await.expect_done();
    let refused = share("sample", "user").await;
    assert!(refused.sentence().contains("neighbour"), "{refused:?}");
    for slug in ["neighbour", "sample"] {
        share(slug, "user-at-tenant").await.expect_done();
    }

    let (person, other) = (on_record(&up, "sample").await, on_record(&up, "neighbour").await);
    let (login, email) = (other["login"].as_str().expect("a name"), "admin@neighbour.example");
    let mut desk = up.browser().holding(&forger);
    let saved = rename(&mut desk, &up, &person, ["somebody", "admin@sample.example"]).await;
    assert_eq!(saved, StatusCode::SEE_OTHER);
    let saved = rename(&mut desk, &up, &person, [login, email]).await;
    assert_eq!(saved, StatusCode::SEE_OTHER, "names are a company's own");
    assert_eq!(on_record(&up, "sample").await["email"], email);

    for (slug, identity, told) in [("neighbour", &victim, email), ("sample", &forger, "admin@sample.example")]
    {
        let mut browser = up.browser().holding(identity);
        let answer = browser.get(&up.site(slug, "/")).await.expect("an answer");
        answer.expect(200);
        let headers = application.newest();
        let value = |name: &str| headers.get(name).map(|value| value.to_str().expect("ASCII").to_owned());
        assert_eq!(value("x-remote-user"), Some(format!("{login}@{slug}")));
        assert_eq!(value("sekisho-email").as_deref(), Some(told), "an address is told once it is proved");
        assert_eq!(value("sekisho-tenant").as_deref(), Some(slug));
    }
    up.kill().await;
}
