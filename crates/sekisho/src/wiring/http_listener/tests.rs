use super::*;
use axum::{
    body::Bytes,
    routing::{any, post},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    task::JoinHandle,
};

/// Ends a test that would hang.
const HANG: Duration = Duration::from_secs(20);

struct Served {
    address: SocketAddr,
    shutdown: CancellationToken,
    serving: JoinHandle<()>,
}

/// A server that echoes forms.
async fn served(limits: Limits) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let shutdown = CancellationToken::new();
    let router = Router::new()
        .route("/", post(async |form: Bytes| form))
        // Pages that say what their author did not think of.
        .route("/page", any("page"))
        .route("/empty", any((StatusCode::NO_CONTENT, [(header::CONTENT_LENGTH, "4")], "page")))
        .route("/digits", any(([(header::CONTENT_LENGTH, "0000004")], "page")));
    let serving = tokio::spawn(serve_within(limits, listener, router, shutdown.clone()));
    Served { address, shutdown, serving }
}

/// A form of five bytes of which only these were sent.
async fn half_sent(served: &Served, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    let head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\n";
    stream.write_all(format!("{head}{sent}").as_bytes()).await.unwrap();
    stream
}

/// All bytes until the server closes.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    // A reset is an end as well.
    let _ = timeout(HANG, stream.read_to_string(&mut text)).await.expect("the connection ends");
    text
}

async fn said(served: &Served, request: &str) -> String {
    let mut stream = TcpStream::connect(served.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    rest(stream).await
}

#[tokio::test]
async fn answers_are_well_formed_whatever_made_them() {
    let served = served(LIMITS).await;
    for (request, status, length, body) in [
        ("GET /page", "200", Some("4"), "page"),
        ("HEAD /page", "200", Some("4"), ""),
        ("HEAD /nowhere", "404", None, ""),
        ("GET /empty", "204", None, ""),
        ("GET /digits", "200", Some("4"), "page"),
        ("HEAD /digits", "200", Some("4"), ""),
    ] {
        let head = format!("{request} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let answer = said(&served, &head).await;
        let (head, rest) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with(&format!("HTTP/1.1 {status} ")), "{request}: {head}");
        let stated = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        assert_eq!((stated, rest), (length, body), "{request}");
    }
}

#[tokio::test]
async fn a_chunk_that_is_none_is_the_clients_mistake() {
    let served = served(LIMITS).await;
    let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n";
    assert!(said(&served, head).await.starts_with("HTTP/1.1 400 "));
}

#[tokio::test]
async fn a_body_that_stops_is_given_up() {
    let served = served(Limits { body: Duration::from_millis(50), ..LIMITS }).await;
    let stream = half_sent(&served, "a").await;
    assert!(rest(stream).await.starts_with("HTTP/1.1 408 "));
}

#[tokio::test]
async fn a_full_listener_ends_when_it_is_told_to() {
    let drain = Duration::from_millis(50);
    let served = served(Limits { connections_max: 1, drain, ..LIMITS }).await;
    let first = half_sent(&served, "a").await;
    // The slot is taken before this connection is answered at all.
    let _second = half_sent(&served, "a").await;
    tokio::task::yield_now().await;
    served.shutdown.cancel();
    timeout(HANG, served.serving).await.expect("the listener ends").unwrap();
    assert_eq!(rest(first).await, "");
}

#[tokio::test]
async fn one_network_leaves_room_for_others() {
    let served = served(Limits { connections_max: 4, ..LIMITS }).await;
    let mut held = Vec::new();
    for _ in 0..4 {
        held.push(half_sent(&served, "a").await);
    }
    // Connections beyond half were closed at once; the others still wait for the rest of their forms.
    for refused in held.split_off(2) {
        assert_eq!(rest(refused).await, "");
    }
    for mut stream in held {
        stream.write_all(b"bcde").await.unwrap();
        assert!(rest(stream).await.ends_with("abcde"));
    }
}

#[tokio::test]
async fn a_connection_does_not_last_for_ever() {
    let short = Duration::from_millis(50);
    let served = served(Limits { age: short, last_answer: short, ..LIMITS }).await;
    assert_eq!(rest(half_sent(&served, "a").await).await, "");
}
