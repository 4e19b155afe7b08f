//! Clients that close their side and wait for the answer, and clients that are gone.

use crate::{
    client::Browser,
    stage::{A, DESK, PUBLIC, Stage},
};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

/// Ends a test that would hang.
const HANG: Duration = Duration::from_secs(20);

/// A frame (RFC 9113 §4.1) with a short payload.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    [&[0, 0, length, kind, flags], stream.to_be_bytes().as_slice(), payload].concat()
}

/// A whole request, in either version of HTTP.
fn request(browser: &Browser, host: &str, path: &str) -> Vec<u8> {
    if browser.http != http::Version::HTTP_2 {
        return format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n").into_bytes();
    }
    let literal =
        |name: u8, value: &str| [&[name, u8::try_from(value.len()).unwrap()], value.as_bytes()].concat();
    // GET and https by index (RFC 7541 §6).
    let head = [&[0x82, 0x87][..], &literal(4, path), &literal(1, host)].concat();
    [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(4, 0, 0, &[]), &frame(1, 5, 1, &head)].concat()
}

fn all(stage: &Stage) -> [Browser; 4] {
    let browser = stage.browser().holding(&stage.taro);
    let http2 = browser.clone().http2();
    [browser.clone().tls12(), browser, http2.clone().tls12(), http2]
}

/// Says `close_notify`, and leaves the socket open.
async fn half_close(stream: &mut TlsStream<TcpStream>) {
    let (socket, session) = stream.get_mut();
    session.send_close_notify();
    let mut alert = Vec::new();
    while session.wants_write() {
        session.write_tls(&mut alert).unwrap();
    }
    socket.write_all(&alert).await.unwrap();
}

async fn heard(stream: &mut TlsStream<TcpStream>, what: &str) -> bool {
    let mut heard = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match tokio::time::timeout(HANG, stream.read(&mut buffer)).await.expect("something comes") {
            Ok(0) | Err(_) => return false,
            Ok(read) => heard.extend_from_slice(&buffer[..read]),
        }
        if String::from_utf8_lossy(&heard).contains(what) {
            return true;
        }
    }
}

#[tokio::test]
async fn a_client_that_closes_its_side_at_once_gets_its_answer() {
    let stage = Stage::set().await;
    for browser in all(&stage) {
        for (host, path, what) in [
            (A, "/slow", "second "),
            (A, "/", "GET /\n"),
            (DESK, "/", "local Desk"),
            (PUBLIC, "/", "public www"),
        ] {
            let browser = browser.clone().at(host);
            let (mut stream, _) = browser.tls().await.unwrap();
            stream.write_all(&request(&browser, host, path)).await.unwrap();
            half_close(&mut stream).await;
            assert!(
                heard(&mut stream, what).await,
                "{:?} {:?} {host}{path}",
                browser.http,
                browser.tls.version
            );
        }
    }
}

/// The ways in which a client leaves.
#[derive(Debug, Clone, Copy)]
enum Going {
    /// `close_notify` and the end of the socket, as when a tab is closed.
    Politely,
    /// The end of the socket alone.
    Silently,
    /// A reset.
    Reset,
    /// `close_notify`, and the end some time later.
    Later,
}

async fn go(mut stream: TlsStream<TcpStream>, going: Going) {
    match going {
        Going::Politely => half_close(&mut stream).await,
        Going::Silently => {}
        Going::Reset => stream.get_ref().0.set_zero_linger().unwrap(),
        Going::Later => {
            half_close(&mut stream).await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }
    drop(stream.into_inner().0);
}

#[tokio::test]
async fn a_client_that_is_gone_ends_its_forward() {
    let stage = Stage::set().await;
    for browser in all(&stage) {
        for going in [Going::Politely, Going::Silently, Going::Reset, Going::Later] {
            let before = stage.upstream.count();
            let (mut stream, _) = browser.tls().await.unwrap();
            stream.write_all(&request(&browser, A, "/hang")).await.unwrap();
            while stage.upstream.count() == before {
                tokio::task::yield_now().await;
            }
            assert_eq!(stage.upstream.hanging(), 1);
            go(stream, going).await;
            let ended = async {
                while stage.upstream.hanging() > 0 {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
            };
            let ended = tokio::time::timeout(HANG, ended).await;
            assert!(ended.is_ok(), "{:?} {:?} {going:?}", browser.http, browser.tls.version);
        }
    }
}

#[tokio::test]
async fn an_upload_that_is_broken_off_by_the_end_of_the_clients_side_is_told_so() {
    let stage = Stage::set().await;
    for browser in [stage.browser().holding(&stage.taro), stage.browser().holding(&stage.taro).tls12()] {
        let browser = browser.at(DESK);
        let (mut stream, _) = browser.tls().await.unwrap();
        let head = format!("POST /users HTTP/1.1\r\nHost: {DESK}\r\nContent-Length: 10\r\n\r\nabc");
        stream.write_all(head.as_bytes()).await.unwrap();
        half_close(&mut stream).await;
        assert!(heard(&mut stream, "HTTP/1.1 400 ").await);
    }
    assert!(stage.local.acts.lock().unwrap().is_empty());
}
