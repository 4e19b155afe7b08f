//! The desk (窓口): a tenant's own pages of ours.

use crate::{Frame, body_limit::FORM_BYTES_MAX, shell::Shell};
use authority::Authority;
use axum::Router;

/// The desk of every tenant; which one is said by the permit.
#[derive(Clone)]
pub struct Desk {
    authority: Authority,
    frame: Frame,
}

impl Desk {
    /// The desk over this authority.
    pub fn new(authority: Authority) -> Self {
        let frame = Frame::of_gated_site(&authority);
        Self { authority, frame }
    }

    /// Its routes. Requests carry a `Permit` and a [`crate::PeerAddress`] as extensions.
    pub fn router(self) -> Router {
        let shell = Shell::behind_gate(self.frame.clone(), FORM_BYTES_MAX);
        shell.around(Router::new().with_state(self))
    }
}
