//! What stands in the company's certificates, for administrators and auditors to see; operators change it.

use super::{Desk, visit::DeskVisit};
use crate::{failure::Failure, page::Page};
use axum::{Router, extract::State, routing::get};
use domain::grant::ViewTenant;
use templates::desk::{self as pages, DeskProfilePage};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/certificate-profile", get(show))
}

async fn show(State(desk): State<Desk>, visit: DeskVisit) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    let provider_contact = desk.authority.service().support_contact.clone();
    let page = DeskProfilePage { tenant: visit.tenant().clone(), provider_contact };
    Ok(Page::ok(pages::certificate_profile(&page, visit.chrome())))
}
