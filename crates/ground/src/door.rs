//! One listener: accepts within a bound, gives each connection a task of its own, and drains at its end.
//!
//! **Invariant:** no client can keep a door from ending: connections that do not finish in time are cut.

use crate::{Slots, slots::ConnectionRoom};
use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream, UnixListener, UnixStream},
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long open connections may take to finish when a door ends.
pub const DRAIN_MAX: Duration = Duration::from_secs(10);

/// Pause after a failed accept (no file descriptors left), so that other connections can close theirs.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// A source of connections.
pub trait Listener: Send + Sync {
    /// A connection.
    type Stream: Send;
    /// The address of the other end.
    type Client: Send;

    /// The next connection.
    fn next(&self) -> impl Future<Output = io::Result<(Self::Stream, Self::Client)>> + Send;
}

impl Listener for TcpListener {
    type Stream = TcpStream;
    type Client = SocketAddr;

    async fn next(&self) -> io::Result<(TcpStream, SocketAddr)> {
        let (stream, client) = self.accept().await?;
        // A failure costs speed only.
        let _ = stream.set_nodelay(true);
        Ok((stream, client))
    }
}

impl Listener for &UnixListener {
    type Stream = UnixStream;
    type Client = ();

    async fn next(&self) -> io::Result<(UnixStream, ())> {
        let (stream, _) = self.accept().await?;
        Ok((stream, ()))
    }
}

/// A new connection, and its room.
pub struct Arrival<L: Listener> {
    /// The connection's bytes.
    pub stream: L::Stream,
    /// The address of the other end.
    pub client: L::Client,
    /// The room, held as long as the connection is open.
    pub room: ConnectionRoom,
}

/// The signals for every connection of one door, and for every task that comes from one.
#[derive(Debug, Clone, Default)]
pub struct Drain {
    /// Cancelled first: finish the work under way.
    pub finish: CancellationToken,
    /// Cancelled last: stop.
    pub stop: CancellationToken,
    /// Every connection, and every task that comes from one.
    pub tasks: TaskTracker,
}

/// A listener and its bounds.
pub struct Door<L> {
    /// The source of connections.
    pub listener: L,
    /// Connections at a time; further connections wait in the kernel's queue.
    pub connections_max: usize,
    /// How long connections may take to finish at the end.
    pub drain_max: Duration,
}

impl<L: Listener> Door<L> {
    /// Serves connections until `shutdown`, then drains. `admit` returns the work for a connection, or `None`
    /// to close it at once.
    pub async fn serve<Served>(
        self,
        shutdown: CancellationToken,
        admit: impl Fn(Arrival<L>, &Drain) -> Option<Served>,
    ) where
        Served: Future<Output = ()> + Send + 'static,
    {
        let Self { listener, connections_max, drain_max } = self;
        let (slots, drain) = (Slots::new(connections_max), Drain::default());
        loop {
            let arrival = tokio::select! {
                () = shutdown.cancelled() => break,
                arrival = arrival(&slots, &listener) => arrival,
            };
            if let Some(served) = arrival.and_then(|arrival| admit(arrival, &drain)) {
                let stop = drain.stop.clone();
                drain.tasks.spawn(async move { stop.run_until_cancelled(served).await });
            }
        }
        drop(listener);
        drain.drained(drain_max).await;
    }
}

/// The next connection, once there is room for one.
async fn arrival<L: Listener>(slots: &Slots, listener: &L) -> Option<Arrival<L>> {
    let room = slots.room().await.ok()?;
    match listener.next().await {
        Ok((stream, client)) => Some(Arrival { stream, client, room }),
        Err(error) => {
            tracing::warn!(%error, "connection cannot be accepted");
            sleep(ACCEPT_PAUSE).await;
            None
        }
    }
}

impl Drain {
    /// Waits for all tasks to finish, then stops the remaining ones.
    async fn drained(self, drain_max: Duration) {
        self.finish.cancel();
        self.tasks.close();
        if timeout(drain_max, self.tasks.wait()).await.is_err() {
            tracing::warn!(open = self.tasks.len(), "connections cut at the end of the drain");
        }
        self.stop.cancel();
        self.tasks.wait().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        future::pending,
        sync::{
            Arc,
            atomic::{AtomicUsize, Ordering},
        },
    };
    use tokio::sync::Notify;

    /// Ends a test that would hang.
    const HANG: Duration = Duration::from_secs(20);

    /// A door for one connection, and its address.
    async fn door(drain_max: Duration) -> (Door<TcpListener>, SocketAddr) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        (Door { listener, connections_max: 1, drain_max }, address)
    }

    /// Adds one when dropped.
    struct Going(Arc<AtomicUsize>);

    impl Drop for Going {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[tokio::test]
    async fn a_connection_that_does_not_finish_is_cut_and_the_door_ends() {
        let (door, address) = door(Duration::ZERO).await;
        let (shutdown, begun, gone) =
            (CancellationToken::new(), Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let serving = tokio::spawn({
            let (shutdown, begun, gone) = (shutdown.clone(), Arc::clone(&begun), Arc::clone(&gone));
            door.serve(shutdown, move |arrival, _: &Drain| {
                let (begun, going) = (Arc::clone(&begun), Going(Arc::clone(&gone)));
                Some(async move {
                    begun.notify_one();
                    pending::<()>().await;
                    drop((arrival, going));
                })
            })
        });
        let _client = TcpStream::connect(address).await.unwrap();
        begun.notified().await;
        shutdown.cancel();
        timeout(HANG, serving).await.expect("the door ends").unwrap();
        assert_eq!(gone.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_connection_is_asked_to_finish_and_waited_for() {
        let (door, address) = door(HANG).await;
        let (shutdown, begun, finished) =
            (CancellationToken::new(), Arc::new(Notify::new()), Arc::new(AtomicUsize::new(0)));
        let serving = tokio::spawn({
            let (shutdown, begun, finished) = (shutdown.clone(), Arc::clone(&begun), Arc::clone(&finished));
            door.serve(shutdown, move |arrival, drain: &Drain| {
                let (begun, finished) = (Arc::clone(&begun), Arc::clone(&finished));
                let (finish, stop) = (drain.finish.clone(), drain.stop.clone());
                Some(async move {
                    begun.notify_one();
                    finish.cancelled().await;
                    tokio::task::yield_now().await;
                    assert!(!stop.is_cancelled());
                    finished.fetch_add(1, Ordering::SeqCst);
                    drop(arrival);
                })
            })
        });
        let _client = TcpStream::connect(address).await.unwrap();
        begun.notified().await;
        shutdown.cancel();
        timeout(HANG, serving).await.expect("the door ends").unwrap();
        assert_eq!(finished.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_connection_that_is_not_admitted_leaves_its_room_to_the_next() {
        let (door, address) = door(Duration::ZERO).await;
        let (shutdown, arrived) = (CancellationToken::new(), Arc::new(Notify::new()));
        let serving = tokio::spawn({
            let (shutdown, arrived) = (shutdown.clone(), Arc::clone(&arrived));
            door.serve(shutdown, move |_, _: &Drain| {
                arrived.notify_one();
                None::<std::future::Ready<()>>
            })
        });
        for _ in 0..3 {
            let _client = TcpStream::connect(address).await.unwrap();
            timeout(HANG, arrived.notified()).await.expect("there is room");
        }
        shutdown.cancel();
        timeout(HANG, serving).await.expect("the door ends").unwrap();
    }
}
