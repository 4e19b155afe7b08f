//! Every answer is well-formed, over HTTP/1.1 and HTTP/2.

use crate::{
    client::{Browser, Tab, body, read},
    forwarding::raw,
    raw::{Raw, Said, close, keep, ok},
    stage::{A, DESK, PUBLIC, Stage},
};
use http::{Method, StatusCode};
use http_body_util::BodyExt;

fn both(browser: &Browser) -> [Browser; 2] {
    [browser.clone(), browser.clone().http2()]
}

async fn ask(tab: &mut Tab, method: Method, host: &str, path: &str) -> (StatusCode, Option<String>, String) {
    let request = tab.request(host, path).method(method).body(body("")).unwrap();
    let reply = read(tab.send(request).await.unwrap()).await;
    let length = reply.headers.get("content-length").map(|value| value.to_str().unwrap().to_owned());
    (reply.status, length, reply.text)
}

#[tokio::test]
async fn head_gets_the_head_that_get_would_have_and_nothing_else() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |asked| {
        // The answer to HEAD ends with its head.
        let text = String::from_utf8(ok("application")).unwrap();
        let head = text.split_inclusive("\r\n\r\n").next().unwrap();
        keep(if asked.text.starts_with("HEAD") { head.to_owned() } else { text })
    })
    .await;
    stage.behind(application.address, |_| ()).await;
    let good = stage.browser().holding(&stage.taro);
    for (browser, path) in [
        // An application, a refusal, a notice, pages of Sekisho, the public site, keys.
        (good.clone(), "/"),
        (stage.browser(), "/"),
        (good.clone(), "/a%5cb"),
        (good.clone(), "/.sekisho/proof"),
        (good.clone().at(DESK), "/users"),
        (stage.browser().at(PUBLIC), "/enrol"),
        (good.clone(), "/.sekisho/jwks.json"),
    ] {
        let host = browser.server_name.clone().unwrap();
        for browser in both(&browser) {
            let (status, length, text) = ask(&mut browser.open().await, Method::GET, &host, path).await;
            let mut tab = browser.open().await;
            let head = ask(&mut tab, Method::HEAD, &host, path).await;
            assert_eq!(head, (status, length, String::new()), "{path} {:?}", browser.http);
            assert!(!text.is_empty());
        }
    }
}

#[tokio::test]
async fn an_answer_without_content_has_none() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |asked| match asked.text.split(' ').nth(1).unwrap() {
        "/204" => keep("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"),
        "/304" => keep("HTTP/1.1 304 Not Modified\r\nContent-Length: 00082\r\nETag: \"a\"\r\n\r\n"),
        _ => keep("HTTP/1.1 205 Reset Content\r\nContent-Length: 4\r\n\r\nabcd"),
    })
    .await;
    stage.behind(application.address, |_| ()).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        let mut tab = browser.open().await;
        let (status, length, _) = ask(&mut tab, Method::GET, A, "/204").await;
        assert_eq!((status.as_u16(), length), (204, None));
        let (status, length, _) = ask(&mut tab, Method::GET, A, "/304").await;
        assert_eq!((status.as_u16(), length), (304, None));
        let (status, _, text) = ask(&mut tab, Method::GET, A, "/205").await;
        assert_eq!((status.as_u16(), text.as_str()), (205, ""));
        // The connection is still good.
        assert_eq!(ask(&mut tab, Method::GET, A, "/204").await.0, StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn an_application_that_contradicts_itself_is_a_bad_gateway_with_its_page() {
    let stage = Stage::set().await;
    let contradictions = [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 20\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Content-Length: 5, 6\r\n\r\nhello",
        "Content-Length: five\r\n\r\nhello",
        "Transfer-Encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ];
    let application = Raw::start(true, move |asked| {
        let number: usize = asked.text.split(' ').nth(1).unwrap()[1..].parse().unwrap();
        close(format!("HTTP/1.1 200 OK\r\n{}", contradictions[number]))
    })
    .await;
    stage.behind(application.address, |_| ()).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        for (number, fields) in contradictions.iter().enumerate() {
            let mut tab = browser.open().await;
            let (status, _, text) = ask(&mut tab, Method::GET, A, &format!("/{number}")).await;
            assert_eq!(status, StatusCode::BAD_GATEWAY, "{fields}");
            assert!(text.contains("upstream-unreachable"), "{fields}: {text}");
        }
    }
}

#[tokio::test]
async fn a_length_with_leading_noughts_leaves_in_plain_digits_both_ways() {
    let stage = Stage::set().await;
    let text = "x".repeat(82);
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 00000000000000000000082\r\n\r\n{text}");
    let application = Raw::start(true, move |_| keep(answer.clone())).await;
    stage.behind(application.address, |_| ()).await;
    let browser = stage.browser().holding(&stage.taro);
    for browser in both(&browser) {
        let (status, length, got) = ask(&mut browser.open().await, Method::GET, A, "/").await;
        assert_eq!((status, length.as_deref(), got.as_str()), (StatusCode::OK, Some("82"), text.as_str()));
    }
    let post = "POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nContent-Length: 0000003\r\n\r\nabc";
    assert!(raw(&browser, post).await.starts_with("HTTP/1.1 200 "));
    let asked = application.asked().pop().unwrap().text;
    assert!(asked.contains("content-length: 3\r\n") && asked.ends_with("\r\n\r\nabc"), "{asked}");
}

#[tokio::test]
async fn an_answer_that_ends_too_early_ends_with_an_error() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |asked| match asked.text.split(' ').nth(1).unwrap() {
        "/length" => close("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
        "/chunks" => close("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"),
        _ => close("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nzz\r\n"),
    })
    .await;
    stage.behind(application.address, |_| ()).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        for path in ["/length", "/chunks", "/garbage"] {
            let mut tab = browser.open().await;
            let request = tab.request(A, path).body(body("")).unwrap();
            let answer = tab.send(request).await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            assert!(answer.into_body().collect().await.is_err(), "{path} {:?}", browser.http);
        }
    }
}

#[tokio::test]
async fn a_body_of_whatever_method_reaches_the_application() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |_| keep(ok("good"))).await;
    stage.behind(application.address, |_| ()).await;
    let browser = stage.browser().holding(&stage.taro);
    for method in ["GET", "DELETE", "OPTIONS", "PROPFIND", "REPORT", "POST"] {
        let request = format!(
            "{method} / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        );
        assert!(raw(&browser, &request).await.starts_with("HTTP/1.1 200 "), "{method}");
        let asked = application.asked().pop().unwrap().text;
        assert!(asked.starts_with(method) && asked.contains("abc"), "{asked}");
        // HTTP/2 says no length either unless it wants to.
        let mut tab = browser.clone().http2().open().await;
        let (sender, pieces) = crate::upstream::pieces();
        sender.send("ab".into()).await.unwrap();
        sender.send("c".into()).await.unwrap();
        drop(sender);
        let request = tab.request(A, "/").method(method).body(pieces).unwrap();
        assert_eq!(read(tab.send(request).await.unwrap()).await.status, StatusCode::OK, "{method}");
        let asked = application.asked().pop().unwrap().text.replace("\r\n1\r\n", "");
        assert!(asked.starts_with(method) && asked.replace("2\r\nab", "ab").contains("abc"), "{asked}");
    }
}

#[tokio::test]
async fn a_chunk_that_is_none_is_the_visitors_mistake() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |_| -> Said { keep(ok("good")) }).await;
    stage.behind(application.address, |_| ()).await;
    let browser = stage.browser().holding(&stage.taro);
    for host in [A, DESK, PUBLIC] {
        for chunks in ["zz\r\nabc\r\n0\r\n\r\n", "3\r\nabcdef\r\n0\r\n\r\n", "fffffffffffffffff\r\nabc\r\n"] {
            let request =
                format!("POST /users HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}");
            let answer = raw(&browser.clone().at(host), &request).await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{host} {chunks}: {answer}");
            assert!(answer.contains("bad-request"), "{host} {chunks}: {answer}");
        }
    }
    assert!(application.asked().is_empty());
}
