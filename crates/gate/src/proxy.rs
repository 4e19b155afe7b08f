//! Forwards a permitted request to the application behind a site, and returns its answer.
//!
//! **Invariant:** [`Proxy::forward`] needs a [`domain::permit::Permit`]. **Invariant:** the application
//! learns about the visitor from that permit alone ([`header_fields`]). **Invariant:** no connection to an
//! application serves two sites, and none serves two visitors where the application authenticates connections
//! ([`crate::applications::OwnLine`]).
//!
//! Read next: [`forward`], [`exchange`] (one request and its answer), [`tunnel`] (WebSockets).

mod exchange;
mod forward;
mod header_fields;
mod onward;
mod tunnel;

pub(crate) use forward::Proxy;
pub(crate) use onward::{ForwardError, Onward};
