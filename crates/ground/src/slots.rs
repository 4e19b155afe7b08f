//! Limits on connections, in total and for each client network: a network may hold as many as are free. So a
//! single network gets at most half of them, two get a third each, and another network always finds room.
//! Within that limit, a company behind one address takes what it needs.

use crate::ClientNetwork;
use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// The connections of one listener.
pub struct Slots {
    free: Arc<Semaphore>,
    held: Arc<Mutex<HashMap<ClientNetwork, usize>>>,
}

/// Room for one connection of any client; dropping it frees the room.
pub struct ConnectionRoom {
    permit: OwnedSemaphorePermit,
    free: Arc<Semaphore>,
    held: Arc<Mutex<HashMap<ClientNetwork, usize>>>,
}

/// A connection's place; dropping it frees the place.
pub struct Slot {
    _permit: OwnedSemaphorePermit,
    network: ClientNetwork,
    held: Arc<Mutex<HashMap<ClientNetwork, usize>>>,
}

impl Slots {
    /// Slots for this many connections at a time.
    pub fn new(connections_max: usize) -> Self {
        Self { free: Arc::new(Semaphore::new(connections_max)), held: Arc::default() }
    }

    /// Waits for room for one more connection.
    pub async fn room(&self) -> Result<ConnectionRoom, AcquireError> {
        Ok(self.room_by(Arc::clone(&self.free).acquire_owned().await?))
    }

    fn room_by(&self, permit: OwnedSemaphorePermit) -> ConnectionRoom {
        ConnectionRoom { permit, free: Arc::clone(&self.free), held: Arc::clone(&self.held) }
    }
}

impl ConnectionRoom {
    /// Gives the room to a client, unless its network already holds more than the free number.
    pub fn take(self, client: IpAddr) -> Option<Slot> {
        let network = ClientNetwork::of(client);
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let own = held.get(&network).copied().unwrap_or(0);
        if own > self.free.available_permits() {
            return None;
        }
        held.insert(network, own + 1);
        drop(held);
        Some(Slot { _permit: self.permit, network, held: self.held })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        match held.get_mut(&self.network) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                held.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(slots: &Slots, client: &str, tries: usize) -> Vec<Slot> {
        let mut taken = Vec::new();
        for _ in 0..tries {
            let Ok(permit) = Arc::clone(&slots.free).try_acquire_owned() else { break };
            taken.extend(slots.room_by(permit).take(client.parse().unwrap()));
        }
        taken
    }

    #[test]
    fn a_network_leaves_as_much_as_it_takes_and_the_next_one_finds_room() {
        let slots = Slots::new(12);
        let first = take(&slots, "2001:db8::1", 20);
        assert_eq!(first.len(), 6);
        assert!(take(&slots, "2001:db8::2", 1).is_empty());
        let second = take(&slots, "192.0.2.1", 20);
        assert_eq!(second.len(), 3);
        drop((first, second));
        assert!(slots.held.lock().unwrap().is_empty());
        assert_eq!(take(&slots, "192.0.2.1", 20).len(), 6);
    }

    #[test]
    fn a_single_slot_can_be_taken() {
        assert_eq!(take(&Slots::new(1), "192.0.2.1", 1).len(), 1);
    }
}
