//! A tenant's contract: how many certificates, until when.

use super::{
    Console,
    tenant::{failure, known},
    tenants::line,
    visit::Visit,
};
use crate::{
    edition::{self, begun_on, edition, text_on_record},
    failure::Failure,
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
use domain::{license::LicenseChangeRefusal, refusal::Refusal, tenant::Tenant};
use store::Reader;
use templates::console::{self as pages, ContractPage, ContractValues};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/{id}/contract", get(form).post(save))
}

async fn form(
    State(console): State<Console>,
    visit: Visit,
    Path(tenant): Path<String>,
) -> Result<Page, Failure> {
    let mut reader = visit.read(&console).await?;
    let tenant = known(&mut reader, &tenant).await?;
    let on_record = on_record(&console, &tenant);
    let page = page(&console, &visit, &mut reader, &tenant, on_record, Vec::new()).await?;
    Ok(Page::ok(pages::contract(&page, &visit.chrome)))
}

async fn save(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    Posted(visit, form): Posted<Visit>,
) -> Result<Response, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    let changed = match read(&form) {
        Ok(change) => {
            let is_unchanged = |present: &Tenant| begun_on(&form, &on_record(&console, present));
            console.authority.change_contract(&visit.grant, tenant.id, change, is_unchanged).await
        }
        Err(errors) => return again(&console, &visit, &tenant, &form, errors).await,
    };
    match changed {
        Ok(_) => Ok(see_other(&format!("/tenants/{}?done=contract-changed", tenant.id))),
        Err(TenantError::Changed) => {
            let present = known(&mut visit.read(&console).await?, &tenant.id.to_string()).await?;
            let errors = differing(&on_record(&console, &present), &typed(&form));
            let page =
                page(&console, &visit, &mut visit.read(&console).await?, &present, typed(&form), errors)
                    .await?;
            Ok(Page::unprocessable(pages::contract(&page, &visit.chrome)).into_response())
        }
        Err(TenantError::Contract(refusals)) => {
            let errors = refusals.into_iter().map(told).collect();
            again(&console, &visit, &tenant, &form, errors).await
        }
        Err(error) => Err(failure(error)),
    }
}

fn on_record(console: &Console, tenant: &Tenant) -> ContractValues {
    ContractValues {
        seats: tenant.license.seats.to_string(),
        valid_until: console.authority.last_day(tenant).to_string(),
    }
}

fn typed(form: &FormFields) -> ContractValues {
    ContractValues { seats: form.text("seats").to_owned(), valid_until: form.text("valid_until").to_owned() }
}

/// What is on record now, at each field where something else was typed.
fn differing(present: &ContractValues, typed: &ContractValues) -> Vec<Refusal> {
    let fields =
        [("seats", &present.seats, &typed.seats), ("valid_until", &present.valid_until, &typed.valid_until)];
    let others = fields.into_iter().filter(|(_, present, typed)| present != typed);
    edition::changed(others.map(|(name, present, _)| text_on_record(name, present)))
}

async fn again(
    console: &Console,
    visit: &Visit,
    tenant: &Tenant,
    form: &FormFields,
    errors: Vec<Refusal>,
) -> Result<Response, Failure> {
    let page = page(console, visit, &mut visit.read(console).await?, tenant, typed(form), errors).await?;
    // An error is no look at what is on record meanwhile.
    let page = ContractPage { begun_on: form.text("begun_on").to_owned(), ..page };
    Ok(Page::unprocessable(pages::contract(&page, &visit.chrome)).into_response())
}

async fn page(
    console: &Console,
    visit: &Visit,
    reader: &mut Reader,
    tenant: &Tenant,
    values: ContractValues,
    errors: Vec<Refusal>,
) -> Result<ContractPage, Failure> {
    let grace_days = console.authority.service().contract_grace_days;
    Ok(ContractPage {
        line: line(console, reader, tenant, visit.now()).await?,
        suspended_from: tenant.license.suspended_from(grace_days),
        grace_days,
        begun_on: edition(&on_record(console, tenant)),
        values,
        errors,
    })
}

/// What is asked for, or everything that cannot be read.
fn read(form: &FormFields) -> Result<ContractChange, Vec<Refusal>> {
    let seats = form.text("seats").trim().parse().ok();
    let valid_until = form.text("valid_until").trim().parse().ok();
    let mut errors = Vec::new();
    if seats.is_none() {
        errors.push(told(LicenseChangeRefusal::SeatsOutOfRange));
    }
    if valid_until.is_none() {
        errors.push(told(LicenseChangeRefusal::Ended));
    }
    if errors.is_empty() { Ok(ContractChange { seats, valid_until }) } else { Err(errors) }
}

fn told(refusal: LicenseChangeRefusal) -> Refusal {
    match refusal {
        LicenseChangeRefusal::SeatsOutOfRange | LicenseChangeRefusal::SeatsInUse { .. } => {
            Refusal::at("seats", refusal)
        }
        LicenseChangeRefusal::Ended => Refusal::at("valid_until", refusal),
    }
}
