//! The identity of a visitor, and whether that visitor may pass.
//!
//! Read next: [`identity`] (a presented chain), [`policy`] (one request's facts), [`judge`] (the decision
//! now).

pub(crate) mod identity;
mod judge;
pub(crate) mod policy;
mod proofs;

pub(crate) use identity::{Peer, VerifiedLeaves};
pub(crate) use judge::Judge;
