//! A one-time password on paper.
//!
//! **Invariant:** it is shown in the answer to the act that made it and nowhere else; the password is
//! kept as a keyed hash only, so there is no page to come back to.

use super::visit::Visit;
use crate::page::Page;
use authority::users::Slip;
use templates::desk::{self as pages, SlipsPage};

pub(super) fn page(slip: Slip, visit: &Visit) -> Page {
    let slip = pages::Slip {
        display_name: slip.user.display_name,
        email: slip.user.email.to_string(),
        identification_code: slip.identification_code,
        one_time_password: slip.one_time_password.expose().clone(),
        valid_until: slip.valid_until,
    };
    Page::ok(pages::slips(&SlipsPage { slips: vec![slip] }, visit.chrome()))
}
