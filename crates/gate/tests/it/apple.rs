//! WebKit's own browsers drop a 403 on a connection that asked for a certificate, so they get a 401.

use crate::{
    client::{Browser, Reply, body, read},
    raw::{Raw, keep},
    stage::{A, DESK, Stage},
};
use http::StatusCode;

const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
const EDGE: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";
const PAGE: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

async fn ask(browser: &Browser, host: &str, path: &str, user_agent: &str, accept: &str) -> Reply {
    let mut tab = browser.open().await;
    let request = tab.request(host, path).header("user-agent", user_agent).header("accept", accept);
    read(tab.send(request.body(body("")).unwrap()).await.unwrap()).await
}

#[tokio::test]
async fn a_refusal_is_a_401_that_webkit_shows_and_a_403_for_everybody_else() {
    let stage = Stage::set().await;
    for browser in [stage.browser(), stage.browser().http2(), stage.browser().tls12()] {
        let shown = ask(&browser, A, "/", IPHONE, PAGE).await;
        assert_eq!(shown.status, StatusCode::UNAUTHORIZED);
        assert_eq!(shown.headers["www-authenticate"], "Sekisho");
        assert_eq!(shown.denial(), Some("no-certificate"));
        assert!(shown.text.starts_with("<h1>no-certificate</h1>"), "{}", shown.text);
        for (user_agent, accept) in
            [(EDGE, PAGE), (IPHONE, "application/json"), (IPHONE, "*/*"), (IPHONE, "")]
        {
            let other = ask(&browser, A, "/", user_agent, accept).await;
            assert_eq!(other.status, StatusCode::FORBIDDEN, "{user_agent} {accept}");
            assert!(!other.headers.contains_key("www-authenticate"));
            assert!(other.headers["vary"].to_str().unwrap().contains("user-agent"));
        }
    }
}

#[tokio::test]
async fn a_retry_name_and_a_page_of_ours_that_refuse_are_seen_too() {
    let stage = Stage::set().await;
    let retry = ask(&stage.browser().at("a-n1.retry.test"), "a-n1.retry.test", "/", IPHONE, PAGE).await;
    assert_eq!((retry.status, retry.denial()), (StatusCode::UNAUTHORIZED, Some("no-certificate")));
    let desk = stage.browser().at(DESK).holding(&stage.taro);
    assert_eq!(ask(&desk, DESK, "/forbidden", IPHONE, PAGE).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&desk, DESK, "/forbidden", EDGE, PAGE).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_we_cannot_know_stays_a_503_for_everybody() {
    let stage = Stage::set().await;
    let unloaded = Stage::set_unloaded(false).await;
    let answer = ask(&unloaded.browser().holding(&stage.taro), A, "/", IPHONE, PAGE).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_applications_own_403_is_a_401_only_where_the_operator_chose_that_and_only_of_a_page() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |asked| {
        let kind =
            if asked.text.contains(" /data ") { "application/json" } else { "text/html; charset=utf-8" };
        let head = format!("HTTP/1.1 403 Forbidden\r\ncontent-type: {kind}\r\ncontent-length: 2\r\n\r\nno");
        keep(head)
    })
    .await;
    let browser = stage.browser().holding(&stage.taro);
    for (chosen, expected) in [(false, StatusCode::FORBIDDEN), (true, StatusCode::UNAUTHORIZED)] {
        stage.behind(application.address, |upstream| upstream.conduct.apple_401 = chosen).await;
        let page = ask(&browser, A, "/page", IPHONE, PAGE).await;
        assert_eq!((page.status, page.text.as_str()), (expected, "no"));
        assert_eq!(page.denial(), None, "it is the application's, not ours");
        assert_eq!(ask(&browser, A, "/data", IPHONE, PAGE).await.status, StatusCode::FORBIDDEN);
        assert_eq!(ask(&browser, A, "/page", EDGE, PAGE).await.status, StatusCode::FORBIDDEN);
    }
}
