//! Limits on requests under way, from their head to the last byte of their answers.
//!
//! **Invariant:** a request has room or is answered at once without a page. Strangers of one client network
//! leave room for other networks, one certificate leaves room for others, and strangers take nothing of the
//! visitors'.

use super::{Allowance, Connection};
use crate::config::RoomLimits;
use domain::certificate::LeafTag;
use ground::{ClientNetwork, Entered, InFlight};

/// The room of one gate.
pub(crate) struct Rooms {
    strangers: InFlight<ClientNetwork>,
    visitors: InFlight<LeafTag>,
}

/// One request's room; dropping it frees the room.
pub(crate) enum RequestRoom {
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
    pub(crate) fn enter(&self, connection: &Connection) -> Option<RequestRoom> {
        if let (Allowance::Visitor, Some(tag)) = (connection.allowance, connection.visitor.tag) {
            return Some(RequestRoom::Visitor { _entered: self.visitors.enter(tag)? });
        }
        let network = ClientNetwork::of(connection.client.ip());
        Some(RequestRoom::Stranger { _entered: self.strangers.enter(network)? })
    }
}
