//! The console: the operators' pages about tenants.
//!
//! **Invariant:** every handler holds a `Grant<ManageTenants>` before it reads any record. **Invariant:** a
//! sheet's password is shown to its maker, for some minutes, and nowhere else.
//!
//! Read next: `tenants` (the list), `new_tenant`, `tenant`, `edit_tenant`, `tenant_profile`, `contract`, `upstream`, `mail`.

mod applications;
mod contract;
mod edit_tenant;
mod hand_over;
mod mail;
mod new_tenant;
mod pins;
mod tenant;
mod tenant_profile;
mod tenants;
mod upstream;
mod visit;

use crate::{Frame, shell::Shell};
use authority::Authority;
use axum::Router;

/// The console; the permit names the operator.
#[derive(Clone)]
pub struct Console {
    authority: Authority,
    frame: Frame,
}

impl Console {
    /// The console with this authority.
    pub fn new(authority: Authority) -> Self {
        let frame = Frame::of_gated_site(&authority);
        Self { authority, frame }
    }

    /// Its routes. Requests carry a `Permit` and a [`crate::PeerAddress`] as extensions.
    pub fn router(self) -> Router {
        let shell = Shell::behind_gate(self.frame.clone());
        let routes = Router::new()
            .merge(tenants::routes())
            .merge(new_tenant::routes())
            .merge(tenant::routes())
            .merge(applications::routes())
            .merge(pins::routes())
            .merge(edit_tenant::routes())
            .merge(tenant_profile::routes())
            .merge(contract::routes())
            .merge(upstream::routes())
            .merge(hand_over::routes())
            .merge(mail::routes());
        shell.around(routes.with_state(self))
    }
}
