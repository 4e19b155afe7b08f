//! What is handed over to a tenant's first administrator: a page and its two files.
//!
//! **Invariant:** the person who made the sheet may open it again for some minutes (a reload, another language, `[back]`:
//! the same page read on); nobody else ever does, and a page that is over says what to do. Page and files are
//! made anew from the record and the password that rests until then.

use super::{Console, tenant::known, visit::ConsoleVisit};
use crate::{attachment, failure::Failure, listing::id, once, page::Page};
use authority::{invitation::Readable, sheet::HandOver};
use axum::{
    Router,
    extract::{Path, State},
    http::HeaderValue,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    id::{InvitationId, TenantId},
    refusal::Problem,
};
use templates::console::{self as pages, SheetGonePage, SheetMadePage};

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/tenants/{id}/sheet/{invitation}", get(show))
        .route("/tenants/{id}/sheet/{invitation}/{file}", get(download))
}

/// Where a sheet can be opened; names no secret.
pub(super) fn address(tenant: TenantId, sheet: InvitationId) -> String {
    format!("/tenants/{tenant}/sheet/{sheet}")
}

async fn show(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Path((tenant, sheet)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?.id;
    let sheet = id(&sheet)?;
    let Some(Readable { made, until }) = made(&console, &visit, tenant, sheet).await? else {
        return Ok(gone(&visit, tenant));
    };
    let page = SheetMadePage {
        id: tenant.to_string(),
        invitation: sheet.to_string(),
        until,
        display_name: made.tenant.display_name,
        administrator_email: made.administrator_email.to_string(),
        identification_code: made.tenant.identification_code.grouped(),
        sheet_password: made.password.grouped().expose().clone(),
        data_entry: made.data_entry_file,
    };
    Ok(Page::ok(pages::sheet_made(&page, &visit.chrome)))
}

async fn download(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Path((tenant, sheet, file)): Path<(String, String, String)>,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?.id;
    let Some(Readable { made, .. }) = made(&console, &visit, tenant, id(&sheet)?).await? else {
        return Ok(gone(&visit, tenant).into_response());
    };
    let (kind, text) = match file.as_str() {
        "data_entry.txt" => ("text/plain; charset=utf-8", made.data_entry_file),
        // Never shown in the console's own origin, only saved.
        "sheet.html" => ("application/octet-stream", made.sheet_file.expose().clone()),
        _ => return Err(Problem::NotFound.into()),
    };
    attachment::response(file.as_str(), HeaderValue::from_static(kind), text)
}

async fn made(
    console: &Console,
    visit: &ConsoleVisit,
    tenant: TenantId,
    sheet: InvitationId,
) -> Result<Option<Readable<HandOver>>, Failure> {
    console.authority.tenants().made_sheet(&visit.grant, tenant, sheet).await.map_err(Failure::from)
}

fn gone(visit: &ConsoleVisit, tenant: TenantId) -> Page {
    let page = SheetGonePage { id: tenant.to_string(), minutes: once::minutes() };
    Page::gone(&[Problem::FileGone.into()], pages::sheet_gone(&page, &visit.chrome))
}
