//! The desk: a tenant's own pages of ours, 管理画面 and マイページ. Administrators look after users and certificates,
//! auditors look on, everybody looks after their own devices.
//!
//! **Invariant:** the tenant is the permit's. An id of another tenant in a path is answered like an
//! id that never was: every look-up goes through the store's door to the permit's tenant.
//! **Invariant:** an act takes a `Grant` made from the permit; what a page offers decides nothing.
//! **Invariant:** what takes something away is asked back about first, on a page of its own.
//!
//! Read next: `visit` (what every handler is given), `users`, `user` and `user_act`, `certificate`, `import`.

mod applications;
mod applications_compared;
mod applications_selected;
mod audit;
mod certificate;
mod certificate_profile;
mod devices;
mod email;
mod ending;
mod export;
mod further;
mod home;
mod import;
mod import_result;
mod people_query;
mod pins;
mod portal_page;
mod renewal;
mod selected;
mod settings;
mod slip;
mod suspension;
mod upload;
mod user;
mod user_act;
mod users;
mod visit;

use crate::{Frame, body_limit::UPLOAD_FORM_BYTES_MAX, shell::Shell};
use authority::Authority;
use axum::{Router, extract::DefaultBodyLimit};
use domain::id::TenantId;
use ground::InFlight;
use std::{path::PathBuf, sync::Arc};
use upload::Uploads;

/// Exports under way altogether: a page of rows each.
const EXPORTS_MAX: usize = 64;
/// Of one tenant.
const EXPORTS_OF_TENANT_MAX: usize = 2;

/// The desk of every tenant; which one is said by the permit.
#[derive(Clone)]
pub struct Desk {
    authority: Authority,
    frame: Frame,
    uploads: Uploads,
    exports: Arc<InFlight<TenantId>>,
}

impl Desk {
    /// The desk over this authority.
    pub fn new(authority: Authority) -> Self {
        let frame = Frame::of_gated_site(&authority);
        let exports = Arc::new(InFlight::new(EXPORTS_MAX, EXPORTS_OF_TENANT_MAX));
        Self { authority, frame, uploads: Uploads::default(), exports }
    }

    /// Lets uploaded files rest in this folder, instead of the system's, while they are read.
    #[must_use]
    pub fn with_uploads_in(self, folder: PathBuf) -> Self {
        Self { uploads: Uploads::into(folder), ..self }
    }

    /// Its routes. Requests carry a `Permit` and a [`crate::PeerAddress`] as extensions.
    pub fn router(self) -> Router {
        let forms = Router::new()
            .merge(home::routes())
            .merge(users::routes())
            .merge(user::routes())
            .merge(user_act::routes())
            .merge(suspension::routes())
            .merge(export::routes())
            .merge(settings::routes())
            .merge(slip::routes())
            .merge(selected::routes())
            .merge(certificate::routes())
            .merge(certificate_profile::routes())
            .merge(applications::routes())
            .merge(applications_selected::routes())
            .merge(pins::routes())
            .merge(devices::routes())
            .merge(renewal::routes())
            .merge(further::routes())
            .merge(email::routes())
            .merge(audit::routes())
            .merge(portal_page::routes())
            .merge(import::routes());
        let upload = import::upload_routes().layer(DefaultBodyLimit::max(UPLOAD_FORM_BYTES_MAX));
        Shell::behind_gate(self.frame.clone()).around(forms.merge(upload).with_state(self))
    }
}
