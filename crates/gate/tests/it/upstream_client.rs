//! How the gate speaks with applications: the connections, the retries, and the waiting times.

use crate::{
    client::{Browser, Tab, body, read},
    forwarding::raw,
    raw::{Asked, Raw, close, hang, keep, ok},
    stage::{A, B, Stage},
    upstream::pieces,
};
use domain::site::SiteKind;
use http::{Method, StatusCode};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn both(browser: &Browser) -> [Browser; 2] {
    [browser.clone(), browser.clone().http2()]
}

async fn visit(tab: &mut Tab, method: Method, authorization: Option<&str>) -> (StatusCode, String) {
    let mut request = tab.request(A, "/").method(method);
    if let Some(value) = authorization {
        request = request.header("authorization", value);
    }
    let reply = read(tab.send(request.body(body("")).unwrap()).await.unwrap()).await;
    (reply.status, reply.text)
}

/// Authenticates a connection as NTLM does: a challenge, an answer to it, and from then on the connection's person.
async fn ntlm() -> Raw {
    let persons = std::sync::Mutex::new(std::collections::HashMap::<usize, String>::new());
    Raw::start(true, move |asked| {
        let proof = asked.text.lines().find_map(|line| line.strip_prefix("authorization: NTLM "));
        let mut persons = persons.lock().unwrap();
        let challenge = |value: &str| {
            let head = format!(
                "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: {value}\r\nContent-Length: 0\r\n\r\n"
            );
            keep(head)
        };
        match (proof, persons.get(&asked.connection)) {
            (Some("hello"), _) => {
                persons.insert(asked.connection, String::new());
                challenge("NTLM challenge")
            }
            (Some(name), Some(_)) => {
                persons.insert(asked.connection, name.to_owned());
                keep(ok(&format!("welcome {name}")))
            }
            (None, Some(name)) if !name.is_empty() => keep(ok(&format!("again {name}"))),
            _ => challenge("NTLM"),
        }
    })
    .await
}

async fn sign_in(tab: &mut Tab, name: &str) {
    assert_eq!(visit(tab, Method::GET, None).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(visit(tab, Method::GET, Some("NTLM hello")).await.0, StatusCode::UNAUTHORIZED);
    assert_eq!(visit(tab, Method::GET, Some(&format!("NTLM {name}"))).await.1, format!("welcome {name}"));
}

#[tokio::test]
async fn nobody_is_greeted_as_somebody_else_over_a_connection_that_was_proved() {
    let stage = Stage::set().await;
    let application = ntlm().await;
    stage.behind(application.address, |_| ()).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        let (mut first, mut second) = (browser.open().await, browser.open().await);
        sign_in(&mut first, "taro").await;
        for _ in 0..3 {
            assert_eq!(visit(&mut first, Method::GET, None).await.1, "again taro");
            assert_eq!(visit(&mut first, Method::POST, None).await.1, "again taro");
            assert_eq!(visit(&mut second, Method::GET, None).await.0, StatusCode::UNAUTHORIZED);
        }
        sign_in(&mut second, "hanako").await;
        assert_eq!(visit(&mut first, Method::GET, None).await.1, "again taro");
        assert_eq!(visit(&mut second, Method::GET, None).await.1, "again hanako");
    }
}

#[tokio::test]
async fn a_proof_that_nobody_asked_for_never_goes_over_a_shared_connection() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |asked| keep(ok(&asked.connection.to_string()))).await;
    stage.behind(application.address, |_| ()).await;
    let browser = stage.browser().holding(&stage.taro);
    let (mut first, mut second) = (browser.open().await, browser.open().await);
    let shared = visit(&mut second, Method::GET, None).await.1;
    let own = visit(&mut first, Method::GET, Some("Negotiate YII=")).await.1;
    assert_ne!(own, shared);
    assert_eq!(visit(&mut second, Method::GET, None).await.1, shared);
    assert_eq!(visit(&mut first, Method::GET, None).await.1, own);
    // The connection ends with its visitor.
    drop(first);
    assert_ne!(visit(&mut browser.open().await, Method::GET, None).await.1, own);
}

#[tokio::test]
async fn a_site_may_have_it_that_connections_are_shared_by_nobody() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |asked| keep(ok(&asked.connection.to_string()))).await;
    stage.behind(application.address, |upstream| upstream.conduct.own_connections = true).await;
    let browser = stage.browser().holding(&stage.taro);
    let (mut first, mut second) = (browser.open().await, browser.open().await);
    for _ in 0..2 {
        assert_eq!(visit(&mut first, Method::GET, None).await.1, "0");
        assert_eq!(visit(&mut second, Method::GET, None).await.1, "1");
    }
}

#[tokio::test]
async fn a_safe_request_over_an_idle_connection_that_was_closed_is_tried_once_more() {
    let stage = Stage::set().await;
    // The second request of each connection ends it without an answer.
    let closing = |asked: &Asked| if asked.turn == 0 { keep(ok("good")) } else { close("") };
    let application = Raw::start(true, closing).await;
    stage.behind(application.address, |_| ()).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        for method in [Method::GET, Method::HEAD, Method::OPTIONS] {
            let mut tab = browser.open().await;
            for _ in 0..6 {
                assert_eq!(visit(&mut tab, method.clone(), None).await.0, StatusCode::OK, "{method}");
            }
        }
    }
}

#[tokio::test]
async fn what_may_have_been_done_is_never_done_twice() {
    let stage = Stage::set().await;
    let closing = |asked: &Asked| if asked.turn == 0 { keep(ok("good")) } else { close("") };
    let application = Raw::start(true, closing).await;
    stage.behind(application.address, |_| ()).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let mut tab = browser.open().await;
            // Repeats until an idle connection is used.
            assert_eq!(visit(&mut tab, Method::GET, None).await.0, StatusCode::OK);
            let before = application.asked().len();
            let (status, text) = visit(&mut tab, method.clone(), None).await;
            let asked = application.asked().split_off(before);
            assert_eq!(asked.len(), 1, "{method}");
            let expected = if asked[0].turn == 0 { StatusCode::OK } else { StatusCode::BAD_GATEWAY };
            assert_eq!(status, expected, "{method} {text}");
        }
        // A request with a body is not tried again either, for any method.
        let mut tab = browser.open().await;
        assert_eq!(visit(&mut tab, Method::GET, None).await.0, StatusCode::OK);
        let before = application.asked().len();
        let request = tab.request(A, "/").body(body("query")).unwrap();
        read(tab.send(request).await.unwrap()).await;
        assert_eq!(application.asked().len() - before, 1);
    }
}

#[tokio::test]
async fn a_request_is_tried_once_more_and_not_again() {
    let stage = Stage::set().await;
    let first = AtomicUsize::new(0);
    let application = Raw::start(true, move |_| {
        if first.fetch_add(1, Ordering::SeqCst) == 0 { keep(ok("good")) } else { close("") }
    })
    .await;
    stage.behind(application.address, |_| ()).await;
    let mut tab = stage.browser().holding(&stage.taro).open().await;
    assert_eq!(visit(&mut tab, Method::GET, None).await.0, StatusCode::OK);
    assert_eq!(visit(&mut tab, Method::GET, None).await.0, StatusCode::BAD_GATEWAY);
    assert_eq!(application.asked().len(), 3);
}

#[tokio::test]
async fn an_early_refusal_of_an_upload_reaches_the_visitor() {
    let stage = Stage::set().await;
    // The application reads the head only, refuses, and closes while bytes are under way: the kernel resets
    // the connection.
    let application = Raw::start(false, |_| {
        close("HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\nConnection: close\r\n\r\ntoo large")
    })
    .await;
    stage.behind(application.address, |_| ()).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        let mut tab = browser.open().await;
        let (sender, upload) = pieces();
        tokio::spawn(async move {
            for _ in 0..2_000 {
                if sender.send(vec![b'x'; 16_384].into()).await.is_err() {
                    return;
                }
            }
        });
        let request = tab.request(A, "/").method("POST").body(upload).unwrap();
        let reply = read(tab.send(request).await.unwrap()).await;
        assert_eq!((reply.status.as_u16(), reply.text.as_str()), (413, "too large"), "{:?}", browser.http);
    }
}

#[tokio::test]
async fn a_client_that_reads_after_its_upload_finds_the_early_refusal() {
    let stage = Stage::set().await;
    let application = Raw::start(false, |_| {
        close("HTTP/1.1 401 Unauthorized\r\nContent-Length: 4\r\nConnection: close\r\n\r\nwho?")
    })
    .await;
    stage.behind(application.address, |_| ()).await;
    let (mut stream, _) = stage.browser().holding(&stage.taro).tls().await.unwrap();
    let length = 2 * 1024 * 1024;
    let head = format!("POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; length]).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 ") && answer.ends_with("who?"), "{answer}");
}

#[tokio::test]
async fn old_programs_are_understood() {
    let stage = Stage::set().await;
    let old = [
        // Folded lines (RFC 9112 §5.2), with blank and with tab.
        "HTTP/1.1 200 OK\r\nX-Long: one\r\n two\r\n\tthree\r\nContent-Length: 4\r\n\r\ngood",
        // Blanks before the colon, a line that is no field, a second status line.
        "HTTP/1.1 200 OK\r\nX-Long : one two three\r\nno field\r\nContent-Length: 4\r\n\r\ngood",
        "HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\nX-Long: one two three\r\nContent-Length: 4\r\n\r\ngood",
        // Bare line feeds; HTTP/1.0 without a length.
        "HTTP/1.1 200 OK\nX-Long: one two three\nContent-Length: 4\n\ngood",
        "HTTP/1.0 200 OK\r\nX-Long: one two three\r\n\r\ngood",
        "HTTP/1.1 200\r\nX-Long: one two three\r\n\r\ngood",
        // An interim answer.
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nX-Long: one two three\r\nContent-Length: 4\r\n\r\ngood",
    ];
    let application = Raw::start(true, move |asked| {
        let number: usize = asked.text.split(' ').nth(1).unwrap()[1..].parse().unwrap();
        close(old[number])
    })
    .await;
    stage.behind(application.address, |_| ()).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        let mut tab = browser.open().await;
        for (number, said) in old.iter().enumerate() {
            let reply = tab.ask(A, &format!("/{number}")).await;
            assert_eq!((reply.status, reply.text.as_str()), (StatusCode::OK, "good"), "{said}");
            let words: Vec<_> = reply.headers["x-long"].to_str().unwrap().split_ascii_whitespace().collect();
            assert_eq!(words, ["one", "two", "three"], "{said}");
        }
    }
}

#[tokio::test]
async fn what_is_no_answer_at_all_is_a_bad_gateway() {
    let stage = Stage::set().await;
    let garbage = ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nX: a", ""];
    let application = Raw::start(true, move |asked| {
        let number: usize = asked.text.split(' ').nth(1).unwrap()[1..].parse().unwrap();
        close(garbage[number])
    })
    .await;
    stage.behind(application.address, |_| ()).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        let mut tab = browser.open().await;
        for (number, said) in garbage.iter().enumerate() {
            let reply = tab.ask(A, &format!("/{number}")).await;
            assert_eq!(reply.status, StatusCode::BAD_GATEWAY, "{said}");
            assert!(reply.text.contains("upstream-unreachable"), "{said}");
        }
    }
}

#[tokio::test]
async fn each_site_has_a_time_limit_of_its_own() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |_| hang("")).await;
    stage.behind(application.address, |upstream| upstream.conduct.answer_wait_seconds = 1).await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        // This is long before the ordinary limit of a minute.
        let reply = tokio::time::timeout(Duration::from_secs(20), browser.visit("/")).await.unwrap();
        assert_eq!(reply.status, StatusCode::GATEWAY_TIMEOUT);
        assert!(reply.text.contains("upstream-timeout"));
    }
}

#[tokio::test]
async fn an_encoded_slash_passes_untouched_where_the_site_says_so() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |asked| keep(ok(asked.text.split(' ').nth(1).unwrap()))).await;
    stage.behind(application.address, |upstream| upstream.conduct.encoded_slashes = true).await;
    let browser = stage.browser().holding(&stage.taro);
    for browser in both(&browser) {
        for path in ["/a%2Fb/c", "/a%2fb", "/%2F%2Fx?y=%2F", "/projects/group%2Fproject"] {
            assert_eq!(browser.visit(path).await.text, path);
        }
        // A path that an application would read as another one is still refused.
        for path in [
            "/a%2F..%2Fb",
            "/a%2f%2e%2e/b",
            "/%2E%2E%2Fx",
            "/.sekisho%2Fproof",
            "/%2F.sekisho/proof",
            "/a%5Cb",
        ] {
            let reply = browser.visit(path).await;
            assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{path}");
            assert!(reply.text.contains("bad-request"), "{path}");
        }
    }
}

#[tokio::test]
async fn an_encoded_slash_is_refused_elsewhere_and_the_page_says_why() {
    let stage = Stage::set().await;
    for browser in both(&stage.browser().holding(&stage.taro)) {
        let reply = browser.visit("/a%2Fb").await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        assert!(reply.text.contains("encoded-slash"), "{}", reply.text);
    }
    assert_eq!(stage.upstream.count(), 0);
}

#[tokio::test]
async fn an_idle_connection_makes_room_for_another_applications() {
    let stage = Stage::set_with(|config| config.upstreams.connections_max = 1).await;
    let application = Raw::start(true, |_| keep(ok("good"))).await;
    stage.behind(application.address, |_| ()).await;
    let ken = stage.b.issuer.issue(3);
    stage.register(&stage.b, &ken).await;
    let other = stage.b.site(B, SiteKind::Application, Some(application.address));
    stage.act(gate::RecordChange::Site(other)).await;
    let (taro, ken) = (stage.browser().holding(&stage.taro), stage.browser().at(B).holding(&ken));
    for browser in [&taro, &ken, &taro] {
        let answered = async { while browser.visit("/").await.status != StatusCode::OK {} };
        tokio::time::timeout(Duration::from_secs(20), answered).await.unwrap();
    }
    let connections: Vec<_> = application.asked().iter().map(|asked| asked.connection).collect();
    assert_eq!(connections, [0, 1, 2]);
}

#[tokio::test]
async fn a_request_with_expect_continue_is_served() {
    let stage = Stage::set().await;
    let application = Raw::start(true, |asked| keep(ok(&asked.text))).await;
    stage.behind(application.address, |_| ()).await;
    let browser = stage.browser().holding(&stage.taro);
    let head = "POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc";
    let answer = raw(&browser, head).await;
    assert!(answer.contains("HTTP/1.1 200 OK") && answer.ends_with("\r\n\r\nabc"), "{answer}");
}
