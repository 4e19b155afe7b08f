//! An administrator downloads the result of a large import again and again, and strangers fetch lists and
//! certificates; meanwhile the operator shuts a lost laptop out.

use crate::{
    bounds::{Bound, exact},
    browser::Identity,
    installation::installation,
    people::{COMPANY, administrator, colleague},
    program::sekisho,
    up::Up,
};
use http::StatusCode;
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
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

/// An import that is judged and waits, with many rows; where its result is.
async fn judged_import(up: &Up, administrator: &Identity, place: &Path) -> String {
    let file = place.join("people.csv");
    let mut text = "name,family_name,given_name,login,email\r\n".to_owned();
    for row in 0..rows() {
        text.extend(["N,A,B,u", &row.to_string(), ",u", &row.to_string(), "@sample.example\r\n"]);
    }
    std::fs::write(&file, text).expect("the file");
    let mut command = sekisho(&["user", "import", "--tenant", COMPANY, "--dry-run"]);
    command.arg(&file).arg("--data").arg(&up.folder);
    let said = command.output().await.expect("it starts");
    assert!(said.status.success(), "{said:?}");
    let mut desk = up.browser().holding(administrator);
    let page = desk.get(&up.site("sample.desk", "/import")).await.expect("an answer").expect(StatusCode::OK);
    let text = page.text();
    let id = text.split("href=\"/import/").skip(1).filter_map(|rest| rest.split('"').next());
    let id = id.into_iter().find(|id| !id.contains('.')).expect("the import").to_owned();
    up.site("sample.desk", &format!("/import/{id}/result.csv"))
}

/// Asks for an address again and again until the flood is over; notes what came whole.
fn again_and_again(
    flood: &mut JoinSet<()>,
    up: &Up,
    identity: Option<&Identity>,
    url: &str,
    over: &Arc<AtomicBool>,
    whole: &Arc<AtomicUsize>,
) {
    let (mut browser, url) = (up.browser(), url.to_owned());
    browser.identity = identity.cloned();
    let (over, whole) = (Arc::clone(over), Arc::clone(whole));
    flood.spawn(async move {
        while !over.load(Ordering::Relaxed) {
            // Turned away or cut off is what a flood may be.
            if browser.get(&url).await.is_ok_and(|answer| answer.status == StatusCode::OK) {
                whole.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_is_done_while_a_tenant_downloads_and_strangers_fetch_lists() {
    let installation = installation().await;
    let (up, place) = (&installation.up, tempfile::tempdir().expect("a folder"));
    let (administrator, lost) = (administrator(up).await, colleague(up, "jiro").await);
    let result = judged_import(up, &administrator, place.path()).await;
    let issuers = up.list(&["issuer", "list"]).await;
    let id = |issuer: &serde_json::Value| issuer["id"].as_str().expect("an id").to_owned();
    let issuers: Vec<String> = issuers.iter().map(id).collect();

    let mut laptop = up.browser().holding(&lost).stay(&up.site(COMPANY, "/")).await.expect("a connection");
    assert_eq!(laptop.get("/").await.expect("an answer").status, StatusCode::OK);
    let (over, downloads, lists) = (Arc::default(), Arc::default(), Arc::default());
    let mut flood = JoinSet::new();
    for _ in 0..DOWNLOADS {
        again_and_again(&mut flood, up, Some(&administrator), &result, &over, &downloads);
    }
    for stranger in 0..STRANGERS {
        let issuer = &issuers[stranger % issuers.len()];
        let path = if stranger % 2 == 0 { format!("/crl/{issuer}.crl") } else { format!("/ca/{issuer}.crt") };
        again_and_again(&mut flood, up, None, &up.public(&path), &over, &lists);
    }
    tokio::time::sleep(BEFORE).await;

    let serial = lost.serial();
    let hold = ["certificate", "hold", &serial];
    let called = Instant::now();
    let hold = up.act(&hold);
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
    assert!(downloads.load(Ordering::Relaxed) > 0, "no download came through");
    assert!(lists.load(Ordering::Relaxed) > 0, "no list came through");
    let answer = up.browser().holding(&lost).get(&up.site(COMPANY, "/")).await.expect("an answer");
    assert_eq!(answer.denial(), "on-hold");
    Bound { generous: Duration::from_secs(5), exact: Duration::from_secs(1) }.holds(
        "downloads and lists",
        "from the operator's hold to the gate's refusal",
        refused,
    );
}
