//! The company's settings: an administrator's are changed here, an operator's are shown with whom to ask.

use super::{
    Desk,
    visit::{Allowed, DeskVisit},
};
use crate::{
    edition::{self, begun_on, edition},
    failure::{Failure, at_form},
    listing::ListQuery,
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::tenants::TenantError;
use axum::{
    Router,
    extract::{Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    grant::{ChangeSettings, ViewTenant},
    tenant::Tenant,
    tenant_form::{TenantField, TenantForm},
};
use templates::desk::{self as pages, SettingsPage};

pub(super) fn routes() -> Router<Desk> {
    Router::new().route("/settings", get(show).post(save))
}

/// An administrator's own settings on record, from which an edit begins.
fn own(tenant: &Tenant) -> TenantForm {
    TenantForm::of_settings(tenant).of_administrator()
}

fn page(desk: &Desk, visit: &DeskVisit, tenant: &Tenant, form: TenantForm) -> SettingsPage {
    let service = desk.authority.service();
    let contract = TenantForm::of_contract(tenant, service.last_day(tenant));
    SettingsPage {
        begun_on: edition(&own(tenant)),
        present: TenantForm::of_settings(tenant).overlaid(contract),
        form,
        can_change: visit.may::<ChangeSettings>(),
        provider_contact: service.support_contact.clone(),
        saved: false,
    }
}

async fn show(
    State(desk): State<Desk>,
    visit: DeskVisit,
    Query(query): Query<ListQuery>,
) -> Result<Page, Failure> {
    visit.grant::<ViewTenant>()?;
    let tenant = visit.tenant();
    let page = SettingsPage { saved: query.done == "saved", ..page(&desk, &visit, tenant, own(tenant)) };
    Ok(Page::ok(pages::settings(&page, visit.chrome())))
}

async fn save(
    State(desk): State<Desk>,
    Posted(Allowed { visit, grant }, form): Posted<Allowed<ChangeSettings>>,
) -> Result<Response, Failure> {
    let entered = form.form_of(TenantField::OF_ADMINISTRATOR);
    let is_unchanged = |present: &Tenant| begun_on(&form, &own(present));
    let tenants = desk.authority.tenants();
    let page = match tenants.change_settings(&grant, visit.tenant_id(), &entered, is_unchanged).await {
        Ok(()) => return Ok(see_other("/settings?done=saved")),
        Err(TenantError::Changed) => {
            let present = visit.tenant();
            let errors = edition::differing(&own(present), &entered);
            page(&desk, &visit, present, entered.refused(errors))
        }
        // An error is no look at what is on record meanwhile.
        Err(error) => SettingsPage {
            begun_on: form.text("begun_on").to_owned(),
            ..page(&desk, &visit, visit.tenant(), entered.refused(at_form(error)?))
        },
    };
    Ok(Page::refusing(page.form.errors(), pages::settings(&page, visit.chrome())).into_response())
}
