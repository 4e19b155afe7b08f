//! The listening sockets, opened before any other step.

use std::{io, net::SocketAddr};
use tokio::net::TcpListener;

/// The three listening sockets of a server.
#[derive(Debug)]
pub struct Doors {
    /// The gate, TLS.
    pub gate: TcpListener,
    pub http: TcpListener,
    /// Metrics and health.
    pub metrics: TcpListener,
}

/// The address of a listener, and the option to change if it cannot be opened.
#[derive(Debug, Clone, Copy)]
pub struct DoorAddress {
    /// Address and port; port 0 takes any free one.
    pub address: SocketAddr,
    /// The option or configuration key that names it.
    pub option: &'static str,
}

/// Why a socket could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum DoorError {
    /// Another program uses the address.
    #[error("port {port}: another program listens there; end it, or choose another port with {option}", port = .0.address.port(), option = .0.option)]
    Taken(DoorAddress),
    /// Two doors have the same port.
    #[error("port {port}: {first} and {second} name the same port; choose another one with {second}")]
    Doubled {
        /// The port.
        port: u16,
        /// The first option with this port.
        first: &'static str,
        /// The second option with this port.
        second: &'static str,
    },
    /// The system refused.
    #[error("{address}: {reason}; choose another address with {option}", address = .door.address, option = .door.option)]
    Refused { door: DoorAddress, reason: io::Error },
}

impl Doors {
    /// Opens all three.
    pub async fn open(gate: DoorAddress, http: DoorAddress, metrics: DoorAddress) -> Result<Self, DoorError> {
        for (first, second) in [(gate, http), (gate, metrics), (http, metrics)] {
            if first.address == second.address && first.address.port() != 0 {
                let (port, first, second) = (first.address.port(), first.option, second.option);
                return Err(DoorError::Doubled { port, first, second });
            }
        }
        Ok(Self { gate: open(gate).await?, http: open(http).await?, metrics: open(metrics).await? })
    }
}

async fn open(door: DoorAddress) -> Result<TcpListener, DoorError> {
    TcpListener::bind(door.address).await.map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => DoorError::Taken(door),
        _ => DoorError::Refused { door, reason: error },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn one_port_for_two_doors_is_told_with_both_options() {
        let door = |option| DoorAddress { address: "127.0.0.1:8443".parse().expect("address"), option };
        let any = DoorAddress { address: "127.0.0.1:0".parse().expect("address"), option: "--other" };
        let refused = Doors::open(door("--gate-port"), door("--public-port"), any).await;
        let sentence = refused.expect_err("doubled").to_string();
        assert!(sentence.contains("--gate-port") && sentence.contains("--public-port"), "{sentence}");
    }

    #[tokio::test]
    async fn a_taken_port_is_named_together_with_its_option() {
        let first = TcpListener::bind("127.0.0.1:0").await.expect("free port");
        let address = first.local_addr().expect("address");
        let any = DoorAddress { address: "127.0.0.1:0".parse().expect("address"), option: "--other" };
        let taken = DoorAddress { address, option: "--gate-port" };
        let sentence = Doors::open(taken, any, any).await.expect_err("taken").to_string();
        assert!(sentence.contains(&format!("port {}", address.port())), "{sentence}");
        assert!(sentence.contains("--gate-port"), "{sentence}");
    }
}
