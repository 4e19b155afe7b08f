//! Drives HTTP on a connection whose handshake is over, until its client or its time ends it.

use super::{alert, lingering::Lingering};
use crate::{
    connection::{Allowance, Connection},
    gate::Gate,
};
use ground::Drain;
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use std::{future::pending, sync::Arc, time::Duration};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// Resolves when the connection is over.
pub(super) async fn serve(
    gate: Arc<Gate>,
    connection: Arc<Connection>,
    mut tls: Box<TlsStream<TcpStream>>,
    drain: Drain,
) {
    tls.get_mut().1.set_buffer_limit(Some(connection.allowance.tls_buffer_bytes()));
    let (stream, returned) = Lingering::new(tls, Arc::clone(&connection));
    let speaking = speak(gate, Arc::clone(&connection), stream, drain);
    tokio::select! {
        biased;
        () = connection.rejected.notified() => {}
        () = speaking => return,
    }
    // HTTP has dropped its side, so the stream comes back.
    if let Ok(tls) = returned.await {
        alert::end(*tls).await;
    }
}

async fn speak(gate: Arc<Gate>, connection: Arc<Connection>, stream: Lingering, drain: Drain) {
    let (patience, allowance) = (gate.config().patience, connection.allowance);
    let movement = connection.movement.clone();
    let standstill = match allowance {
        Allowance::Visitor => patience.standstill,
        Allowance::Stranger => patience.stranger_standstill,
    };
    let abandoned = Arc::clone(&connection);
    let ending = ending(Arc::clone(&connection), patience.idle, standstill);
    let stream = TokioIo::new(stream);
    let service = service_fn(move |request: http::Request<Incoming>| {
        let (gate, connection, drain) = (Arc::clone(&gate), Arc::clone(&connection), drain.clone());
        // The mark is set at once, so that a connection that is half-closed just now counts as waiting for an answer.
        let answer = connection.movement.awaits();
        async move {
            let _answer = answer;
            gate.answer(connection, request, &drain).await
        }
    });
    let builder = allowance.http();
    let mut serving = std::pin::pin!(builder.serve_connection_with_upgrades(stream, service));
    let served = async {
        tokio::select! {
            ended = serving.as_mut() => return ended,
            end = ending => if let End::Now = end { return Err(TAKES_NOTHING.into()) },
        }
        serving.as_mut().graceful_shutdown();
        tokio::select! {
            ended = serving => ended,
            () = movement.stands_still(standstill) => Err(TAKES_NOTHING.into()),
        }
    };
    let ended = tokio::select! {
        ended = served => ended,
        () = abandoned.abandoned.notified() => Err("the client asks on and on".into()),
    };
    if let Err(error) = ended {
        tracing::debug!(error = &*error, "connection ended early");
    }
}

const TAKES_NOTHING: &str = "the client takes nothing";

/// How a connection ends.
enum End {
    /// Its answers are finished first.
    Politely,
    /// At once.
    Now,
}

/// Resolves when the connection must end: it is asked to, no request has begun for a while, or a stranger's
/// client reads nothing of its answers.
async fn ending(connection: Arc<Connection>, idle_max: Duration, standstill: Duration) -> End {
    let stranger = connection.allowance == Allowance::Stranger;
    let stuck = async {
        if stranger { connection.movement.takes_nothing(standstill).await } else { pending().await }
    };
    tokio::select! {
        () = connection.finish.cancelled() => {}
        () = idle(&connection, idle_max) => connection.finish.cancel(),
        () = stuck => return End::Now,
    }
    End::Politely
}

/// Resolves when no request has begun for a while.
async fn idle(connection: &Connection, idle_max: Duration) {
    loop {
        let before = connection.requests();
        tokio::time::sleep(idle_max).await;
        if connection.requests() == before {
            return;
        }
    }
}
