//! Accepts connections, ends TLS, and learns who comes. What is spoken then is [`serving`]'s.

use crate::{
    allowance::Allowance,
    drain::Drain,
    gate::Gate,
    identity::Visitor,
    lingering,
    meters::{self, Handshake},
    place::Place,
    serving,
};
use domain::host_name::HostName;
use ground::{Slot, Slots};
use rustls::server::Acceptor;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::OwnedSemaphorePermit,
};
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;

/// How long a handshake may take.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

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
        let admitted = gate.handshake_limit().admits(client.ip());
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
    let allowance = if gate.admits(&place, &visitor) { Allowance::Visitor } else { Allowance::Stranger };
    // A child: ending one connection does not end the others, ending all ends each.
    let finish = drain.finish.child_token();
    let connection = gate.connections().open(place, visitor, client, allowance, finish, slot);
    serving::serve(gate, connection, tls, drain).await;
}

async fn handshake(gate: &Gate, stream: TcpStream) -> Option<(Box<TlsStream<TcpStream>>, Place)> {
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
        Ok(tls) => Some((Box::new(tls), place)),
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
