//! Plain HTTP/1.1 in process: the public site under `up`, publication in production, metrics.
//!
//! **Invariant:** connections are bounded in number, in total and for each client network, and each is
//! bounded in the time of its header, its body and its whole life. No client can keep the server from ending.

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode, header},
    response::{IntoResponse, Response},
};
use ground::{
    DRAIN_MAX, Door, FORM_WAIT_MAX, PacedBody,
    door::Arrival,
    framing::{self, Content, ExactBody},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{convert::Infallible, net::SocketAddr, pin::pin, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;
use web::PeerAddress;

/// The limits of clients.
#[derive(Debug, Clone, Copy)]
struct Limits {
    /// Connections held at once; further connections wait in the system's queue.
    connections_max: usize,
    /// How long a request's header may take.
    header: Duration,
    /// How far a client may fall behind with a request's body.
    body: Duration,
    /// The age from which a connection takes no further request.
    age: Duration,
    /// How long its last answer may take after that: a large list on a slow line.
    last_answer: Duration,
    /// How long requests under way have when the server ends.
    drain: Duration,
}

/// Connections that one such listener holds at once.
pub(super) const CONNECTIONS_MAX: usize = 1024;

const LIMITS: Limits = Limits {
    connections_max: CONNECTIONS_MAX,
    header: Duration::from_secs(10),
    body: FORM_WAIT_MAX,
    age: Duration::from_mins(5),
    last_answer: Duration::from_mins(10),
    drain: DRAIN_MAX,
};

/// Serves `router` until `shutdown`, then lets requests under way finish (bounded).
pub(super) async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) {
    serve_within(LIMITS, listener, router, shutdown).await;
}

async fn serve_within(limits: Limits, listener: TcpListener, router: Router, shutdown: CancellationToken) {
    let door = Door { listener, connections_max: limits.connections_max, drain_max: limits.drain };
    door.serve(shutdown, |Arrival { stream, client, room }, drain| {
        let slot = room.take(client.ip())?;
        let connection = connection(limits, stream, client, router.clone(), drain.finish.clone());
        Some(async move {
            connection.await;
            drop(slot);
        })
    })
    .await;
}

async fn connection(
    limits: Limits,
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    finish: CancellationToken,
) {
    let address = PeerAddress(peer.ip().to_canonical());
    let service = service_fn(move |request: Request<Incoming>| {
        let request = request.map(|body| PacedBody::new(body, limits.body));
        let (lateness, method) = (request.body().lateness(), request.method().clone());
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(address);
        let answer = router.clone().oneshot(request);
        async move {
            let answer = match answer.await {
                _ if lateness.is_late() => request_timeout(),
                _ if lateness.is_broken() => bad_request(),
                Ok(answer) => answer,
                Err(never) => match never {},
            };
            Ok::<_, Infallible>(well_formed(&method, answer))
        }
    });
    let mut serving = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header)
            .serve_connection(TokioIo::new(stream), service)
    );
    let asked_to_end = timeout(limits.age, finish.cancelled());
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        _ = asked_to_end => {
            serving.as_mut().graceful_shutdown();
            let Ok(ended) = timeout(limits.last_answer, serving).await else {
                tracing::debug!(%peer, "connection cut");
                return;
            };
            ended
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "connection ended early");
    }
}

/// The one place that every answer passes on its way out.
fn well_formed(method: &Method, mut answer: Response) -> Response {
    match framing::frame(method, &mut answer) {
        Content::Whole => answer,
        Content::Exactly(length) => answer.map(|body| Body::new(ExactBody::new(body, length))),
        Content::None => answer.map(|_| Body::empty()),
    }
}

/// The body is no valid form (RFC 9112 §7.1).
fn bad_request() -> Response {
    let text = "The form broke off or cannot be read. Send it again.\n";
    (StatusCode::BAD_REQUEST, [(header::CONNECTION, "close")], text).into_response()
}

/// RFC 9110 §15.5.9.
fn request_timeout() -> Response {
    let text = "The form stopped coming. Send it again.\n";
    (StatusCode::REQUEST_TIMEOUT, [(header::CONNECTION, "close")], text).into_response()
}

#[cfg(test)]
mod tests;
