//! All that is on record about one person, as a file. It is an act, so it is sent as a form.

use super::{Desk, user::known, visit::Allowed};
use crate::{attachment, failure::Failure, listing::id, posted::Posted, redirect::see_other};
use axum::{
    Router,
    extract::{Path, State},
    http::HeaderValue,
    response::Response,
    routing::get,
};
use domain::{grant::ManageUsers, id::UserId};

const JSON: HeaderValue = HeaderValue::from_static("application/json");

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/users/{id}/export", get(to_user).post(export))
}

/// Where the act's address leads when it is opened anew, or in another language.
async fn to_user(Path(user): Path<String>) -> Result<Response, Failure> {
    Ok(see_other(&format!("/users/{}", id::<UserId>(&user)?)))
}

async fn export(
    State(desk): State<Desk>,
    Path(user): Path<String>,
    Posted(Allowed { visit, grant }, _): Posted<Allowed<ManageUsers>>,
) -> Result<Response, Failure> {
    let user = known(&mut visit.read(&desk).await?.records(), &user).await?;
    let record = desk.authority.people().export_user(&grant, visit.tenant_id(), user.id).await?;
    attachment::response(format!("{}.json", user.login_name).as_str(), JSON, format!("{record:#}\n"))
}
