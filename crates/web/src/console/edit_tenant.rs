//! A tenant's name, contact, language and policy.

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
    form::{Field, FieldKind},
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
    Ok(Page::ok(pages::tenant_edit(&page(Edited::on_record(tenant)), &visit.chrome)))
}

async fn save(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    Posted(visit, form): Posted<ConsoleVisit>,
) -> Result<Response, Failure> {
    let fields = TenantField::of_general_settings();
    save_fields(&console, &visit, &tenant, &form, fields, |edited| {
        pages::tenant_edit(&page(edited), &visit.chrome)
    })
    .await
}

fn page(Edited { tenant, begun_on, form }: Edited) -> TenantEditPage {
    TenantEditPage { id: tenant.id.to_string(), name_on_record: tenant.display_name, begun_on, form }
}

/// A tenant's settings as a form shows them.
pub(super) struct Edited {
    /// The record from which the edit began, or that it has met.
    pub(super) tenant: Tenant,
    pub(super) begun_on: String,
    pub(super) form: TenantForm,
}

impl Edited {
    pub(super) fn on_record(tenant: Tenant) -> Self {
        let form = TenantForm::of_settings(&tenant);
        Self { begun_on: edition(&form), form, tenant }
    }
}

/// What a page's form says. A box of the page that was not sent is not ticked; any other setting that was not sent stays
/// as it is, so that a script of before a setting came goes on working.
fn sent(form: &FormFields, of_page: impl Iterator<Item = TenantField>) -> TenantForm {
    let of_page: Vec<TenantField> = of_page.collect();
    let said = |field: &TenantField| match field.kind() {
        FieldKind::Tick => of_page.contains(field),
        FieldKind::Text | FieldKind::Choice(_) | FieldKind::Secret => form.has(field.name()),
    };
    form.form_of(TenantField::of_settings().filter(said))
}

/// Saves some of a tenant's settings, or shows their page again.
pub(super) async fn save_fields(
    console: &Console,
    visit: &ConsoleVisit,
    tenant: &str,
    form: &FormFields,
    fields: impl Iterator<Item = TenantField>,
    again: impl FnOnce(Edited) -> String,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(console).await?, tenant).await?;
    let entered = sent(form, fields);
    let is_unchanged = |present: &Tenant| begun_on(form, &TenantForm::of_settings(present));
    let tenants = console.authority.tenants();
    let edited = match tenants.edit_tenant(&visit.grant, tenant.id, entered.clone(), is_unchanged).await {
        Ok(_) => return Ok(see_other(&format!("/tenants/{}?done=saved", tenant.id))),
        Err(TenantError::Changed) => {
            let present = known(&mut visit.read(console).await?, &tenant.id.to_string()).await?;
            let on_record = Edited::on_record(present);
            let errors = edition::differing(&on_record.form, &entered);
            Edited { form: entered.refused(errors), ..on_record }
        }
        // An error is no look at what is on record meanwhile.
        Err(error) => {
            let begun_on = form.text("begun_on").to_owned();
            Edited { form: entered.refused(at_form(error)?), begun_on, tenant }
        }
    };
    let errors = edited.form.errors().to_vec();
    Ok(Page::refusing(&errors, again(edited)).into_response())
}
