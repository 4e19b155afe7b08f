//! The console: the operators' pages.

use crate::{Frame, body_limit::FORM_BYTES_MAX, shell::Shell};
use authority::Authority;
use axum::Router;

/// The console; who acts is said by the permit.
#[derive(Clone)]
pub struct Console {
    authority: Authority,
    frame: Frame,
}

impl Console {
    /// The console over this authority.
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
