//! A tenant's name, contact, language and policy: what stands in no certificate.

use super::{Console, tenant::known, visit::ConsoleVisit};
use crate::{
    edition::{self, begun_on, edition},
    failure::{Failure, at_form},
    form_fields::FormFields,
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::tenants::TenantError;
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    tenant::Tenant,
    tenant_form::{TenantField, TenantForm},
};
use templates::console::{self as pages, TenantEditPage};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/{id}/edit", get(form).post(save))
}

async fn form(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Path(tenant): Path<String>,
) -> Result<Page, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let page = page(&tenant, TenantForm::of_settings(&tenant));
    Ok(Page::ok(pages::tenant_edit(&page, &visit.chrome)))
}

async fn save(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    Posted(visit, form): Posted<ConsoleVisit>,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let entered = form.form_of(TenantField::of_settings());
    let is_unchanged = |present: &Tenant| begun_on(&form, &TenantForm::of_settings(present));
    let edited =
        console.authority.tenants().edit_tenant(&visit.grant, tenant.id, entered.clone(), is_unchanged);
    match edited.await {
        Err(TenantError::Changed) => {
            let present = known(&mut visit.read(&console).await?, &tenant.id.to_string()).await?;
            let errors = edition::differing(&TenantForm::of_settings(&present), &entered);
            let page = page(&present, entered.refused(errors));
            Ok(Page::refusing(page.form.errors(), pages::tenant_edit(&page, &visit.chrome)).into_response())
        }
        Ok(_) => Ok(see_other(&format!("/tenants/{}?done=saved", tenant.id))),
        Err(error) => Ok(again(&visit, &form, page(&tenant, entered.refused(at_form(error)?)))),
    }
}

/// An error is no look at what is on record meanwhile.
fn again(visit: &ConsoleVisit, form: &FormFields, page: TenantEditPage) -> Response {
    let page = TenantEditPage { begun_on: form.text("begun_on").to_owned(), ..page };
    Page::refusing(page.form.errors(), pages::tenant_edit(&page, &visit.chrome)).into_response()
}

fn page(tenant: &Tenant, form: TenantForm) -> TenantEditPage {
    TenantEditPage {
        id: tenant.id.to_string(),
        name_on_record: tenant.display_name.clone(),
        begun_on: edition(&TenantForm::of_settings(tenant)),
        form,
    }
}
