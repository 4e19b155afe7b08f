//! One client's connection: its limits, its progress, and the requests on it that a cut must find.
//!
//! Read next: [`connections`] (holds and cuts), [`room`] (requests under way), [`movement`].

mod allowance;
mod connections;
mod movement;
mod moving_body;
mod room;

pub(crate) use allowance::Allowance;
pub use connections::Connections;
pub(crate) use connections::{Connection, Hold};
pub(crate) use movement::Movement;
pub(crate) use moving_body::MovingBody;
pub(crate) use room::Rooms;
