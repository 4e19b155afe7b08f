//! A stranger opens connections and says nothing on them.

use crate::{
    bounds::{Bound, Mebibytes},
    installation::installation,
    program::eventually,
};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::{Instant, sleep},
};

/// Connections from the one address; more than one network may hold.
const CONNECTIONS: usize = 1_600;

/// Opens a connection from the given loopback address.
async fn connect(from: [u8; 4], port: u16) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((from, 0)))?;
    socket.connect(SocketAddr::from(([127, 0, 0, 1], port))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_connections_of_one_address_leave_room_for_the_next_one() {
    let installation = installation().await;
    let up = &installation.up;
    let (before, idle) = (up.program.memory(), up.program.descriptors());
    let mut silent = Vec::new();
    for _ in 0..CONNECTIONS {
        silent.extend(connect([127, 0, 0, 2], up.gate_port).await);
    }
    sleep(Duration::from_millis(300)).await;
    let grown = Mebibytes(up.program.memory().0 - before.0);
    let asked = Instant::now();
    let answer = up.browser().get(&up.site("sample", "/")).await.expect("an answer");
    let waited = asked.elapsed();
    answer.expect(403);
    let held = up.program.descriptors();
    // Half of the connections of `sekisho up`: the other half is reserved for other networks.
    assert!((400..600).contains(&held), "connections were held, and not all of them: {held}");
    drop(silent);
    eventually("the descriptors come back", async || (up.program.descriptors() < idle + 20).then_some(()))
        .await;
    Bound { generous: Mebibytes(100.0), exact: Mebibytes(60.0) }.holds(
        "silent connections",
        "memory above idle",
        grown,
    );
    Bound { generous: Duration::from_secs(10), exact: Duration::from_secs(1) }.holds(
        "silent connections",
        "a neighbour waits",
        waited,
    );
}
