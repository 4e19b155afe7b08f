//! How many requests may be under way, from their head to the last byte of their answers.
//!
//! **Invariant:** a request has room or is answered at once without a page. Strangers of one client network leave
//! room for other networks, one certificate leaves room for others, and strangers take nothing of the visitors'.

use crate::{allowance::Allowance, connections::Connection};
use domain::certificate::CertificateKey;
use ground::{ClientNetwork, Entered, InFlight};

/// Most requests of strangers at a time, and of one network's: hundreds of people of one company behind one address
/// who open the public site at the same moment, on slow lines.
const STRANGERS_MAX: usize = 4_096;
const STRANGERS_EACH_MAX: usize = 1_024;

/// Most requests of visitors at a time, and of one certificate's, long polls included: each of thousands of people
/// has some of them open all day. WebSockets are not among them.
const VISITORS_MAX: usize = 65_536;
const VISITORS_EACH_MAX: usize = 256;

/// The room of one gate.
pub(crate) struct Rooms {
    strangers: InFlight<ClientNetwork>,
    visitors: InFlight<CertificateKey>,
}

/// One request's room; dropping it makes room for another one.
pub(crate) enum Room {
    Stranger { _entered: Entered<ClientNetwork> },
    Visitor { _entered: Entered<CertificateKey> },
}

impl Default for Rooms {
    fn default() -> Self {
        Self {
            strangers: InFlight::new(STRANGERS_MAX, STRANGERS_EACH_MAX),
            visitors: InFlight::new(VISITORS_MAX, VISITORS_EACH_MAX),
        }
    }
}

impl Rooms {
    /// Room for one more request of this connection, or `None` at once.
    pub(crate) fn enter(&self, connection: &Connection) -> Option<Room> {
        match (connection.allowance, &connection.visitor.key) {
            (Allowance::Visitor, Some(key)) => {
                Some(Room::Visitor { _entered: self.visitors.enter(key.clone())? })
            }
            _ => {
                let network = ClientNetwork::of(connection.client.ip());
                Some(Room::Stranger { _entered: self.strangers.enter(network)? })
            }
        }
    }
}
