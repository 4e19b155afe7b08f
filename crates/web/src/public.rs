//! The public site: front page, guides, application, pickup, self-service revocation, codes explained,
//! the manual.
//!
//! Nobody signs in here: a form shows secrets that were handed over elsewhere, and the authority
//! judges them.

mod code;
mod enrol;
mod enrol_name;
mod enrol_sent;
mod guide;
mod health;
mod manual;
mod new_file;
mod outbox;
mod password_note;
pub(crate) mod pickup;
pub(crate) mod pickup_file;
pub(crate) mod pickup_other;
pub(crate) mod pickup_profile;
mod renew;
mod revoke;
mod revoke_choice;
mod revoked;

use crate::{
    captured_mail::CapturedMail,
    frame::Frame,
    publication,
    reader::PageReader,
    redirect,
    scheme::Scheme,
    shell::{Hosts, Shell},
};
use authority::Authority;
use axum::{Router, extract::FromRef, routing::get};
use domain::host_name::HostName;
use std::{fmt, sync::Arc};
use templates::{Area, Chrome};

/// The public site.
#[derive(Clone)]
pub struct PublicSite {
    authority: Authority,
    frame: Frame,
    scheme: Scheme,
    hosts: Arc<[HostName]>,
    captured_mail: Option<Arc<dyn CapturedMail>>,
}

impl PublicSite {
    /// The site under the names `hosts`; with `captured_mail`, `/outbox` shows what was captured.
    pub fn new(
        authority: Authority,
        hosts: impl Into<Arc<[HostName]>>,
        captured_mail: Option<Arc<dyn CapturedMail>>,
    ) -> Self {
        let frame = Frame::of_public_site(&authority);
        let scheme = Scheme::of(&authority.addresses().public_url);
        Self { authority, frame, scheme, hosts: hosts.into(), captured_mail }
    }

    /// Its routes. Requests carry a [`crate::PeerAddress`] as an extension.
    pub fn router(self) -> Router {
        let shell = Shell::new(self.frame.clone(), self.scheme, Hosts::Only(Arc::clone(&self.hosts)));
        let mut routes = Router::new()
            .route("/", get(guide::front))
            .route("/guide", get(async || redirect::see_other("/guide/apply")))
            .route("/guide/apply", get(guide::apply))
            .route("/guide/pickup", get(guide::pickup))
            .route("/guide/import", get(guide::import_index))
            .route("/guide/import/{device}", get(guide::import))
            .route("/enrol", get(enrol::form).post(enrol::send))
            .route("/enrol/sent", get(enrol_sent::sent).post(enrol_sent::again))
            .route("/pickup", get(pickup::form).post(pickup::send))
            .route("/pickup/progress", get(pickup::progress))
            .route("/pickup/file", get(pickup_file::file))
            .route("/pickup/mobileconfig", get(pickup_profile::profile))
            .route("/pickup/other", get(pickup_other::form).post(pickup_other::send))
            .route("/pickup/new-file", get(new_file::form).post(new_file::send))
            .route("/pickup/new-file/sent", get(new_file::sent))
            .route("/renew", get(renew::form).post(renew::send))
            .route("/renew/sent", get(renew::sent))
            .route("/revoke", get(revoke::form).post(revoke::send))
            .route("/revoke/choose", get(revoke_choice::form).post(revoke_choice::send))
            .route("/revoke/done", get(revoked::done))
            .route("/problems", get(code::all))
            .route("/problems/{code}", get(code::one))
            .route("/healthz", get(health::alive))
            .route("/readyz", get(health::ready))
            .merge(manual::routes())
            .merge(publication::routes());
        if self.captured_mail.is_some() {
            routes = routes.route("/outbox", get(outbox::list)).route("/outbox/{number}", get(outbox::mail));
        }
        shell.around(routes.with_state(self))
    }

    fn chrome(&self, reader: &PageReader) -> Chrome {
        self.frame.chrome(reader, Area::Public)
    }
}

impl FromRef<PublicSite> for Authority {
    fn from_ref(site: &PublicSite) -> Self {
        site.authority.clone()
    }
}

impl fmt::Debug for PublicSite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicSite").field("hosts", &self.hosts).finish_non_exhaustive()
    }
}
