//! One person, or one application that hangs, leaves room for all others.

use crate::{
    client::{Browser, body, read},
    raw::{Raw, hang, keep, ok},
    stage::{A, B, Stage},
};
use domain::{certificate::Status, site::SiteKind};
use gate::UpstreamBounds;
use http::StatusCode;
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinSet,
};

/// Ends a test that would hang.
const HANG: Duration = Duration::from_secs(20);

fn both(browser: &Browser) -> [Browser; 2] {
    [browser.clone(), browser.clone().http2()]
}

/// Hangs, except where the path is `/quick`.
async fn hanging() -> Raw {
    Raw::start(true, |asked| if asked.text.contains(" /quick ") { keep(ok("quick")) } else { hang("") }).await
}

/// This many requests of this browser hang, each on a connection of its own.
async fn waiting(browser: &Browser, application: &Raw, count: usize) -> JoinSet<()> {
    let before = application.asked().len();
    let mut waiting = JoinSet::new();
    for _ in 0..count {
        let browser = browser.clone();
        waiting.spawn(async move { drop(browser.visit("/hang").await) });
    }
    tokio::time::timeout(HANG, async {
        while application.asked().len() < before + count {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    waiting
}

async fn busy(browser: &Browser) {
    let reply = tokio::time::timeout(HANG, browser.visit("/quick")).await.unwrap();
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{}", reply.text);
    assert!(reply.text.contains("busy"), "{}", reply.text);
    assert!(reply.headers.contains_key("retry-after"));
}

async fn quick(browser: &Browser) {
    let reply = tokio::time::timeout(HANG, browser.visit("/quick")).await.unwrap();
    assert_eq!((reply.status, reply.text.as_str()), (StatusCode::OK, "quick"));
}

#[tokio::test]
async fn one_certificate_has_so_many_requests_under_way_and_others_have_theirs() {
    let bounds = UpstreamBounds { requests_per_certificate_max: 3, ..UpstreamBounds::default() };
    let stage = Stage::set_with(|config| config.upstreams = bounds).await;
    let application = hanging().await;
    stage.behind(application.address, |_| ()).await;
    let hanako = stage.a.issuer.issue(2);
    stage.register(&stage.a, &hanako).await;
    for browser in both(&stage.browser()) {
        let taro = browser.clone().holding(&stage.taro);
        let mut under_way = waiting(&taro, &application, 3).await;
        busy(&taro).await;
        quick(&browser.holding(&hanako)).await;
        // Their end makes room again.
        under_way.shutdown().await;
        tokio::time::timeout(HANG, async { while taro.visit("/quick").await.status != StatusCode::OK {} })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn one_site_has_so_many_requests_under_way_and_other_sites_have_theirs() {
    let bounds = UpstreamBounds { requests_per_site_max: 3, ..UpstreamBounds::default() };
    let stage = Stage::set_with(|config| config.upstreams = bounds).await;
    let application = hanging().await;
    stage.behind(application.address, |_| ()).await;
    let ken = stage.b.issuer.issue(3);
    stage.set_status(&stage.b, &ken, Status::Good).await;
    let other = stage.b.site(B, SiteKind::Application, Some(application.address));
    stage.act(gate::RecordChange::Site(other)).await;
    let taro = stage.browser().holding(&stage.taro);
    let _under_way = waiting(&taro, &application, 3).await;
    for browser in both(&stage.browser()) {
        busy(&browser.clone().holding(&stage.taro)).await;
        quick(&browser.at(B).holding(&ken)).await;
    }
    // The site's own setting has priority.
    stage.behind(application.address, |upstream| upstream.conduct.requests_max = Some(4)).await;
    quick(&taro).await;
}

#[tokio::test]
async fn no_site_takes_more_than_is_left_for_the_others() {
    // A quarter for requests: eight.
    let bounds = UpstreamBounds { connections_max: 32, ..UpstreamBounds::default() };
    let stage = Stage::set_with(|config| config.upstreams = bounds).await;
    let application = hanging().await;
    stage.behind(application.address, |_| ()).await;
    let ken = stage.b.issuer.issue(3);
    stage.set_status(&stage.b, &ken, Status::Good).await;
    let other = stage.b.site(B, SiteKind::Application, Some(application.address));
    stage.act(gate::RecordChange::Site(other)).await;
    let taro = stage.browser().holding(&stage.taro);
    let _under_way = waiting(&taro, &application, 4).await;
    busy(&taro).await;
    quick(&stage.browser().at(B).holding(&ken)).await;
}

const UPGRADE: &str =
    "GET /socket HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";

#[tokio::test]
async fn websockets_are_counted_apart_from_requests() {
    let bounds = UpstreamBounds {
        requests_per_certificate_max: 1,
        tunnels_per_certificate_max: 2,
        ..UpstreamBounds::default()
    };
    let stage = Stage::set_with(|config| config.upstreams = bounds).await;
    let browser = stage.browser().holding(&stage.taro);
    let mut open = Vec::new();
    for expected in ["101", "101", "503"] {
        let (mut stream, _) = browser.tls().await.unwrap();
        stream.write_all(UPGRADE.as_bytes()).await.unwrap();
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(std::str::from_utf8(&answer).unwrap(), format!("HTTP/1.1 {expected}"));
        open.push(stream);
    }
    // Tunnels take no room from requests.
    assert_eq!(browser.visit("/").await.status, StatusCode::OK);
    drop(open);
    tokio::time::timeout(HANG, async {
        loop {
            let (mut stream, _) = browser.tls().await.unwrap();
            stream.write_all(UPGRADE.as_bytes()).await.unwrap();
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).await.unwrap();
            if answer == *b"HTTP/1.1 101" {
                return;
            }
        }
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_under_way_until_its_end() {
    let bounds = UpstreamBounds { requests_per_certificate_max: 1, ..UpstreamBounds::default() };
    let stage = Stage::set_with(|config| config.upstreams = bounds).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        let mut tab = browser.open().await;
        let request = tab.request(A, "/stream").body(body("")).unwrap();
        let unread = tab.send(request).await.unwrap();
        assert_eq!(unread.status(), StatusCode::OK);
        let reply = browser.visit("/").await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
        drop((unread, tab));
        tokio::time::timeout(HANG, async { while browser.visit("/").await.status != StatusCode::OK {} })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn an_upload_that_is_refused_for_want_of_room_gets_its_answer() {
    let bounds = UpstreamBounds { requests_per_certificate_max: 0, ..UpstreamBounds::default() };
    let stage = Stage::set_with(|config| config.upstreams = bounds).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        let mut tab = browser.open().await;
        let request = tab.request(A, "/").method("POST").body(body(vec![b'x'; 2_000_000])).unwrap();
        let reply = read(tab.send(request).await.unwrap()).await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
