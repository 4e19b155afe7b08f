//! Applications of a company that has no administrator left who could decide: a renewal of the last one, above all.

use super::{Console, tenant::known, visit::ConsoleVisit};
use crate::{failure::Failure, listing::id, posted::Posted, redirect::see_other};
use authority::ra::DecideError;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use domain::{
    application::{ApplicationState, StoredApplication},
    tenant::Tenant,
    time::Timestamp,
};
use store::{PageRequest, Reader};
use templates::console::WaitingApplication;

/// The most applications shown at a time, the oldest first.
const APPLICATIONS_SHOWN_MAX: u32 = 100;

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/{id}/applications/{application}/approve", get(to_tenant).post(approve))
}

async fn to_tenant(Path((tenant, _)): Path<(String, String)>) -> Response {
    see_other(&format!("/tenants/{tenant}"))
}

/// Those that wait for an operator; none while an administrator can open Administration.
pub(super) async fn waiting(
    reader: &mut Reader,
    tenant: &Tenant,
    now: Timestamp,
) -> Result<Vec<WaitingApplication>, Failure> {
    let mut records = reader.tenant(tenant.id);
    if !records.desk_keys(now, 1).await?.is_empty() {
        return Ok(Vec::new());
    }
    let first = PageRequest::first(APPLICATIONS_SHOWN_MAX);
    let mut lines = Vec::new();
    for found in records.applications_in(ApplicationState::Submitted, &first).await?.rows {
        let StoredApplication::Submitted(application) = found.application else { continue };
        let stated = application.particulars();
        let Some(user) = records.user(stated.user).await? else { continue };
        lines.push(WaitingApplication {
            id: stated.id.to_string(),
            display_name: user.display_name,
            email: stated.email.to_string(),
            role: user.role,
            device_name: stated.device_name.clone(),
            reference: stated.reference.to_string(),
            submitted_at: stated.submitted_at,
        });
    }
    Ok(lines)
}

async fn approve(
    State(console): State<Console>,
    Path((tenant, application)): Path<(String, String)>,
    Posted(visit, _form): Posted<ConsoleVisit>,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let done = see_other(&format!("/tenants/{}?done=approved", tenant.id));
    match console.authority.registration().approve(&visit.decide, tenant.id, id(&application)?).await {
        // Sent twice.
        Ok(()) | Err(DecideError::Decided) => Ok(done),
        Err(error) => Err(error.into()),
    }
}
