//! A tenant's contract: how many certificates, until when.

use super::{
    Console,
    tenant::{failure, known},
    tenants::line,
    visit::Visit,
};
use crate::{failure::Failure, form_fields::FormFields, page::Page, posted::Posted, redirect::see_other};
use authority::tenants::{ContractChange, TenantError};
use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    license::{LicenseChangeRefusal, SEATS_MAX},
    tenant::Tenant,
};
use store::Reader;
use templates::{
    FieldError, Problem,
    console::{self as pages, ContractPage, ContractValues},
};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/{id}/contract", get(form).post(save))
}

async fn form(
    State(console): State<Console>,
    visit: Visit,
    Path(tenant): Path<String>,
) -> Result<Page, Failure> {
    let mut reader = console.read().await?;
    let tenant = known(&mut reader, &tenant).await?;
    let on_record = ContractValues {
        seats: tenant.license.seats.to_string(),
        valid_until: console.authority.last_day(&tenant).to_string(),
    };
    let page = page(&console, &visit, &mut reader, &tenant, on_record, Vec::new()).await?;
    Ok(Page::ok(pages::contract(&page, &visit.chrome)))
}

async fn save(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    Posted(visit, form): Posted<Visit>,
) -> Result<Response, Failure> {
    let tenant = known(&mut console.read().await?, &tenant).await?;
    let changed = match read(&form) {
        Ok(change) => console.authority.change_contract(&visit.grant, tenant.id, change).await,
        Err(errors) => return again(&console, &visit, &tenant, &form, errors).await,
    };
    match changed {
        Ok(_) => Ok(see_other(&format!("/tenants/{}?done=contract-changed", tenant.id))),
        Err(TenantError::Contract(refusals)) => {
            let errors = refusals.into_iter().map(told).collect();
            again(&console, &visit, &tenant, &form, errors).await
        }
        Err(error) => Err(failure(error)),
    }
}

async fn again(
    console: &Console,
    visit: &Visit,
    tenant: &Tenant,
    form: &FormFields,
    errors: Vec<FieldError>,
) -> Result<Response, Failure> {
    let typed = ContractValues {
        seats: form.text("seats").to_owned(),
        valid_until: form.text("valid_until").to_owned(),
    };
    let page = page(console, visit, &mut console.read().await?, tenant, typed, errors).await?;
    Ok(Page::unprocessable(pages::contract(&page, &visit.chrome)).into_response())
}

async fn page(
    console: &Console,
    visit: &Visit,
    reader: &mut Reader,
    tenant: &Tenant,
    values: ContractValues,
    errors: Vec<FieldError>,
) -> Result<ContractPage, Failure> {
    let grace_days = console.authority.service().contract_grace_days;
    Ok(ContractPage {
        line: line(console, reader, tenant, visit.now()).await?,
        suspended_from: tenant.license.suspended_from(grace_days),
        grace_days,
        values,
        errors,
    })
}

/// What is asked for, or everything that cannot be read.
fn read(form: &FormFields) -> Result<ContractChange, Vec<FieldError>> {
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

fn told(refusal: LicenseChangeRefusal) -> FieldError {
    match refusal {
        LicenseChangeRefusal::SeatsOutOfRange => {
            FieldError::at("seats", Problem::NumberOutOfRange { min: 1, max: SEATS_MAX })
        }
        LicenseChangeRefusal::SeatsInUse { used } => FieldError::at("seats", Problem::SeatsInUse { used }),
        LicenseChangeRefusal::Ended => FieldError::at("valid_until", Problem::DateMalformed),
    }
}
