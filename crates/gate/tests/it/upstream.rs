//! An application behind the gate: shows the requests that it got, streams, and speaks "WebSocket" (echo after 101).

use bytes::Bytes;
use gate::Body;
use http::{Request, Response, StatusCode};
use http_body::Frame;
use http_body_util::{BodyExt, Empty, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{
    convert::Infallible,
    fmt::Write as _,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

pub(crate) struct Upstream {
    pub(crate) address: SocketAddr,
    pub(crate) requests: Arc<AtomicUsize>,
    hanging: Arc<AtomicUsize>,
}

/// A request without an answer, for as long as a client waits for it.
struct Hanging(Arc<AtomicUsize>);

impl Hanging {
    async fn for_ever(counter: &Arc<AtomicUsize>) -> Response<Body> {
        counter.fetch_add(1, Ordering::SeqCst);
        let _hanging = Self(Arc::clone(counter));
        std::future::pending().await
    }
}

impl Drop for Hanging {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let hanging = Arc::new(AtomicUsize::new(0));
        let (counter, waiting) = (Arc::clone(&requests), Arc::clone(&hanging));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (counter, waiting) = (Arc::clone(&counter), Arc::clone(&waiting));
                let service = service_fn(move |request| {
                    counter.fetch_add(1, Ordering::SeqCst);
                    let waiting = Arc::clone(&waiting);
                    async move { Ok::<_, Infallible>(answer(request, &waiting).await) }
                });
                let serving = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(serving.with_upgrades());
            }
        });
        Self { address, requests, hanging }
    }

    pub(crate) fn count(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }

    /// Requests to `/hang` that the gate still waits for.
    pub(crate) fn hanging(&self) -> usize {
        self.hanging.load(Ordering::SeqCst)
    }
}

async fn answer(request: Request<Incoming>, waiting: &Arc<AtomicUsize>) -> Response<Body> {
    match request.uri().path() {
        "/stream" => Response::new(endless()),
        "/slow" => Response::new(slow()),
        "/socket" => switch(request),
        "/hang" => Hanging::for_ever(waiting).await,
        "/unasked" => status(StatusCode::SWITCHING_PROTOCOLS),
        "/cookies" => {
            let mut response = status(StatusCode::OK);
            let headers = response.headers_mut();
            headers.append("set-cookie", "__Host-sekisho-portal=forged; Path=/; Secure".parse().unwrap());
            headers.append("set-cookie", "theirs=1".parse().unwrap());
            headers.append("connection", "x-hop".parse().unwrap());
            headers.append("x-hop", "1".parse().unwrap());
            response
        }
        _ => told(request).await,
    }
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Empty::new().map_err(|never| match never {}).boxed_unsync());
    *response.status_mut() = status;
    response
}

/// The request as it arrived: request line, header fields, body, trailers.
async fn told(request: Request<Incoming>) -> Response<Body> {
    let mut text = format!("{} {}\n", request.method(), request.uri());
    for (name, value) in request.headers() {
        writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes())).unwrap();
    }
    let collected = request.into_body().collect().await.unwrap();
    for (name, value) in collected.trailers().cloned().unwrap_or_default() {
        writeln!(text, "trailer {}: {}", name.unwrap(), value.to_str().unwrap()).unwrap();
    }
    writeln!(text, "body: {}", String::from_utf8_lossy(&collected.to_bytes())).unwrap();
    Response::new(Full::new(Bytes::from(text)).map_err(|never| match never {}).boxed_unsync())
}

/// A body from a channel.
struct Pieces(mpsc::Receiver<Bytes>);

pub(crate) fn pieces() -> (mpsc::Sender<Bytes>, Body) {
    let (sender, receiver) = mpsc::channel(2);
    (sender, Pieces(receiver).map_err(|never| match never {}).boxed_unsync())
}

impl http_body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Two pieces, then silence without an end.
fn endless() -> Body {
    let (sender, body) = pieces();
    tokio::spawn(async move {
        let _ = sender.send(Bytes::from("first ")).await;
        let _ = sender.send(Bytes::from("second ")).await;
        sender.closed().await;
    });
    body
}

/// Two pieces with a long pause between.
fn slow() -> Body {
    let (sender, body) = pieces();
    tokio::spawn(async move {
        let _ = sender.send(Bytes::from("first ")).await;
        tokio::time::sleep(Duration::from_secs(3)).await;
        let _ = sender.send(Bytes::from("second ")).await;
    });
    body
}

fn switch(mut request: Request<Incoming>) -> Response<Body> {
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let Ok(stream) = upgrade.await else { return };
        let mut stream = TokioIo::new(stream);
        let mut buffer = [0; 64];
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            if stream.write_all(&buffer[..read]).await.is_err() {
                return;
            }
        }
    });
    let mut response = status(StatusCode::SWITCHING_PROTOCOLS);
    response.headers_mut().insert("connection", "upgrade".parse().unwrap());
    response.headers_mut().insert("upgrade", "websocket".parse().unwrap());
    response
}
