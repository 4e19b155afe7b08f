//! Accepts connections, ends TLS, and identifies the client. [`serving`] then speaks HTTP.

use super::{handshake_limit::HandshakeLimit, lingering, serving};
use crate::{
    connection::Allowance,
    decision::{Peer, VerifiedLeaves, policy},
    gate::Gate,
    meters::{self, Handshake},
    names::{Place, SiteTls, proving},
};
use domain::host_name::HostName;
use ground::{DRAIN_MAX, Door, Drain, Rate, Rates, Slot, door::Arrival};
use pki::Serial;
use rustls::server::Acceptor;
use std::{io::ErrorKind, net::SocketAddr, pin::Pin, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, timeout_at},
};
use tokio_rustls::{LazyConfigAcceptor, server::TlsStream};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

/// How long a handshake may take.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// Failed proofs in the log, of all clients together; `gate_handshakes_total` counts every one.
const FAILED_PROOFS_LOGGED: Rate = Rate { per_second: 1, burst: 20 };

impl Gate {
    /// Serves `listener` until `shutdown`, then drains (bounded) and returns. Boxed, so that the gate's code
    /// is compiled with this crate and its settings.
    pub fn serve(
        self: Arc<Self>,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            meters::describe();
            let _sweeping = AbortOnDropHandle::new(tokio::spawn({
                let gate = Arc::clone(&self);
                async move { gate.sweep().await }
            }));
            let connections_max = self.config().connections_max;
            let door = Door { listener, connections_max, drain_max: DRAIN_MAX };
            let reception = Arc::new(Reception::of(self));
            door.serve(shutdown, |Arrival { stream, client, room }, drain| {
                let admitted = reception.handshake_limit.admits(client.ip());
                let Some(slot) = admitted.then(|| room.take(client.ip())).flatten() else {
                    meters::handshake(Handshake::Limited);
                    return None;
                };
                let (reception, drain) = (Arc::clone(&reception), drain.clone());
                Some(async move { reception.connection(stream, client, slot, drain).await })
            })
            .await;
        })
    }
}

/// The parts that handshakes need besides the gate.
struct Reception {
    gate: Arc<Gate>,
    tls: SiteTls,
    verified_leaves: VerifiedLeaves,
    handshake_limit: HandshakeLimit,
    /// How often a failed proof is logged.
    failed_proofs: Rates<()>,
}

/// A handshake that did not complete.
struct Broken {
    how: Handshake,
    /// The stream to read from for a while, so that the alert arrives.
    stream: Option<TcpStream>,
}

impl Broken {
    fn off(how: Handshake) -> Self {
        Self { how, stream: None }
    }
}

impl Reception {
    fn of(gate: Arc<Gate>) -> Self {
        Self {
            tls: SiteTls::new(Arc::clone(&gate.ports().certificates)),
            verified_leaves: VerifiedLeaves::default(),
            handshake_limit: HandshakeLimit::new(gate.config().handshake_rate),
            failed_proofs: Rates::new(FAILED_PROOFS_LOGGED, 1),
            gate,
        }
    }

    async fn connection(&self, stream: TcpStream, client: SocketAddr, slot: Slot, drain: Drain) {
        // Boxed, so that its buffers do not stay with the connection for life.
        let (tls, place) = match Box::pin(self.handshake(stream, client)).await {
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
        let visitor = self.visitor(&tls, &place);
        let allowance = self.allowance(&place, &visitor);
        // A child token: ending one connection does not end the others, ending all ends each.
        let finish = drain.finish.child_token();
        let gate = Arc::clone(&self.gate);
        let connection = gate.connections().open(place, visitor, client, allowance, finish, slot);
        serving::serve(gate, connection, tls, drain).await;
    }

    async fn handshake(
        &self,
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
        let topology = self.gate.view().topology();
        let asked = start.client_hello().server_name().and_then(|name| HostName::parse(name).ok());
        let place = Place::find(asked.clone(), self.gate.config(), &topology);
        let config = self.tls.config(&place, asked.as_ref(), &topology);
        let config = config.ok_or(Broken::off(Handshake::Failed))?;
        let (done, failed_proof) = proving(timeout_at(end, start.into_stream(config).into_fallible())).await;
        match done {
            Ok(Ok(tls)) => Ok((Box::new(tls), place)),
            Ok(Err((error, stream))) => {
                tracing::debug!(%error, "handshake failed");
                let how = match failed_proof {
                    Some(serial) => {
                        self.report_failed_proof(client, &place, serial);
                        Handshake::FailedProof
                    }
                    None => Handshake::Failed,
                };
                Err(Broken { how, stream: Some(stream) })
            }
            Err(_) => Err(Broken::off(Handshake::Failed)),
        }
    }

    fn visitor(&self, tls: &TlsStream<TcpStream>, place: &Place) -> Peer {
        match place {
            Place::Site(_) | Place::Retry { .. } => {
                let chain = tls.get_ref().1.peer_certificates().unwrap_or_default();
                let tags = self.gate.ports().leaf_tags.as_ref();
                Peer::identify(chain, &self.gate.view().topology(), &self.verified_leaves, tags)
            }
            Place::Public(_) | Place::Nowhere => Peer::nobody(),
        }
    }

    /// The limits of the connection, which depend on whether this visitor would pass now.
    fn allowance(&self, place: &Place, visitor: &Peer) -> Allowance {
        let (view, now) = (self.gate.view(), self.gate.ports().clock.now());
        match place {
            Place::Site(host) if policy::decide_at(view, host, visitor, now).is_ok() => Allowance::Visitor,
            Place::Site(_) | Place::Retry { .. } | Place::Public(_) | Place::Nowhere => Allowance::Stranger,
        }
    }

    /// Reports a certificate shown by a client that does not hold its key: a copy, perhaps on its way to be misused.
    fn report_failed_proof(&self, client: SocketAddr, place: &Place, serial: Serial) {
        if self.failed_proofs.admits(&()) {
            let site = place.host().map(HostName::as_str);
            let serial = serial.to_hex();
            tracing::warn!(%client, site, serial, "a certificate was shown without its key");
        }
    }
}
