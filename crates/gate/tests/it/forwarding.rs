//! What the application receives, and what it cannot do.

use crate::{
    client::{Browser, body, read},
    stage::{A, B, DESK, Stage},
};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use domain::{
    permit::UserFacts,
    site::{Site, SiteKind, Upstream},
};
use gate::{RecordChange, UserRecord};
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Bytes in, bytes out, until the gate closes.
pub(crate) async fn raw(browser: &Browser, bytes: &str) -> String {
    let (mut stream, _) = browser.tls().await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    // After a head that it cannot parse, the server closes without a close_notify.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn lines<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    text.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}

#[tokio::test]
async fn the_application_learns_who_the_visitor_is() {
    let stage = Stage::set().await;
    for browser in [stage.browser(), stage.browser().http2()] {
        let text = browser.holding(&stage.taro).visit("/a?b=%2F").await.text;
        assert!(text.starts_with("GET /a?b=%2F\n"), "{text}");
        let id = stage.a.user.id.to_string();
        let client_cert = format!(":{}:", STANDARD.encode(&stage.taro.chain[0]));
        let assertion = lines(&text, "sekisho-assertion")[0];
        assert_eq!(assertion.matches('.').count(), 2, "{assertion}");
        for (name, value) in [
            ("sekisho-user", "taro-a"),
            ("remote-user", "taro-a"),
            ("sekisho-user-at-tenant", "taro-a@a"),
            ("x-user-at-tenant", "taro-a@a"),
            ("sekisho-id", &id),
            ("x-id", &id),
            ("sekisho-email", "taro@a.test"),
            ("sekisho-tenant", "a"),
            ("sekisho-groups", "sales,tokyo"),
            ("client-cert", &client_cert),
            ("x-certificate", &client_cert),
            ("x-token", assertion),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", A),
            ("x-forwarded-for", "127.0.0.1"),
            ("host", A),
        ] {
            assert_eq!(lines(&text, name), [value], "{name}");
        }
    }
}

#[tokio::test]
async fn forged_identity_fields_never_reach_the_application() {
    let stage = Stage::set().await;
    for browser in [stage.browser(), stage.browser().http2()] {
        let mut tab = browser.holding(&stage.taro).open().await;
        let mut request = tab.request(A, "/");
        for name in [
            "sekisho-user",
            "SEKISHO_USER",
            "Sekisho_Groups",
            "sekisho-assertion",
            "SEKISHO_ASSERTION",
            "client-cert",
            "client_cert",
            "client-cert-chain",
            "x-forwarded-for",
            "x_forwarded_for",
            "forwarded",
            "x-real-ip",
            "remote-user",
            "REMOTE_USER",
            "remote.user",
            "x-remote-user",
            "x-ssl-client-verify",
            "x-client-dn",
            "x-token",
            "X_CERTIFICATE",
        ] {
            request = request.header(name, "forged").header(name, "forged");
        }
        let reply = read(tab.send(request.body(body("")).unwrap()).await.unwrap()).await;
        assert_eq!(reply.status, StatusCode::OK);
        assert!(!reply.text.contains("forged"), "{}", reply.text);
    }
}

#[tokio::test]
async fn forged_fields_in_trailers_and_behind_connection_do_not_arrive() {
    let stage = Stage::set().await;
    let browser = stage.browser().holding(&stage.taro);
    let head = "POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close, sekisho-user, x-hop\r\nX-Hop: forged\r\nTE: trailers\r\n\
        Transfer-Encoding: chunked\r\nTrailer: sekisho-user\r\n\r\n3\r\nabc\r\n0\r\nsekisho-user: forged\r\n\r\n";
    let answer = raw(&browser, head).await;
    assert!(answer.contains("body: abc") && !answer.contains("forged"), "{answer}");
    assert_eq!(lines(&answer.replace('\r', ""), "sekisho-user"), ["taro-a"]);
}

#[tokio::test]
async fn an_application_cannot_set_our_cookies_and_its_hop_fields_stay_behind() {
    let stage = Stage::set().await;
    let reply = stage.browser().holding(&stage.taro).visit("/cookies").await;
    let cookies: Vec<_> = reply.headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["theirs=1"]);
    assert!(!reply.headers.contains_key("x-hop"));
}

#[tokio::test]
async fn bodies_go_both_ways_whole() {
    let stage = Stage::set().await;
    for browser in [stage.browser(), stage.browser().http2()] {
        let mut tab = browser.holding(&stage.taro).open().await;
        let request = tab.request(A, "/").method("POST").body(body(vec![b'x'; 300_000])).unwrap();
        let text = read(tab.send(request).await.unwrap()).await.text;
        assert_eq!(lines(&text, "body")[0].len(), 300_000);
        assert_eq!(lines(&text, "content-length"), ["300000"]);
    }
}

#[tokio::test]
async fn a_request_that_could_be_two_is_one_or_none() {
    let stage = Stage::set().await;
    let browser = stage.browser().holding(&stage.taro);
    let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n";
    let length = smuggled.len() + 5;
    for fields in [
        "Content-Length: 4\r\nContent-Length: 5\r\n".to_owned(),
        "Content-Length: 4, 5\r\n".to_owned(),
        "Content-Length: +4\r\n".to_owned(),
        "Transfer-Encoding: xchunked\r\n".to_owned(),
        "Transfer-Encoding: chunked, identity\r\n".to_owned(),
        "Transfer-Encoding : chunked\r\n".to_owned(),
        format!("Upgrade: websocket\r\nConnection: Upgrade\r\nContent-Length: {length}\r\n"),
    ] {
        let request = format!("POST / HTTP/1.1\r\nHost: a.test\r\n{fields}\r\n0\r\n\r\n{smuggled}");
        let answer = raw(&browser, &request).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{fields}: {answer}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{fields}");
    }
    assert_eq!(stage.upstream.count(), 0);

    // Length and chunks together: the chunks count (RFC 9112 §6.3), and the application gets no length.
    for fields in [
        "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 9\r\n",
    ] {
        let request = format!(
            "POST / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n{fields}\r\n3\r\nabc\r\n0\r\n\r\n{smuggled}"
        );
        let before = stage.upstream.count();
        let answer = raw(&browser, &request).await.replace('\r', "");
        assert!(answer.contains("body: abc\n") && !answer.contains("\ncontent-length: 9\n"), "{answer}");
        assert_eq!(stage.upstream.count() - before, 1);
    }
}

#[tokio::test]
async fn paths_with_two_readings_are_refused_and_the_reserved_ones_stay_ours() {
    let stage = Stage::set().await;
    let browser = stage.browser().holding(&stage.taro);
    for path in ["/a%2f..%2fb", "/a/%2e%2e/b", "/a/../b", "/a%5cb", "/a%00", "/%zz", "/..;/x", "*"] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: a.test\r\n\r\n");
        let answer = raw(&browser, &request).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{path}: {answer}");
    }
    for path in [
        "/.sekisho",
        "/.sekisho/proof",
        "//.sekisho/proof",
        "/%2Esekisho/proof",
        "/.SEKISHO/proof",
        "/.sekisho;x=1/proof",
    ] {
        let text = browser.visit(path).await.text;
        assert!(text.starts_with("local Reserved taro-a /."), "{path}: {text}");
    }
    assert_eq!(stage.upstream.count(), 0);
    assert!(browser.visit("/%61//b").await.text.starts_with("GET /a/b\n"));
}

#[tokio::test]
async fn desk_and_a_site_without_an_upstream_are_answered_in_process() {
    let stage = Stage::set().await;
    let browser = stage.browser().holding(&stage.taro);
    for browser in [browser.clone(), browser.clone().http2()] {
        assert_eq!(browser.at(DESK).visit("/users").await.text, "local Desk taro-a /users");
    }
    stage.act(RecordChange::Site(site(&stage, None))).await;
    assert_eq!(browser.visit("/login").await.text, "local Portal taro-a /login");
    assert_eq!(browser.visit("/.sekisho").await.text, "local Reserved taro-a /.sekisho");
}

fn site(stage: &Stage, address: Option<&str>) -> Site {
    let random = &mut crate::cast::rng(555);
    Site {
        id: domain::id::SiteId::new(crate::cast::at(crate::cast::NOW), random),
        tenant: stage.a.facts.id,
        host: domain::host_name::HostName::parse(A).unwrap(),
        kind: SiteKind::Application,
        upstream: address.map(|address| {
            let upstream = Upstream::new("http://127.0.0.1:1", Vec::new()).unwrap();
            Upstream { address: address.to_owned(), ..upstream }
        }),
    }
}

#[tokio::test]
async fn an_application_that_fails_is_a_bad_gateway_on_an_open_connection() {
    let stage = Stage::set().await;
    let mut tab = stage.browser().holding(&stage.taro).open().await;
    assert_eq!(tab.ask(A, "/unasked").await.status, StatusCode::BAD_GATEWAY);
    // Nobody listens on a port that was just given back.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    for address in [format!("http://{free}"), "https://127.0.0.1:1".to_owned(), "nonsense".to_owned()] {
        stage.act(RecordChange::Site(site(&stage, Some(&address)))).await;
        let reply = tab.ask(A, "/").await;
        assert_eq!(reply.status, StatusCode::BAD_GATEWAY, "{address}");
        // The contact is shown to people who may come in.
        assert!(reply.text.contains("upstream-unreachable</h1> help@desk.test"), "{}", reply.text);
    }
}

/// The fields by which an application behind both tenants may identify a visitor.
fn known_by(text: &str) -> [String; 3] {
    ["x-user-at-tenant", "x-id", "x-token"].map(|name| lines(text, name)[0].to_owned())
}

#[tokio::test]
async fn an_application_behind_two_tenants_takes_nobody_of_one_for_somebody_of_the_other() {
    let stage = Stage::set().await;
    let taro = stage.browser().holding(&stage.taro).visit("/").await.text;
    let forger = stage.b.issuer.issue(3);
    stage.register(&stage.b, &forger).await;
    let browser = stage.browser().at(B).holding(&forger);
    let own_id = stage.a.user.id.to_string();
    // All that an administrator of b can enter for b's person: a name of a's person, in every form that is
    // sent for a.
    for login_name in ["taro-a", "taro-a@a", &own_id] {
        let email = stage.a.user.email.clone();
        let facts = UserFacts { login_name: login_name.to_owned(), email, ..stage.b.user.clone() };
        stage.act(RecordChange::User(UserRecord { facts, since: None })).await;
        let forged = browser.visit("/").await.text;
        assert_eq!(lines(&forged, "remote-user"), [login_name], "what is not to be mapped");
        for (forged, real) in known_by(&forged).iter().zip(&known_by(&taro)) {
            assert_ne!(forged, real, "{login_name}");
        }
        assert_eq!(lines(&forged, "x-user-at-tenant"), [format!("{login_name}@b")]);
    }
}

#[tokio::test]
async fn an_address_that_was_not_proved_is_told_to_no_application() {
    let stage = Stage::set().await;
    let facts = UserFacts { email: None, ..stage.a.user.clone() };
    stage.act(RecordChange::User(UserRecord { facts, since: None })).await;
    let text = stage.browser().holding(&stage.taro).visit("/").await.text;
    assert_eq!(lines(&text, "sekisho-user"), ["taro-a"]);
    assert!(lines(&text, "sekisho-email").is_empty(), "{text}");
    let token = lines(&text, "sekisho-assertion")[0];
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    assert!(!String::from_utf8(claims).unwrap().contains("email"));
}
