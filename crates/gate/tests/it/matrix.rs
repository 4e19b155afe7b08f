//! Server name × host × certificate, over HTTP/1.1 and HTTP/2: only one tenant throughout passes.

use crate::{
    client::Browser,
    stage::{A, B, Stage},
};
use http::StatusCode;

#[tokio::test]
async fn only_one_and_the_same_tenant_in_all_three_places_passes() {
    let stage = Stage::set().await;
    let hanako = stage.b.issuer.issue(1);
    stage.register(&stage.b, &hanako).await;
    let holders = [None, Some(("a", &stage.taro)), Some(("b", &hanako))];
    let names = [Some("a.test"), Some("A.TEST"), Some("b.test"), Some("c.test"), Some("retry.test"), None];
    let hosts = [
        "a.test",
        "A.Test:8443",
        "a.test.",
        "b.test",
        "B.test",
        "c.test",
        "xa.test",
        "127.0.0.1",
        "a.test.b.test",
    ];
    for http2 in [false, true] {
        for name in names {
            for host in hosts {
                for holder in holders {
                    let mut browser = Browser { server_name: name.map(str::to_owned), ..stage.browser() };
                    if let Some((_, holder)) = holder {
                        browser = browser.holding(holder);
                    }
                    if http2 {
                        browser = browser.http2();
                    }
                    let fold = |text: &str| {
                        let text = text.to_lowercase();
                        text.split(':').next().unwrap().trim_end_matches('.').to_owned()
                    };
                    let name_and_host = name.map(fold).filter(|name| *name == fold(host));
                    let tenant = match name_and_host.as_deref() {
                        Some(A) => Some("a"),
                        Some(B) => Some("b"),
                        _ => None,
                    };
                    let expected = match (tenant, holder) {
                        (None, _) => (StatusCode::MISDIRECTED_REQUEST, None),
                        (Some(_), None) => (StatusCode::FORBIDDEN, Some("no-certificate")),
                        (Some(tenant), Some((whose, _))) if tenant == whose => (StatusCode::OK, None),
                        (Some(_), Some(_)) => (StatusCode::FORBIDDEN, Some("other-tenant")),
                    };
                    let before = stage.upstream.count();
                    let reply = browser.open().await.ask(host, "/x").await;
                    let case = format!("{name:?} {host} {:?} http2={http2}", holder.map(|(whose, _)| whose));
                    assert_eq!((reply.status, reply.denial()), expected, "{case}");
                    let forwarded = stage.upstream.count() - before;
                    assert_eq!(forwarded, usize::from(expected.0 == StatusCode::OK), "{case}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_request_without_one_clear_host_is_a_bad_request() {
    let stage = Stage::set().await;
    let browser = stage.browser().holding(&stage.taro);
    for head in [
        "GET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nHost: a.test\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n",
        "GET https://b.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a.test,b.test\r\n\r\n",
    ] {
        let answer = crate::forwarding::raw(&browser, head).await;
        assert!(answer.starts_with("HTTP/1.1 400 "), "{head}: {answer}");
    }
    assert_eq!(stage.upstream.count(), 0);
}

#[tokio::test]
async fn public_names_never_ask_for_a_certificate() {
    let stage = Stage::set().await;
    let browser = stage.browser().at(crate::stage::PUBLIC).holding(&stage.taro);
    let (_, seen) = browser.tls().await.unwrap();
    assert_eq!(seen.asked.load(std::sync::atomic::Ordering::Relaxed), 0);
    let mut tab = browser.open().await;
    assert_eq!(tab.ask("www.test", "/ocsp/x/a%2Fb").await.text, "public www.test /ocsp/x/a%2Fb");
    assert_eq!(tab.ask("a.test", "/").await.status, StatusCode::MISDIRECTED_REQUEST);
}
