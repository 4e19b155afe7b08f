//! What must hold once this build has opened data of release 0.1.0, on either database.

use super::{PASSWORD, fixture::Fixture};
use crate::{
    application::Application,
    faults::{
        mailbox::Notice,
        person::pick_up,
        program::{Said, eventually},
        up::Up,
    },
    served::service::Service,
};
use domain::time::{Clock, Timestamp};
use sekisho::wiring::clock::SystemClock;
use serde_json::Value;
use testkit::browser::TestBrowser;

/// A running server on the old data.
pub(crate) enum Opened<'a> {
    Up(&'a Up),
    Service(&'a Service<'a>),
}

impl Opened<'_> {
    async fn act(&self, line: &str) -> Said {
        let words: Vec<&str> = line.split(' ').collect();
        match self {
            Self::Up(up) => up.act(&words).await,
            Self::Service(service) => service.act(&words).await,
        }
    }

    async fn rows(&self, line: &str) -> Vec<Value> {
        let out = self.act(&format!("{line} --json")).await.expect_done();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    async fn record(&self, line: &str) -> Value {
        let out = self.act(&format!("{line} --json")).await.expect_done();
        serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}"))
    }

    fn browser(&self) -> TestBrowser {
        match self {
            Self::Up(up) => up.browser(),
            Self::Service(service) => service.browser(),
        }
    }

    fn public(&self) -> String {
        match self {
            Self::Up(up) => up.public(""),
            Self::Service(service) => service.public(""),
        }
    }

    fn at(&self, name: &str, path: &str) -> String {
        match self {
            Self::Up(up) => up.site(name, path),
            Self::Service(service) => service.at(name, path),
        }
    }
}

pub(crate) async fn everything_of_0_1_0_is_there_and_goes_on(opened: &Opened<'_>, fixture: &Fixture) {
    the_audit_log_holds_with_its_old_heads(opened, fixture).await;
    lists_are_right(opened, fixture).await;
    the_gate_tells_the_old_certificates_apart(opened, fixture).await;
    addresses_to_which_a_pin_was_mailed_count_as_proved(opened, fixture).await;
    passwords_are_kept_and_other_people_need_a_mailed_code(opened, fixture).await;
    the_import_that_was_cut_goes_on(opened, fixture).await;
    the_pickup_under_way_is_finished(opened, fixture).await;
    let verdict = opened.record("audit verify").await;
    assert_eq!(verdict["holds"], true, "with what was done since: {verdict}");
}

async fn the_audit_log_holds_with_its_old_heads(opened: &Opened<'_>, fixture: &Fixture) {
    let verdict = opened.record("audit verify").await;
    assert_eq!(verdict["holds"], true, "{verdict}");
    let rows = |name: &str| usize::try_from(verdict[name].as_u64().expect("a number")).expect("a small one");
    assert!(rows("sealed_rows") + rows("unsealed_rows") >= fixture.number("/audit_rows"), "{verdict}");
    assert!(rows("heads") > 0 && rows("covered_to") > 0, "{verdict}");
    let acts = opened.rows("audit list --all").await;
    for act in ["install", "add-tenant", "issue", "revoke-certificate", "hold-certificate", "start-import"] {
        assert!(acts.iter().any(|row| row["act"] == act), "{act} keeps its name");
    }
}

async fn lists_are_right(opened: &Opened<'_>, fixture: &Fixture) {
    let certificates = opened.rows("certificate list --tenant kanto").await;
    assert_eq!(certificates.len(), 7);
    for (login, standing) in [
        ("held", "on-hold"),
        ("revoked", "revoked"),
        ("suspended", "suspended"),
        ("proved", "valid"),
        ("kept", "valid"),
    ] {
        let row = opened.record(&format!("certificate show {}", fixture.serial(login))).await;
        assert_eq!((&row["login"], &row["standing"]), (&login.into(), &standing.into()), "{row}");
        assert_eq!(row["proved_at"].is_string(), login == "proved", "{row}");
    }
    let revoked = opened.record(&format!("certificate show {}", fixture.serial("revoked"))).await;
    assert_eq!(revoked["reason_code"], "1", "keyCompromise");
    // The certificate was valid for one day, at the moment of the release.
    let day = opened.record(&format!("certificate show {}", fixture.serial("expired"))).await;
    let end: Timestamp = day["not_after"].as_str().expect("a moment").parse().expect("a moment");
    assert_eq!(day["standing"], if SystemClock.now() > end { "expired" } else { "valid" });

    let users = opened.rows("user list --tenant kanto").await;
    let of =
        |login: &str| users.iter().find(|row| row["login"] == login).unwrap_or_else(|| panic!("no {login}"));
    for (login, state, progress) in [
        ("suspended", "suspended", "suspended"),
        ("proved", "active", "proved"),
        ("waiting", "active", "applied"),
        ("kept", "active", "picked-up"),
        ("done-0", "active", ""),
        ("late", "active", ""),
    ] {
        let row = of(login);
        assert_eq!(row["state"], state, "{row}");
        assert!(progress.is_empty() || row["progress"] == progress, "{row}");
    }
    let submitted = opened.rows("application list --tenant chubu").await;
    assert_eq!((submitted.len(), &submitted[0]["state"]), (1, &"submitted".into()));
    let states: Vec<(String, String)> = opened
        .rows("tenant list")
        .await
        .iter()
        .map(|row| (row["slug"].to_string(), row["state"].to_string()))
        .collect();
    for (slug, state) in [("kanto", "active"), ("chubu", "active"), ("tokai", "suspended")] {
        assert!(states.contains(&(format!("{slug:?}"), format!("{state:?}"))), "{slug}: {states:?}");
    }
    let sites = opened.rows("site list").await;
    let chubu =
        sites.iter().find(|site| site["tenant"] == "chubu" && site["kind"] == "application").expect("a site");
    let site = opened.record(&format!("site show {}", chubu["host"].as_str().expect("a name"))).await;
    assert_eq!(site["upstream"], "http://127.0.0.1:9");
    let headers = site["headers"].to_string();
    assert!(headers.contains("remote-user") && headers.contains("x-webobjects-remote-user"), "{site}");
}

async fn the_gate_tells_the_old_certificates_apart(opened: &Opened<'_>, fixture: &Fixture) {
    let site = opened.at("kanto", "/");
    for (login, denial) in [
        ("admin", ""),
        ("proved", ""),
        ("held", "on-hold"),
        ("revoked", "revoked"),
        ("suspended", "user-suspended"),
    ] {
        let mut browser = opened.browser().holding(&fixture.identity(login));
        assert_eq!(browser.get(&site).await.expect("an answer").denial(), denial, "{login}");
    }
    let mut desk = opened.browser().holding(&fixture.identity("admin"));
    let page = desk.get(&opened.at("kanto.desk", "/portal")).await.expect("an answer").text();
    for word in ["Holidays", "We are closed.", "https://mail.example.test/"] {
        assert!(page.contains(word), "{word} is not on {page}");
    }
}

async fn addresses_to_which_a_pin_was_mailed_count_as_proved(opened: &Opened<'_>, fixture: &Fixture) {
    for (login, told) in [
        ("proved", true),
        ("kept", true),
        ("held", true),
        ("waiting", false),
        ("invited", false),
        ("late", false),
    ] {
        let user = opened.record(&format!("user show {login} --tenant kanto")).await;
        let email = user["email"].as_str().expect("an address");
        assert_eq!(user["email_told"].as_str(), told.then_some(email), "{user}");
    }
    let application = Application::open().await;
    let upstream = format!("tenant upstream kanto {} --header x-mail=email", application.address);
    opened.act(&upstream).await.expect_done();
    let mut browser = opened.browser().holding(&fixture.identity("proved"));
    browser.get(&opened.at("kanto", "/")).await.expect("an answer").expect(200);
    for name in ["sekisho-email", "x-mail"] {
        assert_eq!(application.newest().get(name).expect("is told"), "proved@kanto.example", "{name}");
    }
    opened.act("tenant upstream kanto").await.expect_done();
}

async fn passwords_are_kept_and_other_people_need_a_mailed_code(opened: &Opened<'_>, fixture: &Fixture) {
    let at = |path: &str| opened.at("kanto", path);
    let mut person = opened.browser().holding(&fixture.identity("proved"));
    let page = person.get(&at("/")).await.expect("an answer").text();
    assert!(page.contains("action=\"/sign-in\""), "{page}");
    person.post(&at("/sign-in"), &[("password", PASSWORD)]).await.expect("an answer").expect(303);
    let mut in_between = opened.browser().holding(&fixture.identity("admin"));
    let page = in_between.get(&at("/")).await.expect("an answer").text();
    assert!(page.contains("action=\"/code/mail\"") && !page.contains("name=\"password\""), "{page}");
    in_between.post(&at("/code/mail"), &[]).await.expect("an answer").expect(303);
}

async fn the_import_that_was_cut_goes_on(opened: &Opened<'_>, fixture: &Fixture) {
    let (before, all) = (fixture.number("/imported"), fixture.number("/import_rows"));
    assert!(before < all);
    eventually("the end of the import", async || {
        let people = opened.rows("user list --tenant kanto --search crowd-").await;
        (people.len() == all).then_some(())
    })
    .await;
}

async fn the_pickup_under_way_is_finished(opened: &Opened<'_>, fixture: &Fixture) {
    let notice = Notice {
        reference: fixture.text("/waiting/reference").to_owned(),
        pin: fixture.text("/waiting/pin").to_owned(),
    };
    let identity = pick_up(&mut opened.browser(), &opened.public(), &notice).await;
    let mut browser = opened.browser().holding(&identity);
    let answer = browser.get(&opened.at("kanto", "/")).await.expect("an answer");
    assert_eq!(answer.denial(), "", "{}", answer.text());
}
