//! PINs that the visitor sees and hands over: of one person, or of several, a page each.
//!
//! **Invariant:** the page of a PIN holds no other secret. The person who asked for it may open it again for some
//! minutes (a reload, another language, `[back]`: the same page read on); a reload makes no second PIN.

use super::{
    Desk,
    applications::{APPLICATIONS_SHOWN_MAX, queue, to_queue},
    visit::{Allowed, DeskVisit},
};
use crate::{
    failure::{Failure, at_form},
    listing::id,
    once,
    page::Page,
    pin_line::{PinReader, on_paper, order, range},
    posted::Posted,
    redirect::see_other,
};
use authority::pin_sheet::{SheetOrder, ShowPinError};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    grant::{Grant, ShowPin},
    id::{ApplicationId, PinSheetId},
    refusal::Problem,
};
use store::{TenantReader, applications::ApplicationRecord};
use templates::desk::{
    self as pages, PickupLine, PinResult, PinSheetGonePage, PinSheetsPage, PinsResultPage,
};

/// The field of the list's checkboxes.
const FIELD: &str = "application";

pub(super) fn routes() -> Router<Desk> {
    Router::new()
        .route("/applications/{id}/pin", get(to_queue).post(show_one))
        .route("/applications/pins", get(to_queue).post(show_several))
        .route("/pins/{first}/{last}", get(sheets))
}

/// The lines of open pickups, with what the visitor may see of their PINs.
pub(super) async fn lines(
    desk: &Desk,
    visit: &DeskVisit,
    tenant: &mut TenantReader<'_>,
    records: &[ApplicationRecord],
) -> Result<Vec<PickupLine>, Failure> {
    let actor = visit.may::<ShowPin>().then(|| domain::grant::Actor::of(visit.permit()));
    let reader = PinReader {
        authority: &desk.authority,
        tenant: visit.tenant(),
        actor,
        now: visit.now(),
        action: "/applications",
    };
    let mut lines = Vec::with_capacity(records.len());
    for record in records {
        lines.extend(reader.line(tenant, record).await?);
    }
    Ok(lines)
}

async fn show_one(
    State(desk): State<Desk>,
    Path(application): Path<String>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<ShowPin>>,
) -> Result<Response, Failure> {
    let application: ApplicationId = id(&application)?;
    let order = order(&form, &desk.authority, ("sheet", "former"))?;
    let shown = desk.authority.pin_sheets().show_pin(&grant, visit.tenant_id(), application, order).await;
    let errors = match shown {
        Ok(_) => return Ok(see_other(&address(&[order.sheet]))),
        // Picked up or withdrawn meanwhile: the queue shows what is left.
        Err(ShowPinError::Closed) => return Ok(see_other("/applications")),
        Err(error) => at_form(error)?,
    };
    let chrome = visit.chrome().at("/applications");
    Ok(Page::refusing(&errors, queue(&desk, &visit, &chrome, None, errors.clone()).await?).into_response())
}

async fn show_several(
    State(desk): State<Desk>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<ShowPin>>,
) -> Result<Response, Failure> {
    let mut ticked: Vec<ApplicationId> = Vec::new();
    for application in form.texts(FIELD) {
        let application = id(application)?;
        if !ticked.contains(&application) {
            ticked.push(application);
        }
    }
    if ticked.is_empty() {
        return Ok(see_other("/applications#pins"));
    }
    if ticked.len() > APPLICATIONS_SHOWN_MAX as usize {
        return Err(Problem::BadRequest.into());
    }
    let (mut results, mut made) = (Vec::with_capacity(ticked.len()), Vec::new());
    for application in ticked {
        let fields = (format!("sheet-{application}"), format!("former-{application}"));
        let order = order(&form, &desk.authority, (&fields.0, &fields.1))?;
        let Some(result) = one(&desk, &visit, &grant, application, order).await? else { continue };
        made.extend(result.problem.is_none().then_some(order.sheet));
        results.push(result);
    }
    if results.iter().all(|result| result.problem.is_none()) {
        return Ok(see_other(&address(&made)));
    }
    let sheets = (!made.is_empty()).then(|| address(&made));
    let chrome = visit.chrome().at("/applications");
    Ok(Page::ok(pages::pins_result(&PinsResultPage { results, sheets }, &chrome)).into_response())
}

/// Shows one of several PINs; `None` for an application that is not there any more.
async fn one(
    desk: &Desk,
    visit: &DeskVisit,
    grant: &Grant<ShowPin>,
    application: ApplicationId,
    order: SheetOrder,
) -> Result<Option<PinResult>, Failure> {
    let mut reader = visit.read(desk).await?;
    let Some(record) = reader.records().application(application).await? else { return Ok(None) };
    let stated = record.application.particulars();
    let Some(user) = reader.records().user(stated.user).await? else { return Ok(None) };
    drop(reader);
    let shown = desk.authority.pin_sheets().show_pin(grant, visit.tenant_id(), application, order).await;
    let problem = match shown {
        Ok(_) => None,
        // Gone since the page was opened: the others are not kept from it.
        Err(ShowPinError::NotFound) => Some(Problem::Stale),
        Err(error) => at_form(error)?.into_iter().next().map(|refusal| refusal.problem),
    };
    let reference = stated.reference.to_string();
    Ok(Some(PinResult { display_name: user.display_name, reference, problem }))
}

fn address(sheets: &[PinSheetId]) -> String {
    range(sheets).map_or_else(|| "/applications".to_owned(), |range| format!("/{range}"))
}

async fn sheets(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Path((first, last)): Path<(String, String)>,
) -> Result<Page, Failure> {
    let grant = visit.grant::<ShowPin>()?;
    let found =
        desk.authority.pin_sheets().made_sheets(&grant, visit.tenant_id(), (id(&first)?, id(&last)?)).await?;
    let back = "/applications#pins".to_owned();
    let Some((until, sheets)) = on_paper(visit.tenant(), found) else {
        let page = PinSheetGonePage { minutes: once::minutes(), back };
        return Ok(Page::gone(&[Problem::FileGone.into()], pages::pin_sheet_gone(&page, visit.chrome())));
    };
    Ok(Page::ok(pages::pin_sheets(&PinSheetsPage { until, sheets, back }, visit.chrome())))
}
