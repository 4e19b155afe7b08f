//! A tenant's contract: how many certificates, until when.

use super::{Console, tenant::known, tenants::line, visit::ConsoleVisit};
use crate::{
    edition::{self, begun_on, edition},
    failure::Failure,
    failure::at_form,
    form_fields::FormFields,
    page::Page,
    posted::Posted,
    redirect::see_other,
};
use authority::tenants::{ContractChange, TenantError};
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
use store::Reader;
use templates::console::{self as pages, ContractPage};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/{id}/contract", get(form).post(save))
}

async fn form(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Path(tenant): Path<String>,
) -> Result<Page, Failure> {
    let mut reader = visit.read(&console).await?;
    let tenant = known(&mut reader, &tenant).await?;
    let on_record = on_record(&console, &tenant);
    let page = page(&console, &visit, &mut reader, &tenant, on_record).await?;
    Ok(Page::ok(pages::contract(&page, &visit.chrome)))
}

async fn save(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    Posted(visit, form): Posted<ConsoleVisit>,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let typed = form.form_of(TenantField::OF_CONTRACT);
    let changed = match typed.contract() {
        Ok((seats, valid_until)) => {
            let change = ContractChange { seats: Some(seats), valid_until: Some(valid_until) };
            let is_unchanged = |present: &Tenant| begun_on(&form, &on_record(&console, present));
            console.authority.tenants().change_contract(&visit.grant, tenant.id, change, is_unchanged).await
        }
        Err(errors) => {
            let errors = typed.refusals(&errors);
            return again(&console, &visit, &tenant, &form, typed.refused(errors)).await;
        }
    };
    match changed {
        Ok(_) => Ok(see_other(&format!("/tenants/{}?done=contract-changed", tenant.id))),
        Err(TenantError::Changed) => {
            let present = known(&mut visit.read(&console).await?, &tenant.id.to_string()).await?;
            let errors = edition::differing(&on_record(&console, &present), &typed);
            let mut reader = visit.read(&console).await?;
            let page = page(&console, &visit, &mut reader, &present, typed.refused(errors)).await?;
            Ok(Page::refusing(page.form.errors(), pages::contract(&page, &visit.chrome)).into_response())
        }
        Err(error) => again(&console, &visit, &tenant, &form, typed.refused(at_form(error)?)).await,
    }
}

fn on_record(console: &Console, tenant: &Tenant) -> TenantForm {
    TenantForm::of_contract(tenant, console.authority.service().last_day(tenant))
}

async fn again(
    console: &Console,
    visit: &ConsoleVisit,
    tenant: &Tenant,
    sent: &FormFields,
    form: TenantForm,
) -> Result<Response, Failure> {
    let page = page(console, visit, &mut visit.read(console).await?, tenant, form).await?;
    // An error is no look at what is on record meanwhile.
    let page = ContractPage { begun_on: sent.text("begun_on").to_owned(), ..page };
    Ok(Page::refusing(page.form.errors(), pages::contract(&page, &visit.chrome)).into_response())
}

async fn page(
    console: &Console,
    visit: &ConsoleVisit,
    reader: &mut Reader,
    tenant: &Tenant,
    form: TenantForm,
) -> Result<ContractPage, Failure> {
    let grace_days = console.authority.service().contract_grace_days;
    Ok(ContractPage {
        line: line(console, reader, tenant, visit.now()).await?,
        suspended_from: tenant.license.suspended_from(grace_days),
        grace_days,
        begun_on: edition(&on_record(console, tenant)),
        form,
    })
}
