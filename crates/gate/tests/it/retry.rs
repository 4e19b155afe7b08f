//! Retry names ask for a certificate again, show the result, and forward nothing.

use crate::stage::Stage;
use http::StatusCode;

const RETRY: &str = "a-x1y2.retry.test";

#[tokio::test]
async fn a_retry_name_asks_for_the_tenants_certificate_and_says_that_it_works() {
    let stage = Stage::set().await;
    let browser = stage.browser().at(RETRY);
    let (_, seen) = browser.tls().await.unwrap();
    assert_eq!(seen.hints.lock().unwrap().len(), 1);
    for browser in [browser.clone(), browser.http2()] {
        let mut tab = browser.holding(&stage.taro).open().await;
        let reply = tab.ask(RETRY, "/anything").await;
        assert_eq!(reply.status, StatusCode::OK);
        let works = format!("<h1>works</h1> https://a.test:{}/ ", stage.address.port());
        assert!(reply.text.starts_with(&works), "{}", reply.text);
        tab.closed().await;
    }
    assert_eq!(stage.upstream.count(), 0);
}

#[tokio::test]
async fn without_a_good_certificate_it_says_why() {
    let stage = Stage::set().await;
    let browser = stage.browser().at(RETRY);
    let reply = browser.visit("/").await;
    assert_eq!(
        (reply.denial(), reply.text.as_str()),
        (Some("no-certificate"), "<h1>retry no-certificate</h1>")
    );
    let hanako = stage.b.issuer.issue(1);
    assert_eq!(browser.holding(&hanako).visit("/").await.denial(), Some("other-tenant"));
}

#[tokio::test]
async fn names_of_no_tenant_or_of_more_labels_are_nobodys() {
    let stage = Stage::set().await;
    for name in ["nobody-x.retry.test", "x.a-1.retry.test", "a.retry.test"] {
        let (_, seen) = stage.browser().at(name).tls().await.unwrap();
        assert_eq!(seen.asked.load(std::sync::atomic::Ordering::Relaxed), 0, "{name}");
        assert_eq!(
            stage.browser().at(name).visit("/").await.status,
            StatusCode::MISDIRECTED_REQUEST,
            "{name}"
        );
    }
}

#[tokio::test]
async fn operators_are_led_back_to_their_console() {
    let stage = Stage::set().await;
    let holder = stage.operators.issuer.issue(1);
    stage.register(&stage.operators, &holder).await;
    let reply = stage.browser().at("console-x.retry.test").holding(&holder).visit("/").await;
    let works = format!("<h1>works</h1> https://console.test:{}/ ", stage.address.port());
    assert!(reply.text.starts_with(&works), "{}", reply.text);
}
