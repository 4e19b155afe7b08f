//! An application behind the gate that keeps the header fields of its requests.

use http::{HeaderMap, Request, Response};
use http_body_util::Empty;
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use std::{
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{net::TcpListener, task::JoinSet};

/// A running application; it ends with the test.
pub(crate) struct Application {
    pub(crate) address: String,
    asked: Arc<Mutex<Vec<HeaderMap>>>,
    _accepting: JoinSet<()>,
}

impl Application {
    pub(crate) async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let (asked, mut accepting) = (Arc::<Mutex<Vec<_>>>::default(), JoinSet::new());
        let heads = Arc::clone(&asked);
        accepting.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let heads = Arc::clone(&heads);
                let answer = service_fn(move |request: Request<Incoming>| {
                    heads.lock().unwrap_or_else(PoisonError::into_inner).push(request.headers().clone());
                    async { Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())) }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), answer));
            }
        });
        Self { address, asked, _accepting: accepting }
    }

    /// The header fields of the newest request.
    #[track_caller]
    pub(crate) fn newest(&self) -> HeaderMap {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).last().expect("a request").clone()
    }
}
