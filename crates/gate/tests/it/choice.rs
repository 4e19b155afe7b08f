//! A retry page makes its own browser forget a choice of certificate; no other browser is affected.

use crate::{
    client::{Browser, Tab, body},
    stage::{A, B, DESK, Stage},
};
use domain::certificate::Status;
use http::StatusCode;
use rustls::crypto::aws_lc_rs;
use std::{error::Error, time::Duration};

const RETRY: &str = "a-x1y2.retry.test";

/// The path of the image on taro's retry page, for a visitor from `site`.
async fn image(stage: &Stage, site: &str) -> String {
    let mut tab = stage.browser().at(RETRY).holding(&stage.taro).open().await;
    image_in(&mut tab, stage, site).await
}

async fn image_in(tab: &mut Tab, stage: &Stage, site: &str) -> String {
    let reply = tab.ask(RETRY, &format!("/{site}")).await;
    assert_eq!(reply.status, StatusCode::OK);
    let address = reply.text.rsplit(' ').next().unwrap();
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains(&format!("img-src data: {address};")), "{policy}");
    address.strip_prefix(&format!("https://{site}:{}", stage.address.port())).unwrap().to_owned()
}

/// How the connection ends in place of an answer; `None` if there is an answer.
async fn end(tab: &mut Tab, host: &str, path: &str) -> Option<String> {
    let request = tab.request(host, path).body(body("")).unwrap();
    let error = tab.send(request).await.err()?;
    let mut told = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        told.push_str(": ");
        told.push_str(&cause.to_string());
        source = cause.source();
    }
    Some(told)
}

async fn expect_alert(browser: &Browser, path: &str) {
    let host = browser.server_name.clone().unwrap();
    let told = end(&mut browser.open().await, &host, path).await.expect("no answer");
    assert!(told.contains("CertificateRequired"), "{told}");
}

async fn expect_page(browser: &Browser, path: &str, denial: &str) {
    let reply = browser.visit(path).await;
    assert_eq!((reply.status, reply.denial()), (StatusCode::FORBIDDEN, Some(denial)), "{path}");
}

#[tokio::test]
async fn the_retry_pages_image_ends_its_connection_once_by_certificate_required() {
    let stage = Stage::set().await;
    let stranger = stage.browser();
    for browser in [
        stranger.clone(),
        stranger.clone().http2(),
        stranger.clone().tls12(),
        stranger.clone().tls12().http2(),
    ] {
        let path = image(&stage, A).await;
        expect_alert(&browser, &path).await;
        expect_page(&browser, &path, "no-certificate").await;
        // A token of the same second would count as used.
        stage.clock.forward(1);
    }
    assert_eq!(stage.upstream.count(), 0);
}

#[tokio::test]
async fn every_suite_seals_the_alert_so_that_its_client_can_read_it() {
    let stage = Stage::set().await;
    for suite in aws_lc_rs::ALL_CIPHER_SUITES {
        let name = format!("{suite:?}");
        if name.contains("_RSA_") {
            // The stage's server has a key on P-256.
            continue;
        }
        let path = image(&stage, A).await;
        let browser = stage.browser().with_suite(*suite);
        let mut tab = browser.open().await;
        let told = end(&mut tab, A, &path).await.unwrap_or_else(|| panic!("{name}: an answer"));
        assert!(told.contains("CertificateRequired"), "{name}: {told}");
        stage.clock.forward(1);
    }
}

#[tokio::test]
async fn a_certificate_that_is_remembered_though_it_was_revoked_is_forgotten_too() {
    let stage = Stage::set().await;
    let old = stage.a.issuer.issue(2);
    stage.set_status(&stage.a, &old, Status::Revoked).await;
    let browser = stage.browser().holding(&old);
    expect_page(&browser, "/", "revoked").await;
    expect_alert(&browser, &image(&stage, A).await).await;
}

#[tokio::test]
async fn only_the_token_of_this_site_made_within_the_minute_ends_anything() {
    let stage = Stage::set().await;
    let path = image(&stage, A).await;
    let stranger = stage.browser();
    for wrong in ["/.sekisho/choice/", "/.sekisho/choice/AAAA", &path[..path.len() - 2], &format!("{path}/")]
    {
        expect_page(&stranger, wrong, "no-certificate").await;
    }
    for elsewhere in [B, DESK] {
        expect_page(&stranger.clone().at(elsewhere), &path, "no-certificate").await;
    }
    let mut tab = stranger.open().await;
    let head = tab.request(A, &path).method("HEAD").body(body("")).unwrap();
    assert_eq!(tab.send(head).await.unwrap().status(), StatusCode::FORBIDDEN);
    // None of these requests has used the token up.
    stage.clock.forward(59);
    expect_alert(&stranger, &path).await;
    let path = image(&stage, A).await;
    stage.clock.forward(60);
    expect_page(&stranger, &path, "no-certificate").await;
}

#[tokio::test]
async fn a_browser_that_presents_a_good_certificate_already_gets_a_page_and_no_alert() {
    let stage = Stage::set().await;
    let path = image(&stage, A).await;
    let reply = stage.browser().holding(&stage.taro).visit(&path).await;
    assert_eq!(reply.status, StatusCode::OK);
    assert!(reply.text.starts_with("local Reserved"), "{}", reply.text);
    assert_eq!(stage.upstream.count(), 0);
}

#[tokio::test]
async fn colleagues_behind_the_same_address_notice_nothing() {
    let stage = Stage::set().await;
    let mut colleague = stage.browser().holding(&stage.taro).http2().open().await;
    assert_eq!(colleague.ask(A, "/").await.status, StatusCode::OK);
    let mut waiting = stage.browser().open().await;
    expect_alert(&stage.browser(), &image(&stage, A).await).await;
    assert_eq!(colleague.ask(A, "/").await.status, StatusCode::OK);
    assert_eq!(waiting.ask(A, "/").await.denial(), Some("no-certificate"));
}

#[tokio::test]
async fn other_streams_of_that_connection_end_with_it_and_reach_no_application() {
    let stage = Stage::set().await;
    let path = image(&stage, A).await;
    let Tab::Http2(sender) = stage.browser().http2().open().await else { unreachable!("HTTP/2") };
    let mut tabs = [Tab::Http2(sender.clone()), Tab::Http2(sender.clone()), Tab::Http2(sender)];
    let [first, second, third] = &mut tabs;
    let ended = tokio::join!(end(first, A, &path), end(second, A, "/mail"), end(third, A, "/mail"));
    assert!(ended.0.expect("no answer").contains("CertificateRequired"));
    assert_eq!(stage.upstream.count(), 0);
}

#[tokio::test]
async fn an_ended_connection_gives_its_place_back() {
    // One network gets half of the places: four here.
    let stage = Stage::set_with(|config| config.connections_max = 8).await;
    for _ in 0..10 {
        let mut tab = when_there_is_room(&stage.browser().at(RETRY).holding(&stage.taro)).await;
        let path = image_in(&mut tab, &stage, A).await;
        let mut tab = when_there_is_room(&stage.browser().http2()).await;
        let told = end(&mut tab, A, &path).await.expect("no answer");
        assert!(told.contains("CertificateRequired"), "{told}");
        stage.clock.forward(1);
    }
}

/// Opens a connection; a connection without room is closed before its handshake.
async fn when_there_is_room(browser: &Browser) -> Tab {
    loop {
        if let Ok((stream, _)) = browser.tls().await {
            return browser.tab(stream).await;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_visitor_who_came_from_the_desk_is_led_back_to_it() {
    let stage = Stage::set().await;
    let refused = stage.browser().at(DESK).visit("/").await;
    let retry = refused.text.rsplit(' ').next().unwrap();
    assert!(retry.ends_with(&format!(".retry.test:{}/{DESK}", stage.address.port())), "{retry}");
    expect_alert(&stage.browser().at(DESK), &image(&stage, DESK).await).await;
    // Another company's site does not belong to this retry name.
    let reply = stage.browser().at(RETRY).holding(&stage.taro).visit(&format!("/{B}")).await;
    assert!(reply.text.contains(&format!("https://{A}:{}/ ", stage.address.port())), "{}", reply.text);
}
