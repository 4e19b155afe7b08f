//! PINs of a tenant's administrators and auditors, which an operator sees and hands over.
//!
//! **Invariant:** as at the desk, the page of a PIN holds no other secret, and only its operator opens it again.

use super::{Console, tenant::known, visit::ConsoleVisit};
use crate::{
    failure::Failure,
    listing::id,
    once,
    page::Page,
    pin_line::{PinReader, on_paper, order, range},
    posted::Posted,
    redirect::see_other,
};
use authority::pin_sheet::ShowPinError;
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use domain::{id::TenantId, refusal::Problem, tenant::Tenant, user::Role};
use store::Reader;
use templates::desk::{self as pages, PickupLine, PinSheetGonePage, PinSheetsPage};

/// The most open pickups shown of one person.
const PICKUPS_SHOWN_MAX: u32 = 5;

pub(super) fn routes() -> Router<Console> {
    Router::new()
        .route("/tenants/{id}/applications/{application}/pin", get(to_tenant).post(show))
        .route("/tenants/{id}/pins/{first}/{last}", get(sheets))
}

/// Where the act's address leads when it is opened anew, or in another language.
async fn to_tenant(
    _visit: ConsoleVisit,
    Path((tenant, _application)): Path<(String, String)>,
) -> Result<Response, Failure> {
    Ok(see_other(&format!("/tenants/{}", id::<TenantId>(&tenant)?)))
}

/// The open pickups of a tenant's administrators and auditors.
pub(super) async fn lines(
    console: &Console,
    visit: &ConsoleVisit,
    reader: &mut Reader,
    tenant: &Tenant,
) -> Result<Vec<PickupLine>, Failure> {
    let action = format!("/tenants/{}/applications", tenant.id);
    let actor = Some(visit.show_pin.actor());
    let pins = PinReader { authority: &console.authority, tenant, actor, now: visit.now(), action: &action };
    let mut of_tenant = reader.tenant(tenant.id);
    let mut lines = Vec::new();
    for role in [Role::Administrator, Role::Auditor] {
        for user in of_tenant.users_with_role(role).await? {
            for record in of_tenant.open_pickups_of(user.id, PICKUPS_SHOWN_MAX).await? {
                lines.extend(pins.line(&mut of_tenant, &record).await?);
            }
        }
    }
    Ok(lines)
}

async fn show(
    State(console): State<Console>,
    Path((tenant, application)): Path<(String, String)>,
    Posted(visit, form): Posted<ConsoleVisit>,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?.id;
    let order = order(&form, &console.authority, ("sheet", "former"))?;
    let shown =
        console.authority.pin_sheets().show_pin(&visit.show_pin, tenant, id(&application)?, order).await;
    match shown {
        Ok(_) => Ok(see_other(&address(tenant, &range(&[order.sheet]).unwrap_or_default()))),
        // Picked up meanwhile, or shown to another operator: the page says how it is now.
        Err(ShowPinError::Closed | ShowPinError::Changed) => Ok(see_other(&address(tenant, ""))),
        Err(error) => Err(error.into()),
    }
}

fn address(tenant: TenantId, rest: &str) -> String {
    format!("/tenants/{tenant}/{rest}").trim_end_matches('/').to_owned()
}

async fn sheets(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Path((tenant, first, last)): Path<(String, String, String)>,
) -> Result<Page, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let range = (id(&first)?, id(&last)?);
    let found = console.authority.pin_sheets().made_sheets(&visit.show_pin, tenant.id, range).await?;
    let back = address(tenant.id, "");
    let Some((until, sheets)) = on_paper(&tenant, found) else {
        let page = PinSheetGonePage { minutes: once::minutes(), back };
        return Ok(Page::gone(&[Problem::FileGone.into()], pages::pin_sheet_gone(&page, &visit.chrome)));
    };
    Ok(Page::ok(pages::pin_sheets(&PinSheetsPage { until, sheets, back }, &visit.chrome)))
}
