//! HTTP/2 by a separate client: the limit of streams, and answers without a window.

use crate::{
    client::Browser,
    stage::{A, DESK, PUBLIC, Stage},
};
use domain::certificate::Status;
use gate::{Patience, RoomLimits};
use h2::{
    Reason, RecvStream,
    client::{Builder, Connection, ResponseFuture, SendRequest},
};
use http::{Request, StatusCode};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::client::TlsStream;

/// Ends a test that would hang.
const HANG: Duration = Duration::from_secs(20);

/// Too short for any client.
const SHORT: Duration = Duration::from_millis(50);

const BROWSER: &str = "text/html,application/xhtml+xml,*/*;q=0.8";

type Open = (SendRequest<bytes::Bytes>, Connection<TlsStream<TcpStream>, bytes::Bytes>);

/// Opens a connection that gives each answer this window.
async fn open(browser: &Browser, window: u32) -> Open {
    let (stream, _) = browser.clone().http2().tls().await.unwrap();
    Builder::new().initial_window_size(window).handshake(stream).await.unwrap()
}

/// Asks without waiting for the answer.
fn ask(sender: &mut SendRequest<bytes::Bytes>, host: &str, path: &str, accept: &str) -> ResponseFuture {
    let request = Request::get(format!("https://{host}{path}")).header("accept", accept).body(()).unwrap();
    sender.send_request(request, true).unwrap().0
}

async fn text(mut body: RecvStream) -> String {
    let mut text = Vec::new();
    while let Some(bytes) = body.data().await {
        let bytes = bytes.unwrap();
        body.flow_control().release_capacity(bytes.len()).unwrap();
        text.extend_from_slice(&bytes);
    }
    String::from_utf8(text).unwrap()
}

/// The limit of streams that the server announces.
async fn streams_max(browser: &Browser, host: &str) -> usize {
    let (mut sender, connection) = open(browser, 65_535).await;
    let answer = ask(&mut sender, host, "/", BROWSER);
    let driving = tokio::spawn(connection);
    answer.await.unwrap();
    let max = sender.current_max_send_streams();
    driving.abort();
    max
}

#[tokio::test]
async fn whoever_may_not_pass_has_few_streams() {
    let stage = Stage::set().await;
    let taro = stage.browser().holding(&stage.taro);
    assert_eq!(streams_max(&taro, A).await, 32);
    assert_eq!(streams_max(&taro.clone().at(DESK), DESK).await, 32);
    assert_eq!(streams_max(&stage.browser(), A).await, 8);
    assert_eq!(streams_max(&taro.clone().at(PUBLIC), PUBLIC).await, 8);
    stage.set_status(&stage.a, &stage.taro, Status::Revoked).await;
    assert_eq!(streams_max(&taro, A).await, 8);
}

#[tokio::test]
async fn a_refused_connection_has_one_page_and_browsers_are_sent_to_another_connection() {
    let stage = Stage::set().await;
    let (mut sender, connection) = open(&stage.browser(), 65_535).await;
    let first = ask(&mut sender, A, "/", BROWSER);
    let shown = ask(&mut sender, A, "/", BROWSER);
    let loaded = ask(&mut sender, A, "/style.css", "text/css,*/*;q=0.1");
    let program = ask(&mut sender, A, "/", "application/json");
    let driving = tokio::spawn(connection);

    let page = first.await.unwrap();
    assert_eq!(page.status(), StatusCode::FORBIDDEN);
    assert!(text(page.into_body()).await.starts_with("<h1>no-certificate</h1>"));
    assert_eq!(shown.await.unwrap_err().reason(), Some(Reason::REFUSED_STREAM));
    let loaded = loaded.await.unwrap();
    assert_eq!(
        (loaded.status(), &loaded.headers()["sekisho-denial"]),
        (StatusCode::FORBIDDEN, &"no-certificate".parse().unwrap())
    );
    assert_eq!(text(loaded.into_body()).await, "");
    let problem = program.await.unwrap();
    assert_eq!(problem.headers()["content-type"], "application/problem+json");
    assert!(text(problem.into_body()).await.contains("no-certificate"));
    // The client knows that it must connect anew.
    tokio::time::timeout(HANG, driving).await.unwrap().unwrap().unwrap();
}

/// A frame (RFC 9113 §4.1) with a short payload.
fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    [&[0, 0, length, kind, flags], stream.to_be_bytes().as_slice(), payload].concat()
}

#[tokio::test]
async fn a_client_that_asks_on_and_on_after_its_page_is_cut_off() {
    let never = Duration::from_hours(1);
    let patience = Patience { idle: never, stranger_standstill: never, ..Patience::default() };
    let stage = Stage::set_with(|config| config.patience = patience).await;
    let (mut stream, _) = stage.browser().http2().tls().await.unwrap();
    let mut said = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    said.extend(frame(4, 0, 0, &[]));
    // GET, https and / by index, the authority as a literal (RFC 7541 §6).
    let head = [&[0x82, 0x87, 0x84, 0x01, 6], A.as_bytes()].concat();
    stream.write_all(&said).await.unwrap();
    let asked = async {
        let mut buffer = [0; 4096];
        for number in 0..200 {
            // END_STREAM, END_HEADERS.
            let asked = stream.write_all(&frame(1, 5, number * 2 + 1, &head)).await;
            // The connection may end in any way.
            if asked.is_err() || stream.read(&mut buffer).await.unwrap_or(0) == 0 {
                return true;
            }
        }
        false
    };
    assert!(tokio::time::timeout(HANG, asked).await.expect("it ends"), "every one was answered");
}

#[tokio::test]
async fn strangers_of_a_network_have_room_for_so_many_answers_until_their_last_byte_has_left() {
    let rooms = RoomLimits { network: 2, ..RoomLimits::default() };
    let stage = Stage::set_with(|config| config.rooms = rooms).await;
    let public = stage.browser().at(PUBLIC);
    // A window of one byte: the rest waits in the server's buffers.
    let (mut sender, connection) = open(&public, 1).await;
    let held = [ask(&mut sender, PUBLIC, "/a", BROWSER), ask(&mut sender, PUBLIC, "/b", BROWSER)];
    let driving = tokio::spawn(connection);
    let mut bodies = Vec::new();
    for answer in held {
        bodies.push(answer.await.unwrap().into_body());
    }
    for browser in [public.clone(), public.clone().http2(), stage.browser()] {
        let mut tab = browser.open().await;
        let reply = tab.ask(browser.server_name.as_deref().unwrap(), "/").await;
        assert_eq!((reply.status, reply.text.as_str()), (StatusCode::SERVICE_UNAVAILABLE, ""));
        assert_eq!(reply.headers["retry-after"], "5");
        tab.closed().await;
    }
    // The visitors notice nothing of this.
    assert_eq!(stage.browser().holding(&stage.taro).visit("/").await.status, StatusCode::OK);
    for mut body in bodies {
        body.flow_control().release_capacity(0).unwrap();
        assert!(text(body).await.starts_with("public "));
    }
    while public.visit("/").await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
    drop(driving);
}

#[tokio::test]
async fn a_certificate_has_room_for_so_many_requests_and_leaves_the_rest_to_others() {
    let rooms = RoomLimits { certificate: 1, ..RoomLimits::default() };
    let stage = Stage::set_with(|config| config.rooms = rooms).await;
    let colleague = stage.a.issuer.issue(30);
    stage.register(&stage.a, &colleague).await;
    let taro = stage.browser().holding(&stage.taro);
    let mut tab = taro.open().await;
    let request = tab.request(A, "/stream").body(crate::client::body("")).unwrap();
    let held = tab.send(request).await.unwrap();
    assert_eq!(taro.visit("/").await.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stage.browser().holding(&colleague).visit("/").await.status, StatusCode::OK);
    drop((held, tab));
    while taro.visit("/").await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_stranger_who_takes_nothing_is_ended_unasked_and_a_visitor_is_waited_for() {
    let patience = Patience { stranger_standstill: SHORT, ..Patience::default() };
    let stage = Stage::set_with(|config| config.patience = patience).await;
    let (mut sender, connection) = open(&stage.browser().at(PUBLIC), 0).await;
    let answer = ask(&mut sender, PUBLIC, "/", BROWSER);
    let driving = tokio::spawn(connection);
    let mut body = answer.await.unwrap().into_body();
    assert!(tokio::time::timeout(HANG, body.data()).await.unwrap().unwrap().is_err());
    drop(driving);

    let (mut sender, connection) = open(&stage.browser().holding(&stage.taro), 1).await;
    let answer = ask(&mut sender, A, "/", BROWSER);
    let driving = tokio::spawn(connection);
    let body = answer.await.unwrap().into_body();
    tokio::time::sleep(SHORT * 10).await;
    assert!(text(body).await.starts_with("GET /\n"));
    drop(driving);
}
