//! Adding a tenant.

use super::{
    Console, hand_over,
    tenant_fields::{told, typed},
    visit::Visit,
};
use crate::{failure::Failure, form_fields::FormFields, page::Page};
use authority::tenants::TenantError;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use domain::{locale::Locale, tenant_form::TenantField};
use templates::{
    FieldError, Problem,
    console::{self as pages, TenantFormPage, TenantValues},
};

/// What the form asks for; the policy begins with its defaults.
const FIELDS: [TenantField; 12] = [
    TenantField::DisplayName,
    TenantField::Slug,
    TenantField::Organization,
    TenantField::OrganizationalUnit,
    TenantField::ContractNumber,
    TenantField::Seats,
    TenantField::ValidUntil,
    TenantField::AdministratorName,
    TenantField::AdministratorEmail,
    TenantField::SupportContact,
    TenantField::Locale,
    TenantField::Upstream,
];

pub(super) fn routes() -> Router<Console> {
    Router::new().route("/tenants/new", get(form)).route("/tenants", post(add))
}

async fn form(visit: Visit) -> Page {
    Page::ok(pages::tenant_form(&TenantFormPage::default(), &visit.chrome))
}

async fn add(State(console): State<Console>, visit: Visit, form: FormFields) -> Result<Response, Failure> {
    let today = visit.now().to_zoned(visit.chrome.time_zone.clone()).date();
    let typed = typed(&form, &FIELDS);
    let new = match typed.new_tenant(today) {
        Ok(new) => new,
        Err(errors) => return Ok(again(&visit, &form, told(errors, &typed))),
    };
    match console.authority.add_tenant(&visit.grant, new).await {
        Ok(made) => Ok(hand_over::page(made, &visit).into_response()),
        Err(TenantError::SlugTaken(_) | TenantError::PublicHost(_)) => {
            Ok(again(&visit, &form, vec![FieldError::at("slug", Problem::SlugTaken)]))
        }
        Err(TenantError::Unavailable(cause)) => Err(Failure::unavailable(cause)),
        Err(other) => Err(Failure::broken(other)),
    }
}

fn again(visit: &Visit, form: &FormFields, errors: Vec<FieldError>) -> Response {
    let text = |field: TenantField| form.text(field.name()).to_owned();
    let values = TenantValues {
        display_name: text(TenantField::DisplayName),
        slug: text(TenantField::Slug),
        organization: text(TenantField::Organization),
        organizational_unit: text(TenantField::OrganizationalUnit),
        contract_number: text(TenantField::ContractNumber),
        seats: text(TenantField::Seats),
        valid_until: text(TenantField::ValidUntil),
        administrator_name: text(TenantField::AdministratorName),
        administrator_email: text(TenantField::AdministratorEmail),
        support_contact: text(TenantField::SupportContact),
        locale: Locale::from_tag(form.text(TenantField::Locale.name())).unwrap_or_default(),
        upstream: text(TenantField::Upstream),
    };
    Page::unprocessable(pages::tenant_form(&TenantFormPage { values, errors }, &visit.chrome)).into_response()
}
