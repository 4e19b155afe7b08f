//! Adding a tenant.

use super::{Console, hand_over, tenant::failure, tenant_fields::typed, visit::Visit};
use crate::{
    failure::Failure, form_fields::FormFields, once, page::Page, posted::Posted, redirect::see_other,
};
use authority::tenants::TenantError;
use axum::{
    Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use domain::{
    locale::Locale,
    refusal::{Problem, Refusal},
    slug::TenantSlug,
    tenant::TenantKind,
    tenant_form::TenantField,
};
use templates::console::{self as pages, TenantFormPage, TenantValues};

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
    Router::new().route("/tenants/new", get(form)).route("/tenants", get(to_form).post(add))
}

async fn form(State(console): State<Console>, visit: Visit) -> Page {
    let invitation = console.authority.new_invitation_id().to_string();
    let page = TenantFormPage { invitation, ..TenantFormPage::default() };
    Page::ok(pages::tenant_form(&page, &visit.chrome))
}

async fn to_form(_visit: Visit) -> Response {
    see_other("/tenants/new")
}

async fn add(
    State(console): State<Console>,
    Posted(visit, form): Posted<Visit>,
) -> Result<Response, Failure> {
    let today = visit.now().to_zoned(visit.chrome.time_zone.clone()).date();
    let typed = typed(&form, &FIELDS);
    let new = match typed.new_tenant(today) {
        Ok(new) => new,
        Err(errors) => {
            return Ok(again(
                &console,
                &visit,
                &form,
                errors.iter().map(|error| error.refusal(&typed)).collect(),
            ));
        }
    };
    let (slug, sheet) = (new.slug.clone(), once::invitation(&form, &console.authority));
    match console.authority.add_tenant(&visit.grant, new, sheet).await {
        Ok(made) => Ok(see_other(&hand_over::address(made.tenant.id, sheet))),
        Err(TenantError::SentBefore(tenant)) => Ok(see_other(&hand_over::address(tenant, sheet))),
        Err(TenantError::FormUsed) => {
            Ok(again(&console, &visit, &form, vec![Refusal::whole(Problem::FormUsed)]))
        }
        Err(TenantError::SlugTaken(_)) => slug_taken(&console, &visit, &form, &slug).await,
        Err(TenantError::PublicHost(_)) => {
            Ok(again(&console, &visit, &form, vec![Refusal::at("slug", Problem::SiteNameTaken)]))
        }
        Err(TenantError::Sharing(refusal)) => {
            let problem = refusal.problem();
            Ok(again(&console, &visit, &form, vec![Refusal::at("upstream", problem)]))
        }
        Err(error) => Err(failure(error)),
    }
}

/// The form again, with a way to the customer who has the name.
async fn slug_taken(
    console: &Console,
    visit: &Visit,
    form: &FormFields,
    slug: &TenantSlug,
) -> Result<Response, Failure> {
    let owner = visit.read(console).await?.tenant_by_slug(slug).await?;
    let Some(owner) = owner.filter(|owner| owner.kind == TenantKind::Customer) else {
        return Ok(again(console, visit, form, vec![Refusal::at("slug", Problem::SiteNameTaken)]));
    };
    let errors = vec![Refusal::at("slug", Problem::SiteNameInUse { tenant: owner.display_name })];
    let page = TenantFormPage { slug_owner: Some(owner.id.to_string()), ..sent(console, form, errors) };
    Ok(unprocessable(visit, &page))
}

fn again(console: &Console, visit: &Visit, form: &FormFields, errors: Vec<Refusal>) -> Response {
    unprocessable(visit, &sent(console, form, errors))
}

fn unprocessable(visit: &Visit, page: &TenantFormPage) -> Response {
    Page::unprocessable(pages::tenant_form(page, &visit.chrome.at("/tenants/new"))).into_response()
}

/// The form as it was sent, with an id of its own.
fn sent(console: &Console, form: &FormFields, errors: Vec<Refusal>) -> TenantFormPage {
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
    let invitation = console.authority.new_invitation_id().to_string();
    TenantFormPage { values, invitation, slug_owner: None, errors }
}
