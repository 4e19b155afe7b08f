//! Accepts connections, ends TLS, and drives HTTP on what comes out.

use crate::{
    connections::Connection,
    drain::Drain,
    gate::Gate,
    identity::Visitor,
    lingering::{self, Lingering},
    meters::{self, Handshake},
    movement::MovingBody,
    place::Place,
};
use domain::host_name::HostName;
use ground::{Slot, Slots};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use rustls::server::Acceptor;
use std::{convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::OwnedSemaphorePermit,
    time::Instant,
};
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;

/// How long a handshake may take.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// How long a client may take for a request's head, and how long an HTTP/1.1 connection may idle before it.
const HEADER_READ_MAX: Duration = Duration::from_secs(30);

/// Most bytes of a request's head.
const CLIENT_HEADER_BYTES_MAX: usize = 64 * 1024;

/// Most header fields of an HTTP/1.1 request.
const CLIENT_HEADERS_MAX: usize = 100;

/// Most streams of one HTTP/2 connection at a time.
const CLIENT_STREAMS_MAX: u32 = 128;

/// An HTTP/2 client that says nothing is asked after this long whether it is still there, and has as long again.
const HTTP2_KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Pause after a failed accept (out of file descriptors), so that others can close theirs.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Accepts until `shutdown`, then drains.
pub(crate) async fn serve(gate: Arc<Gate>, listener: TcpListener, shutdown: CancellationToken) {
    let slots = Slots::new(gate.config().connections_max);
    let drain = Drain::default();
    loop {
        let accepted = tokio::select! {
            () = shutdown.cancelled() => break,
            accepted = accept(&slots, &listener) => accepted,
        };
        let Some((stream, client, room)) = accepted else { continue };
        let admitted = gate.handshake_limit().admits(client.ip(), Instant::now());
        let Some(slot) = admitted.then(|| slots.take(room, client.ip())).flatten() else {
            meters::handshake(Handshake::Limited);
            continue;
        };
        let connection = connection(Arc::clone(&gate), stream, client, slot, drain.clone());
        let stop = drain.stop.clone();
        drain.tasks.spawn(async move { stop.run_until_cancelled(connection).await });
    }
    drop(listener);
    drain.drained().await;
}

/// The next connection, once there is room for one; what does not fit waits in the kernel's queue.
async fn accept(
    slots: &Slots,
    listener: &TcpListener,
) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let room = slots.room().await.ok()?;
    match listener.accept().await {
        Ok((stream, client)) => {
            // A failure costs speed only.
            let _ = stream.set_nodelay(true);
            Some((stream, client, room))
        }
        Err(error) => {
            tracing::warn!(%error, "connection cannot be accepted");
            tokio::time::sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

async fn connection(gate: Arc<Gate>, stream: TcpStream, client: SocketAddr, slot: Slot, drain: Drain) {
    // Boxed, so that its buffers do not stay with the connection for life.
    let handshake = Box::pin(tokio::time::timeout(HANDSHAKE_MAX, handshake(&gate, stream)));
    let Ok(Some((tls, place))) = handshake.await else {
        meters::handshake(Handshake::Failed);
        return;
    };
    meters::handshake(Handshake::Completed);
    let visitor = visitor(&gate, &tls, &place);
    // A child: ending one connection does not end the others, ending all ends each.
    let finish = drain.finish.child_token();
    let connection = gate.connections().open(place, visitor, client, finish, slot);
    drive(gate, connection, tls, drain).await;
}

async fn handshake(gate: &Gate, stream: TcpStream) -> Option<(TlsStream<TcpStream>, Place)> {
    let mut acceptor = std::pin::pin!(LazyConfigAcceptor::new(Acceptor::default(), stream));
    let start = match acceptor.as_mut().await {
        Ok(start) => start,
        Err(error) => {
            tracing::debug!(%error, "no client hello");
            lingering::drain(acceptor.take_io()?).await;
            return None;
        }
    };
    let topology = gate.view().topology();
    let asked = start.client_hello().server_name().and_then(|name| HostName::parse(name).ok());
    let place = Place::find(asked.clone(), gate.config(), &topology);
    let config = gate.tls().config(&place, asked.as_ref(), &topology)?;
    match start.into_stream(config).into_fallible().await {
        Ok(tls) => Some((tls, place)),
        Err((error, stream)) => {
            tracing::debug!(%error, "handshake failed");
            lingering::drain(stream).await;
            None
        }
    }
}

fn visitor(gate: &Gate, tls: &TlsStream<TcpStream>, place: &Place) -> Visitor {
    match place {
        Place::Site(_) | Place::Retry { .. } => {
            let chain = tls.get_ref().1.peer_certificates().unwrap_or_default();
            let tags = gate.ports().leaf_tags.as_ref();
            Visitor::identify(chain, &gate.view().topology(), gate.verified_leaves(), tags)
        }
        Place::Public(_) | Place::Nowhere => Visitor::nobody(),
    }
}

fn http() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_READ_MAX)
        .max_buf_size(CLIENT_HEADER_BYTES_MAX)
        .max_headers(CLIENT_HEADERS_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(CLIENT_HEADER_BYTES_MAX).unwrap_or(u32::MAX))
        .max_concurrent_streams(CLIENT_STREAMS_MAX)
        .keep_alive_interval(HTTP2_KEEP_ALIVE)
        .keep_alive_timeout(HTTP2_KEEP_ALIVE);
    builder
}

async fn drive(gate: Arc<Gate>, connection: Arc<Connection>, tls: TlsStream<TcpStream>, drain: Drain) {
    let patience = gate.config().patience;
    let (finish, movement) = (connection.finish.clone(), connection.movement.clone());
    let idle = idle(Arc::clone(&connection), patience.idle);
    let stream = TokioIo::new(Lingering::new(tls, finish.clone()));
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (gate, connection, drain) = (Arc::clone(&gate), Arc::clone(&connection), drain.clone());
        async move {
            let movement = connection.movement.clone();
            let _answer = movement.awaits();
            let response = gate.answer(connection, request, &drain).await;
            Ok::<_, Infallible>(response.map(|body| MovingBody::new(body, movement.clone())))
        }
    });
    let builder = http();
    let mut serving = std::pin::pin!(builder.serve_connection_with_upgrades(stream, service));
    let asked_to_end = async {
        tokio::select! {
            () = finish.cancelled() => {}
            () = idle => finish.cancel(),
        }
    };
    let ended = tokio::select! {
        ended = serving.as_mut() => ended,
        () = asked_to_end => {
            serving.as_mut().graceful_shutdown();
            tokio::select! {
                ended = serving => ended,
                () = movement.stands_still(patience.standstill) => Err("the client takes nothing".into()),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(error = &*error, "connection ended early");
    }
}

/// Resolves when no request has begun for a while.
async fn idle(connection: Arc<Connection>, idle_max: Duration) {
    loop {
        let before = connection.requests();
        tokio::time::sleep(idle_max).await;
        if connection.requests() == before {
            return;
        }
    }
}
