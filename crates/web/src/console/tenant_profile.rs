//! A tenant's certificate profile: what stands in certificates, and in which form devices get them.

use super::{
    Console,
    edit_tenant::{Edited, save_fields},
    tenant::known,
    visit::ConsoleVisit,
};
use crate::{failure::Failure, page::Page, posted::Posted};
use axum::{
    Router,
    extract::{Path, State},
    response::Response,
    routing::get,
};
use domain::tenant_form::TenantField;
use templates::console::{self as pages, TenantProfilePage};

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/{id}/certificate-profile", get(form).post(save))
}

async fn form(
    State(console): State<Console>,
    visit: ConsoleVisit,
    Path(tenant): Path<String>,
) -> Result<Page, Failure> {
    let tenant = known(&mut visit.read(&console).await?, &tenant).await?;
    Ok(Page::ok(pages::tenant_profile(&page(Edited::on_record(tenant)), &visit.chrome)))
}

async fn save(
    State(console): State<Console>,
    Path(tenant): Path<String>,
    Posted(visit, form): Posted<ConsoleVisit>,
) -> Result<Response, Failure> {
    save_fields(&console, &visit, &tenant, &form, TenantField::of_profile(), |edited| {
        pages::tenant_profile(&page(edited), &visit.chrome)
    })
    .await
}

fn page(Edited { tenant, begun_on, form }: Edited) -> TenantProfilePage {
    TenantProfilePage {
        id: tenant.id.to_string(),
        name_on_record: tenant.display_name,
        unit: tenant.organizational_unit.map(|unit| unit.to_string()),
        begun_on,
        form,
    }
}
