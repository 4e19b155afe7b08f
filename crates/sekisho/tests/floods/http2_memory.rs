//! A client opens many HTTP/2 streams and gives no window, so that every answer's body stays with the server.

use crate::{
    bounds::{Bound, Mebibytes},
    installation::alone,
    mail_server::MailServer,
    people::served_administrator,
    program::Program,
    service::{Service, Settings},
};
use bytes::{BufMut, BytesMut};
use rustls_pki_types::ServerName;
use std::{
    net::Ipv4Addr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::browser::TestBrowser;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Connections of the one address.
const CONNECTIONS: usize = 1_600;

/// Streams that each connection tries to open.
const STREAMS: u32 = 128;

/// How long the client holds all of them.
const HELD: Duration = Duration::from_secs(3);

/// How long opening all of them may take; the server admits so many handshakes a second.
const OPENED_WITHIN: Duration = Duration::from_mins(5);

/// What the flood may cost.
const MEMORY: Bound<Mebibytes> = Bound { generous: Mebibytes(250.0), exact: Mebibytes(200.0) };

/// What may stay behind.
const LEFT: Bound<Mebibytes> = Bound { generous: Mebibytes(60.0), exact: Mebibytes(32.0) };

/// A frame (RFC 9113 §4.1) without a payload of more than 255 octets.
fn frame(out: &mut BytesMut, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    let length = u8::try_from(payload.len()).expect("a short frame");
    out.put_slice(&[0, 0, length, kind, flags]);
    out.put_u32(stream);
    out.put_slice(payload);
}

/// All bytes of the client: the preface, a window of zero, and its requests.
fn opening(authority: &str, path: &str, streams: u32) -> BytesMut {
    let mut out = BytesMut::from(&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..]);
    // SETTINGS_INITIAL_WINDOW_SIZE = 0.
    frame(&mut out, 4, 0, 0, &[0, 4, 0, 0, 0, 0]);
    let mut head = BytesMut::new();
    // RFC 7541: GET and https by index; the others as literals with a name by index.
    head.put_slice(&[0x82, 0x87]);
    for (name, value) in [(4, path), (1, authority)] {
        head.put_slice(&[name, u8::try_from(value.len()).expect("short")]);
        head.put_slice(value.as_bytes());
    }
    for number in 0..streams {
        // END_STREAM, END_HEADERS.
        frame(&mut out, 1, 5, number * 2 + 1, &head);
    }
    out
}

/// The target and shape of a flood.
#[derive(Clone)]
struct Flood {
    browser: TestBrowser,
    host: String,
    port: u16,
    path: &'static str,
    connections: usize,
    streams: u32,
}

impl Flood {
    async fn connect(&self) -> std::io::Result<TlsStream<TcpStream>> {
        let mut config = self.browser.tls();
        config.alpn_protocols = vec![b"h2".to_vec()];
        let name = ServerName::try_from(self.host.clone()).expect("a name");
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).await?;
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }

    /// Opens a connection and all its streams, reads every byte and answers nothing, until the server ends it.
    async fn hold(self, held: Arc<AtomicUsize>) -> std::io::Result<()> {
        let mut stream = loop {
            // Beyond its rate of handshakes, the server closes at once.
            match self.connect().await {
                Ok(stream) => break stream,
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        };
        let authority = format!("{}:{}", self.host, self.port);
        let opened = async {
            stream.write_all(&opening(&authority, self.path, self.streams)).await?;
            stream.flush().await
        };
        let opened = opened.await;
        // A server that has ended the connection by then keeps nothing of it.
        held.fetch_add(1, Ordering::Relaxed);
        opened?;
        let mut buffer = vec![0; 1024];
        while stream.read(&mut buffer).await? > 0 {}
        Ok(())
    }

    /// The most memory of the server while the flood runs.
    async fn peak(&self, server: &Program) -> Mebibytes {
        let (held, mut connections) = (Arc::new(AtomicUsize::new(0)), JoinSet::new());
        for _ in 0..self.connections {
            connections.spawn(self.clone().hold(Arc::clone(&held)));
        }
        let mut peak = server.memory();
        let mut end = None;
        let latest = Instant::now() + OPENED_WITHIN;
        while end.is_none_or(|end| Instant::now() < end) {
            if end.is_none() && held.load(Ordering::Relaxed) == self.connections {
                end = Some(Instant::now() + HELD);
            }
            let opened = held.load(Ordering::Relaxed);
            assert!(end.is_some() || Instant::now() < latest, "{opened} connections were opened by then");
            sleep(Duration::from_millis(20)).await;
            peak = peak.or_more(server.memory());
        }
        connections.shutdown().await;
        peak
    }

    /// Runs the flood, and asserts its cost while it lasts and the memory that remains.
    async fn costs(&self, name: &str, server: &Program) {
        let before = server.memory();
        let above = |now: Mebibytes| Mebibytes(now.0 - before.0);
        let peak = self.peak(server).await;
        let mut left = server.memory();
        for _ in 0..100 {
            sleep(Duration::from_millis(200)).await;
            left = server.memory();
            if above(left).0 <= 8.0 {
                break;
            }
        }
        MEMORY.holds(name, "memory above idle", above(peak));
        LEFT.holds(name, "memory above idle afterwards", above(left));
    }
}

fn flood(service: &Service<'_>, browser: TestBrowser, name: &str, path: &'static str) -> Flood {
    let url: http::Uri = service.at(name, "/").parse().expect("an address");
    Flood {
        browser,
        host: url.host().expect("a host").to_owned(),
        port: url.port_u16().expect("a port"),
        path,
        connections: CONNECTIONS,
        streams: STREAMS,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn streams_without_a_window_cost_little_whoever_opens_them() {
    let _alone = alone().await;
    let settings = Settings::sqlite();
    let mail = MailServer::open(settings.smtp_port).await;
    let service = Service::start(&settings).await;
    let identity = served_administrator(&service, &mail).await;
    let stranger = service.browser();
    for (name, browser, site, path) in [
        ("streams of a stranger", stranger.clone(), "kanto", "/"),
        ("streams at the public site", stranger, "sekisho", "/"),
        (
            "streams of a certificate that another site refuses",
            service.browser().holding(&identity),
            "console",
            "/",
        ),
    ] {
        flood(&service, browser, site, path).costs(name, &service.program).await;
    }
    service.kill().await;
}
