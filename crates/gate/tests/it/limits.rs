//! One client cannot harm the others.

use crate::{
    client::{Browser, read},
    stage::{A, DESK, PUBLIC, Stage},
    upstream::pieces,
};
use gate::{HandshakeRate, Patience};
use http::StatusCode;
use http_body_util::BodyExt;
use std::time::Duration;

/// Long enough to begin a request.
const IDLE: Duration = Duration::from_secs(1);

/// Too short for any client.
const SHORT: Duration = Duration::from_millis(50);

/// Ends a test that would hang.
const HANG: Duration = Duration::from_secs(20);

fn both(stage: &Stage, host: &str) -> [Browser; 2] {
    let browser = stage.browser().at(host).holding(&stage.taro);
    [browser.clone(), browser.http2()]
}

#[tokio::test]
async fn a_network_that_begins_too_many_handshakes_is_closed_before_tls_and_open_ones_go_on() {
    let rate = HandshakeRate { per_second: 1, burst: 2 };
    let stage = Stage::set_with(|config| config.handshake_rate = rate).await;
    let browser = stage.browser().holding(&stage.taro);
    let mut tab = browser.open().await;
    assert!(browser.tls().await.is_ok());
    let mut refused = 0;
    for _ in 0..20 {
        refused += usize::from(browser.tls().await.is_err());
    }
    assert!(refused > 0);
    assert_eq!(tab.ask(A, "/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_that_stops_is_given_up_and_its_connection_ends() {
    let patience = Patience { form: SHORT, upload: SHORT, ..Patience::default() };
    let stage = Stage::set_with(|config| config.patience = patience).await;
    for host in [PUBLIC, DESK, A] {
        for browser in both(&stage, host) {
            let mut tab = browser.open().await;
            let (sender, body) = pieces();
            sender.send("a".into()).await.unwrap();
            let request = tab.request(host, "/enrol").method("POST").body(body).unwrap();
            let answer = tokio::time::timeout(HANG, tab.send(request)).await.unwrap().unwrap();
            assert_eq!(answer.status(), StatusCode::REQUEST_TIMEOUT, "{host}");
            tokio::time::timeout(HANG, tab.closed()).await.unwrap();
        }
    }
    assert!(stage.local.acts.lock().unwrap().is_empty());
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_makes_room_for_others() {
    let patience =
        Patience { idle: IDLE, standstill: SHORT, stranger_standstill: SHORT, ..Patience::default() };
    let stage = Stage::set_with(|config| {
        config.patience = patience;
        config.connections_max = 1;
    })
    .await;
    for browser in both(&stage, PUBLIC) {
        let mut tab = browser.open().await;
        let request = tab.request(PUBLIC, "/large").body(crate::client::body("")).unwrap();
        let unread = tab.send(request).await.unwrap();
        let other = tokio::time::timeout(HANG, browser.visit("/")).await.unwrap();
        assert_eq!(other.status, StatusCode::OK);
        assert!(unread.into_body().collect().await.is_err());
    }
}

#[tokio::test]
async fn an_answer_that_the_application_is_slow_with_is_waited_for() {
    let patience =
        Patience { idle: IDLE, standstill: SHORT, stranger_standstill: SHORT, ..Patience::default() };
    let stage = Stage::set_with(|config| config.patience = patience).await;
    for browser in both(&stage, A) {
        let mut tab = browser.open().await;
        let request = tab.request(A, "/slow").body(crate::client::body("")).unwrap();
        assert_eq!(read(tab.send(request).await.unwrap()).await.text, "first second ");
    }
}
