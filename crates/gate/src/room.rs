//! How many requests may be under way, from their head to the last byte of their answers.
//!
//! **Invariant:** a request has room or is answered at once without a page. Strangers of one client network leave
//! room for other networks, one certificate leaves room for others, and strangers take nothing of the visitors'.

use crate::{allowance::Allowance, connections::Connection};
use domain::certificate::LeafTag;
use ground::{ClientNetwork, Entered, InFlight};

/// Most requests under way. One that waits for its application all day is one; WebSockets are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomLimits {
    /// Of strangers altogether: without a certificate, with one that is refused, or at the public site.
    pub strangers: usize,
    /// Of the strangers of one client network: hundreds of people of one company behind one address who open the public
    /// site at the same moment, on slow lines.
    pub network: usize,
    /// Of visitors altogether.
    pub visitors: usize,
    /// Of one certificate.
    pub certificate: usize,
}

impl Default for RoomLimits {
    fn default() -> Self {
        Self { strangers: 4_096, network: 1_024, visitors: 65_536, certificate: 256 }
    }
}

/// The room of one gate.
pub(crate) struct Rooms {
    strangers: InFlight<ClientNetwork>,
    visitors: InFlight<LeafTag>,
}

/// One request's room; dropping it makes room for another one.
pub(crate) enum Room {
    Stranger { _entered: Entered<ClientNetwork> },
    Visitor { _entered: Entered<LeafTag> },
}

impl Rooms {
    pub(crate) fn new(limits: RoomLimits) -> Self {
        Self {
            strangers: InFlight::new(limits.strangers, limits.network),
            visitors: InFlight::new(limits.visitors, limits.certificate),
        }
    }

    /// Room for one more request of this connection, or `None` at once.
    pub(crate) fn enter(&self, connection: &Connection) -> Option<Room> {
        if let (Allowance::Visitor, Some(tag)) = (connection.allowance, connection.visitor.tag) {
            return Some(Room::Visitor { _entered: self.visitors.enter(tag)? });
        }
        let network = ClientNetwork::of(connection.client.ip());
        Some(Room::Stranger { _entered: self.strangers.enter(network)? })
    }
}
