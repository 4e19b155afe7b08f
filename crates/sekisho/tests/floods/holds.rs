//! An administrator downloads the result of a large import repeatedly, and strangers fetch lists and
//! certificates; meanwhile the operator revokes a lost laptop's certificate.

use crate::{
    bounds::{Bound, exact},
    installation::alone,
    mail_server::MailServer,
    people::{SERVED, served_administrator, served_colleague},
    program::eventually,
    service::{Service, Settings},
};
use http::{StatusCode, Uri};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::browser::ClientIdentity;
use testkit::databases::PostgresDatabase;
use tokio::{task::JoinSet, time::Instant};

/// Downloads under way of the one administrator: more than the company may have.
const DOWNLOADS: usize = 24;
/// Strangers at the public site.
const STRANGERS: usize = 24;
/// How long the flood runs before the laptop is lost.
const BEFORE: Duration = Duration::from_secs(1);

fn rows() -> usize {
    if exact() { 50_000 } else { 5_000 }
}

/// A judged import with many rows that waits; returns the address of its result.
async fn judged_import(service: &Service<'_>, administrator: &ClientIdentity) -> String {
    let file = service.settings.folder().join("people.csv");
    let mut text = "name,family_name,given_name,login,email\r\n".to_owned();
    for row in 0..rows() {
        text.extend(["N,A,B,u", &row.to_string(), ",u", &row.to_string(), "@sample.example\r\n"]);
    }
    std::fs::write(&file, text).expect("the file");
    let file = file.to_str().expect("a path");
    service.act(&["user", "import", file, "--tenant", SERVED, "--dry-run"]).await.expect_done();
    let mut desk = service.browser().holding(administrator);
    let page = desk.get(&service.at("kanto.desk", "/import")).await.expect("an answer");
    let text = page.expect(200).text();
    let id = text.split("href=\"/import/").skip(1).filter_map(|rest| rest.split('"').next());
    let id = id.into_iter().find(|id| !id.contains('.')).expect("the import").to_owned();
    service.at("kanto.desk", &format!("/import/{id}/rows.csv"))
}

/// Asks for an address repeatedly until the flood is over; counts complete answers.
fn again_and_again(
    flood: &mut JoinSet<()>,
    service: &Service<'_>,
    identity: Option<&ClientIdentity>,
    url: &str,
    over: &Arc<AtomicBool>,
    whole: &Arc<AtomicUsize>,
) {
    let (mut browser, url) = (service.browser(), url.to_owned());
    browser.identity = identity.cloned();
    let path = url.parse::<Uri>().expect("an address").path().to_owned();
    let (over, whole) = (Arc::clone(over), Arc::clone(whole));
    flood.spawn(async move {
        while !over.load(Ordering::Relaxed) {
            let Ok(mut connection) = browser.stay(&url).await else { continue };
            // A flood may be refused or cut off.
            while let Ok(answer) = connection.get(&path).await
                && !over.load(Ordering::Relaxed)
            {
                whole.fetch_add(usize::from(answer.status == StatusCode::OK), Ordering::Relaxed);
            }
        }
    });
}

async fn a_hold_is_done_within_a_second(settings: &Settings, database: &str) {
    let mail = MailServer::open(settings.smtp_port).await;
    let service = Service::start(settings).await;
    let administrator = served_administrator(&service, &mail).await;
    let lost = served_colleague(&service, &mail, "jiro").await;
    let result = judged_import(&service, &administrator).await;
    let issuers = service.act(&["issuer", "list", "--json"]).await.expect_done();
    let issuers: Vec<serde_json::Value> = serde_json::from_str(&issuers).expect("JSON");

    let site = service.at(SERVED, "/");
    let mut laptop = service.browser().holding(&lost).stay(&site).await.expect("a connection");
    assert_eq!(laptop.get("/").await.expect("an answer").status, StatusCode::OK);
    let (over, downloads, lists) =
        (Arc::default(), Arc::<AtomicUsize>::default(), Arc::<AtomicUsize>::default());
    let mut flood = JoinSet::new();
    for _ in 0..DOWNLOADS {
        again_and_again(&mut flood, &service, Some(&administrator), &result, &over, &downloads);
    }
    for stranger in 0..STRANGERS {
        let issuer = issuers[stranger % issuers.len()]["id"].as_str().expect("an id");
        let path = if stranger % 2 == 0 { format!("/crl/{issuer}.crl") } else { format!("/ca/{issuer}.crt") };
        again_and_again(&mut flood, &service, None, &service.public(&path), &over, &lists);
    }
    tokio::time::sleep(BEFORE).await;
    let came = |count: &AtomicUsize| (count.load(Ordering::Relaxed) > 0).then_some(());
    eventually("a download that came whole", async || came(&downloads)).await;
    eventually("a list that came whole", async || came(&lists)).await;

    let serial = lost.serial();
    let hold = ["certificate", "hold", &serial];
    let called = Instant::now();
    let hold = service.act(&hold);
    let refused = async {
        while laptop.get("/").await.is_ok_and(|answer| answer.status == StatusCode::OK) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        called.elapsed()
    };
    let (said, refused) = tokio::join!(hold, refused);
    over.store(true, Ordering::Relaxed);
    said.expect_done();
    flood.join_all().await;
    let mut laptop = service.browser().holding(&lost);
    let answer = eventually("an answer after the flood", async || laptop.get(&site).await.ok()).await;
    assert_eq!(answer.denial(), "on-hold");
    Bound { generous: Duration::from_secs(5), exact: Duration::from_secs(1) }.holds(
        &format!("downloads and lists on {database}"),
        "from the operator's hold to the gate's refusal",
        refused,
    );
    service.kill().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_done_while_a_tenant_downloads_and_strangers_fetch_lists() {
    let _alone = alone().await;
    a_hold_is_done_within_a_second(&Settings::sqlite(), "SQLite").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_done_meanwhile_on_postgresql_too() {
    let _alone = alone().await;
    let Some(database) = PostgresDatabase::new().await else { return };
    a_hold_is_done_within_a_second(&Settings::postgres(&database.url()), "PostgreSQL").await;
    database.drop().await;
}
