//! Accepts connections, ends TLS, and learns who comes. What is spoken then is [`serving`]'s.

use crate::{
    allowance::Allowance,
    gate::Gate,
    identity::Visitor,
    lingering,
    meters::{self, Handshake},
    place::Place,
    serving,
    tls::proving,
};
use domain::host_name::HostName;
use ground::{DRAIN_MAX, Door, Drain, Slot, door::Arrival};
use rustls::server::Acceptor;
use std::{io::ErrorKind, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, timeout_at},
};
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};
use tokio_util::sync::CancellationToken;

/// How long a handshake may take.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// Accepts until `shutdown`, then drains.
pub(crate) async fn serve(gate: Arc<Gate>, listener: TcpListener, shutdown: CancellationToken) {
    let door = Door { listener, connections_max: gate.config().connections_max, drain_max: DRAIN_MAX };
    door.serve(shutdown, |Arrival { stream, client, room }, drain| {
        let admitted = gate.handshake_limit().admits(client.ip());
        let Some(slot) = admitted.then(|| room.take(client.ip())).flatten() else {
            meters::handshake(Handshake::Limited);
            return None;
        };
        Some(connection(Arc::clone(&gate), stream, client, slot, drain.clone()))
    })
    .await;
}

async fn connection(gate: Arc<Gate>, stream: TcpStream, client: SocketAddr, slot: Slot, drain: Drain) {
    // Boxed, so that its buffers do not stay with the connection for life.
    let (tls, place) = match Box::pin(handshake(&gate, stream, client)).await {
        Ok(done) => done,
        Err(broken) => {
            meters::handshake(broken.how);
            if let Some(stream) = broken.stream {
                lingering::drain(stream).await;
            }
            return;
        }
    };
    meters::handshake(Handshake::Completed);
    let visitor = visitor(&gate, &tls, &place);
    let allowance = if gate.admits(&place, &visitor) { Allowance::Visitor } else { Allowance::Stranger };
    // A child: ending one connection does not end the others, ending all ends each.
    let finish = drain.finish.child_token();
    let connection = gate.connections().open(place, visitor, client, allowance, finish, slot);
    serving::serve(gate, connection, tls, drain).await;
}

/// A handshake that did not come to its end.
struct Broken {
    how: Handshake,
    /// To be read for a while, so that the alert arrives.
    stream: Option<TcpStream>,
}

impl Broken {
    fn off(how: Handshake) -> Self {
        Self { how, stream: None }
    }
}

async fn handshake(
    gate: &Gate,
    stream: TcpStream,
    client: SocketAddr,
) -> Result<(Box<TlsStream<TcpStream>>, Place), Broken> {
    let end = Instant::now() + HANDSHAKE_MAX;
    let mut acceptor = std::pin::pin!(LazyConfigAcceptor::new(Acceptor::default(), stream));
    let start = match timeout_at(end, acceptor.as_mut()).await {
        Ok(Ok(start)) => start,
        Ok(Err(error)) => {
            tracing::debug!(%error, "no client hello");
            let ended = error.kind() == ErrorKind::UnexpectedEof;
            let how = if ended { Handshake::HalfHello } else { Handshake::Failed };
            return Err(Broken { how, stream: acceptor.take_io() });
        }
        Err(_) => return Err(Broken::off(Handshake::HalfHello)),
    };
    let topology = gate.view().topology();
    let asked = start.client_hello().server_name().and_then(|name| HostName::parse(name).ok());
    let place = Place::find(asked.clone(), gate.config(), &topology);
    let config = gate.tls().config(&place, asked.as_ref(), &topology);
    let config = config.ok_or(Broken::off(Handshake::Failed))?;
    let (done, failed_proof) = proving(timeout_at(end, start.into_stream(config).into_fallible())).await;
    match done {
        Ok(Ok(tls)) => Ok((Box::new(tls), place)),
        Ok(Err((error, stream))) => {
            tracing::debug!(%error, "handshake failed");
            let how = match failed_proof {
                Some(serial) => {
                    gate.report_failed_proof(client, &place, serial);
                    Handshake::FailedProof
                }
                None => Handshake::Failed,
            };
            Err(Broken { how, stream: Some(stream) })
        }
        Err(_) => Err(Broken::off(Handshake::Failed)),
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
